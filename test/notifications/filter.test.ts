import fc from 'fast-check';
import { expect, it } from 'vitest';
import { keyOf, pageOf } from '../../src/notifications/filter.ts';
import { notificationOf, viewOf } from './told.ts';

it('pages of any size, from either end, are the whole list once', () => {
  const views = fc
    .uniqueArray(fc.tuple(fc.uuid(), fc.nat(5)), { selector: ([id]) => id, maxLength: 12 })
    .map((all) => all.map(([id, ms]) => viewOf(notificationOf({ id, createdAt: new Date(ms) }))));
  fc.assert(
    fc.property(views, fc.integer({ min: 1, max: 5 }), fc.boolean(), (all, limit, inverted) => {
      const whole = pageOf(all, { after: null, before: null, limit: 100, inverted });
      const seen: unknown[] = [];
      for (let key: ReturnType<typeof keyOf> | null = null; ;) {
        const page = pageOf(all, { after: inverted ? null : key, before: inverted ? key : null, limit, inverted });
        const last = page.at(-1);
        seen.push(...page);
        if (!last) break;
        key = keyOf(last);
      }
      expect(seen).toEqual(whole);
      const times = whole.map(({ createdAt }) => createdAt);
      expect(times).toEqual(inverted ? [...times].sort() : [...times].sort().reverse());
    }),
    { numRuns: 200 },
  );
});
