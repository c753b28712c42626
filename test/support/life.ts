import { expect } from 'vitest';
import { Decimal } from '../../src/kernel/decimal.ts';
import type { OrderQuery } from '../generated/graphql.ts';
import type { Update } from './watch.ts';

export const isFilled = (updates: readonly Update[]): boolean => updates.at(-1)?.order.status === 'FILLED';

/** The updates of one order, with the app's own name for it. */
export const ofOrder = (updates: readonly Update[], clOrdId: string): readonly Update[] =>
  updates.filter(({ order }) => order.clOrdId === clOrdId);

/** One order's whole life at the simulated exchange: each status in its order, each version once, filled in parts. */
export function expectFilledInParts(updates: readonly Update[]): void {
  expect(updates.map(({ order }) => order.version)).toEqual(updates.map((_, i) => i + 1));
  const statuses = updates.map(({ event }) => event.status);
  const partial = statuses.slice(2, -1);
  expect(statuses).toEqual(['PENDING_NEW', 'NEW', ...partial, 'FILLED']);
  expect(partial.length).toBeGreaterThanOrEqual(1);
  expect(new Set(partial)).toEqual(new Set(['PARTIALLY_FILLED']));
  const [{ order: first }, { order: last }] = [updates[0]!, updates.at(-1)!];
  const filled = updates.reduce((sum, { event }) => sum.plus(event.lastQty ?? '0'), new Decimal(0));
  expect({ cumQty: filled.toFixed(), quantity: last.quantity }).toEqual({
    cumQty: last.cumQty,
    quantity: first.quantity,
  });
  expect(last).toMatchObject({ cumQty: first.quantity, leavesQty: '0' });
}

/** The order as it is queried, with its history, is exactly what was pushed of it. */
export function expectQueriedAsPushed(queried: OrderQuery['order'] | undefined, updates: readonly Update[]): void {
  const history = { edges: updates.map(({ event: node }) => ({ node })) };
  expect(queried).toEqual({ ...updates.at(-1)!.order, history });
}
