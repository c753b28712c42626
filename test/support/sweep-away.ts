import type { App } from '../../src/app.ts';
import { sweepRetention } from '../../src/stream/retention.ts';
import { until } from './until.ts';

/** All but the last event of a user can't be resumed from any more, once notifications have read them. */
export async function sweepAway({ deps }: App, userId: string): Promise<void> {
  await until(
    async () => {
      await sweepRetention(deps, { days: 30, eventsPerUser: 1 });
      const head = await deps.db.streamHead.findUnique({ where: { userId } });
      return head && head.retainedFrom === head.offset - 1n;
    },
    { withinMs: 10_000 },
  );
}
