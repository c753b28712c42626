/**
 * How long the header Retry-After asks to wait: seconds or a date (RFC 9110, 10.2.3), at most `msMax`. Null where it is absent or
 * says neither.
 */
export function retryAfterMs(
  header: string | null | undefined,
  { now, msMax }: { readonly now: Date; readonly msMax: number },
): number | null {
  if (header === null || header === undefined) return null;
  const ms = /^\d+$/.test(header) ? Number(header) * 1_000 : Date.parse(header) - now.getTime();
  return Number.isNaN(ms) ? null : Math.min(Math.max(ms, 0), msMax);
}
