import { Decimal } from 'decimal.js';
import { z } from 'zod';
import type { FinalOrder } from './history.ts';
import type { Entry, LogIndex } from './log-index.ts';
import { type Counts, type Finding, openTally, sumOf, type Tally } from './verdict.ts';

/** No sum of quantities, each with at most 20 digits before and 18 after the point, is rounded. */
const Exact = Decimal.clone({ precision: 100 });
const quantity = z.string().regex(/^-?\d+(\.\d+)?$/);

const dataSchema = z.object({
  event: z.object({
    execType: z.string(),
    execId: z.string().nullable(),
    execRefId: z.string().nullable(),
    lastQty: quantity.nullable(),
    cumQty: quantity,
  }),
  order: z.object({ cumQty: quantity, status: z.string(), version: z.number() }),
});
type Data = z.infer<typeof dataSchema>;

/** An order as its logged events make it. */
interface Folded {
  readonly cumQty: Decimal;
  readonly fills: Map<string, Decimal>;
  readonly last: Data['order'];
  readonly eventIds: string[];
}

/** Whether the events of each order add up to what each event says of it, and to what the order is at the end (C6). */
export function checkOrders(finalOrders: readonly FinalOrder[], { byUser }: LogIndex, findings: Finding[]): Counts {
  const orders = new Map<string, Folded>();
  const sums: Counts[] = [];
  for (const [user, entries] of byUser) {
    const tally = openTally(findings, { client: null, user });
    for (const entry of entries) {
      const folded = fold(orders.get(entry.orderId), entry, tally);
      if (folded) orders.set(entry.orderId, folded);
    }
    sums.push(tally.counts());
  }
  for (const final of finalOrders) {
    const tally = openTally(findings, { client: null, user: final.user });
    checkFinal(final, orders.get(final.orderId), tally);
    sums.push(tally.counts());
  }
  return sumOf(sums);
}

/** The order after one more event; a difference is told once and taken over, so that it does not show on all that follow. */
function fold(before: Folded | undefined, { data, eventId, orderId }: Entry, tally: Tally): Folded | null {
  const read = dataSchema.safeParse(parsed(data));
  if (!read.success) {
    tally.found('C6', { event: eventId, says: 'what is logged can’t be read' });
    return null;
  }
  const { event, order } = read.data;
  const told = new Exact(event.cumQty);
  const fills = before?.fills ?? new Map<string, Decimal>();
  const expected = filledAfter(event, before?.cumQty ?? (order.version === 1 ? new Exact(0) : null), fills) ?? told;
  const differ = (says: string): void => tally.found('C6', { event: eventId, says: `${orderId}: ${says}` });
  if (!expected.eq(told) || !told.eq(order.cumQty)) {
    differ(`its fills make ${expected.toFixed()}, its event says ${event.cumQty}, its order ${order.cumQty}`);
  }
  if (before && order.version !== before.last.version + 1) {
    differ(`version ${order.version} comes after version ${before.last.version}`);
  }
  const eventIds = before?.eventIds ?? [];
  eventIds.push(eventId);
  return { cumQty: told, fills, last: order, eventIds };
}

/**
 * CumQty (14) after an event, so it falls by a bust or a correction and by nothing else. Null where the log can't tell: it
 * begins in the middle of the order, or a bust is about a fill from before.
 */
function filledAfter(event: Data['event'], before: Decimal | null, fills: Map<string, Decimal>): Decimal | null {
  const { execType, execId, execRefId } = event;
  const lastQty = event.lastQty === null ? null : new Exact(event.lastQty);
  const old = execRefId === null ? undefined : fills.get(execRefId);
  switch (execType) {
    case 'TRADE':
      if (execId !== null && lastQty) fills.set(execId, lastQty);
      return before && lastQty ? before.plus(lastQty) : null;
    case 'TRADE_CANCEL':
      return before && old ? before.minus(old) : null;
    case 'TRADE_CORRECT':
      if (execRefId !== null && lastQty) fills.set(execRefId, lastQty);
      return before && old && lastQty ? before.minus(old).plus(lastQty) : null;
    default:
      return before;
  }
}

function checkFinal(final: FinalOrder, folded: Folded | undefined, tally: Tally): void {
  const { orderId, cumQty, status, version, eventIds } = final;
  const differ = (says: string): void => tally.found('C6', { event: null, says: `${orderId}: ${says}` });
  if (!folded) {
    differ('has no event in the log');
    return;
  }
  const { last } = folded;
  if (!new Exact(cumQty).eq(last.cumQty) || status !== last.status || version !== last.version) {
    differ(
      `is ${status} with ${cumQty} at version ${version}, by the log ${last.status} with ${last.cumQty} at version ${last.version}`,
    );
  }
  const logged = folded.eventIds;
  if (eventIds && (eventIds.length !== logged.length || eventIds.some((id, i) => id !== logged[i]))) {
    differ(`its history has ${eventIds.length} events, the log ${logged.length}, or they are not the same`);
  }
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
