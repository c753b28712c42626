import { describe, expect, it } from 'vitest';
import { diceOf } from './dice.ts';
import { createWorkload, type Delivery, type Workload } from './workload.ts';

const USERS = ['ann', 'ben', 'cid'];
const DELIVERIES = 4_000;

function take(workload: Workload, count: number): readonly Delivery[] {
  return Array.from({ length: count }, () => {
    const { delivery, taken } = workload.next();
    taken();
    return delivery;
  });
}

const open = (seed: number): Workload => createWorkload({ users: USERS, dice: diceOf(seed) });
const reportsOf = ({ body }: Delivery): readonly Record<string, string>[] => {
  const { data } = JSON.parse(body) as { data: Record<string, string> | Record<string, string>[] };
  return Array.isArray(data) ? data : [data];
};
const execIdsOf = (delivery: Delivery): readonly (string | undefined)[] =>
  reportsOf(delivery).map(({ execId }) => execId);

describe('the load', () => {
  it('is the same with the same seed, and another with another', () => {
    const [one, again, other] = [open(7), open(7), open(8)].map((workload) => take(workload, 200).map(execIdsOf));
    expect(again).toEqual(one);
    expect(other).not.toEqual(one);
  });

  it('reports each execution once, of its user’s account', () => {
    const deliveries = take(open(1), DELIVERIES);
    const execIds = deliveries.flatMap(execIdsOf);
    expect(new Set(execIds).size).toBe(execIds.length);
    for (const delivery of deliveries)
      expect(reportsOf(delivery).every(({ account }) => account === delivery.user)).toBe(true);
  });

  it('sends about a tenth out of order, and an acknowledgement that comes late makes no event', () => {
    const deliveries = take(open(1), DELIVERIES);
    const fills = new Map<string, number>();
    let late = 0;
    for (const delivery of deliveries) {
      for (const { execType, execId = '', venueOrderId = '' } of reportsOf(delivery)) {
        const isLate = execType === 'NEW' && fills.has(venueOrderId);
        if (isLate) late += 1;
        expect(delivery.execIds.includes(execId)).toBe(!isLate);
        if (execType !== 'NEW') fills.set(venueOrderId, (fills.get(venueOrderId) ?? 0) + 1);
      }
    }
    expect(late / fills.size).toBeGreaterThan(0.05);
    expect(late / fills.size).toBeLessThan(0.15);
  });

  it('knows what its orders must be by then: filled to the last share, or canceled before', () => {
    const workload = open(1);
    take(workload, DELIVERIES);
    const expected = workload.expected();
    expect(new Set(expected.map(({ venueOrderId }) => venueOrderId)).size).toBe(expected.length);
    expect(expected.every(({ cumQty }) => cumQty <= 100)).toBe(true);
    expect(expected.some(({ cumQty, isCanceled }) => cumQty === 100 && !isCanceled)).toBe(true);
    expect(expected.some(({ cumQty, isCanceled }) => cumQty < 100 && isCanceled)).toBe(true);
  });
});
