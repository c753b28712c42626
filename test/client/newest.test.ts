import fc from 'fast-check';
import { expect, it } from 'vitest';
import { openNewest } from '../../src/client/newest.ts';

const order = (version: number, more: object = {}) => ({ __typename: 'Order', id: 'A', version, ...more });

it('answers an older order with the newer values of its fields, wherever it stands', () => {
  const newest = openNewest();
  newest({ orderUpdated: { order: order(3, { status: 'FILLED', cumQty: '5' }) } });
  const page = { orders: { edges: [{ node: order(2, { status: 'NEW', text: 'old' }) }] } };
  expect(newest(page)).toEqual({ orders: { edges: [{ node: order(3, { status: 'FILLED', text: 'old' }) }] } });
});

it('is the same object when there is nothing newer', () => {
  const newest = openNewest();
  const page = { orders: { edges: [{ node: order(2) }, { node: null }], other: [1, 'x', null] } };
  expect(newest(page)).toBe(page);
  expect(newest(page)).toBe(page);
});

it('knows of one version what several selections have told', () => {
  const newest = openNewest();
  newest(order(2, { status: 'NEW' }));
  newest(order(2, { cumQty: '1' }));
  expect(newest(order(1, { status: 'PENDING_NEW', cumQty: '0' }))).toEqual(order(2, { status: 'NEW', cumQty: '1' }));
});

it('never goes back, whatever comes in whatever order', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }), (versions) => {
      const newest = openNewest();
      const shown = versions.map((version) => (newest(order(version, { at: version })) as { at: number }).at);
      expect(shown).toEqual(versions.map((_, i) => Math.max(...versions.slice(0, i + 1))));
    }),
  );
});
