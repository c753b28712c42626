const FIRST = Date.parse('0001-01-01T00:00:00.000Z');
const LAST = Date.parse('9999-12-31T23:59:59.999Z');

/**
 * Whether the year, in UTC, is of four digits and above zero. ISO 8601 has other years, which JavaScript writes in a form that
 * PostgreSQL does not read.
 */
export const isStorableTime = (time: Date): boolean => time.getTime() >= FIRST && time.getTime() <= LAST;
