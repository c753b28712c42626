import type { OrderEvent } from './event.ts';

/**
 * What a venue may say more than once, and differently: of two words about the same thing the later one by the venue's
 * clock counts, in whatever order they arrive.
 */
export type Register =
  | 'venueOrderId'
  | 'clOrdId'
  | 'orderType'
  | 'timeInForce'
  | 'quantity'
  | 'notional'
  | 'price'
  | 'stopPx'
  | 'session'
  | 'stopped'
  | 'complete'
  | 'closed'
  | 'text'
  /** When the venue stated what a fill was derived from last. */
  | 'derivedQty'
  /** When a statement of the venue, which may be older than its own messages, told something last. */
  | 'stated';

/** When something was said: `<ISO time> <execId>`, without the execId where the time is only that of the arrival. */
export type Stamp = string;
export type Stamps = Readonly<Partial<Record<Register, Stamp>>>;

type Said = Pick<OrderEvent, 'transactTime' | 'receivedAt' | 'execId'>;

export const stampOf = ({ transactTime, receivedAt, execId }: Said): Stamp =>
  `${(transactTime ?? receivedAt).toISOString()} ${transactTime ? (execId ?? '') : ''}`;

/** Venues number their executions, so that `E10` comes after `E9`. */
const byNumber = new Intl.Collator('en', { numeric: true });
export const compareExecIds = (a: string, b: string): number => byNumber.compare(a, b);

/** Negative: `a` was said before `b`. 0 when only the order of arrival can tell. */
export function compareStamps(a: Stamp, b: Stamp): number {
  const [timeA = '', execA = ''] = a.split(' ', 2);
  const [timeB = '', execB = ''] = b.split(' ', 2);
  if (timeA !== timeB) return timeA < timeB ? -1 : 1;
  return execA === '' || execB === '' ? 0 : compareExecIds(execA, execB);
}

/** Whether a word of now counts against what was said before; of two words without an order the one that arrives later. */
export const isLatest = (now: Stamp, before: Stamp | undefined): boolean =>
  before === undefined || compareStamps(now, before) >= 0;

/** Whether a word of now was said before the one that is known; of two without an order the one that came first. */
export const isEarliest = (now: Stamp, before: Stamp | undefined): boolean =>
  before === undefined || compareStamps(now, before) < 0;

/** The venue's own clock, rather than that of the arrival. */
export const isVenueTime = (stamp: Stamp): boolean => stamp.indexOf(' ') < stamp.length - 1;

const timeOf = (stamp: Stamp): string => stamp.slice(0, stamp.indexOf(' '));

/** Surely said no later than that, by the venue's clock. */
export const saidBy = (a: Stamp, b: Stamp): boolean => isVenueTime(a) && isVenueTime(b) && timeOf(a) <= timeOf(b);

/** Surely said later than that, by the venue's clock. */
export const saidAfter = (a: Stamp, b: Stamp): boolean => isVenueTime(a) && isVenueTime(b) && timeOf(a) > timeOf(b);
