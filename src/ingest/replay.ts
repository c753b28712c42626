import type { Tx } from '../db/client.ts';
import { inTransaction } from '../db/transaction.ts';
import type { Config } from '../config.ts';
import type { Deps } from '../deps.ts';
import type { QuarantinedReport } from '../generated/prisma/client.ts';
import { delay, every } from '../kernel/clock.ts';
import { digest } from '../kernel/text.ts';
import type { StreamEvent } from '../stream/event.ts';
import { applyDeliveries } from './apply.ts';
import { formatNameOf } from '../venues/formats/format.ts';
import { DELIVERY_REPORTS_MAX } from './delivery.ts';
import { lockReady } from './store.ts';
import { receiveAgain } from './venue-messages.ts';

/** How long a report whose cause is gone may go unnoticed, when another process made it go. */
export const SWEEP_MS = 2_000;
/** A report that overtook its order is looked for at each commit for so long. */
export const EXPECTED_MS = 30_000;
/** One look for all the commits of a moment. */
const GATHER_MS = 20;

/** What it takes to apply what was set aside. */
export interface AgainDeps extends Pick<Deps, 'clock' | 'ids' | 'log'> {
  readonly config: Pick<Config, 'venueFormats'>;
}

type ReplayDeps = AgainDeps & Pick<Deps, 'db' | 'bus'>;

/**
 * Applies reports of one venue that had been set aside, as one delivery, in this transaction. What still can't be
 * applied is set aside again, with its reason of now.
 */
export async function applyAgain(
  tx: Tx,
  deps: AgainDeps,
  { venue, reports }: { readonly venue: string; readonly reports: readonly QuarantinedReport[] },
): Promise<readonly StreamEvent[]> {
  const now = deps.clock.now();
  const ids = reports.map(({ id }) => id);
  const format = formatNameOf(venue, deps.config.venueFormats);
  const delivery = {
    ...{ venue, receivedAt: now, own: true as const },
    deliveryId: `replay-${deps.ids.uuid()}`,
    bodyHash: digest(JSON.stringify(ids)),
    content: { reports: reports.map(({ body }) => receiveAgain(format, body)) },
  };
  const { events } = await applyDeliveries(tx, [delivery], { ...deps, mode: 'wait' });
  await tx.quarantinedReport.updateMany({ where: { id: { in: ids } }, data: { resolvedAt: now, tryAt: null } });
  return events;
}

export interface Replay {
  /** Told of each commit, and whether reports were set aside in it that wait for an order or an execution. */
  committed(hasSetAside: boolean): void;
  stop(): Promise<void>;
}

/** Applies reports that came before what they are about, once that is known. */
export function openReplay(deps: ReplayDeps): Replay {
  const state = { expectedUntil: 0, wanted: false, stopped: false };
  let running: Promise<void> | null = null;
  const sweep = async (): Promise<void> => {
    while (state.wanted && !state.stopped) {
      state.wanted = false;
      await replayReady(deps, () => state.stopped).catch((err: unknown) =>
        deps.log.warn({ err }, 'nothing was replayed now'),
      );
    }
    running = null;
  };
  const look = (): void => {
    state.wanted = true;
    if (!state.stopped) running ??= delay(GATHER_MS).then(sweep);
  };
  const timer = every(SWEEP_MS, look);
  return {
    committed(hasSetAside) {
      const now = deps.clock.now().getTime();
      if (hasSetAside) state.expectedUntil = now + EXPECTED_MS;
      if (now < state.expectedUntil) look();
    },
    async stop() {
      state.stopped = true;
      timer[Symbol.dispose]();
      await running;
    },
  };
}

/** Goes on as long as something was ready: what is applied may be what others wait for. */
async function replayReady(deps: ReplayDeps, isOver: () => boolean): Promise<void> {
  for (let more = true; more && !isOver();) {
    const events = await inTransaction(deps.db, async (tx) => {
      const reports = await lockReady(tx, DELIVERY_REPORTS_MAX);
      const [first] = reports;
      return first ? applyAgain(tx, deps, { venue: first.venue, reports }) : null;
    });
    if (events) deps.bus.publish(events);
    more = events !== null;
  }
}
