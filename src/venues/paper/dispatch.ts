import { delay, type Clock } from '../../kernel/clock.ts';
import { fateOf, shuffled, type DeliveryFaults } from './faults.ts';
import type { PaperLog } from './log.ts';
import type { StampedReport } from './memory.ts';
import type { PaperOrder } from './order.ts';
import type { Delivery, Sender } from './sender.ts';

export interface DispatchOptions {
  readonly sender: Sender;
  readonly seed: number;
  readonly clock: Clock;
  readonly log: PaperLog;
  readonly signal: AbortSignal;
}

/** Hands reports to the sender with what is to go wrong on their way: late, twice, out of order or not at all. */
export interface Dispatcher {
  /** How those orders' reports are delivered that have no faults of their own. */
  faults: DeliveryFaults;
  send(order: Pick<PaperOrder, 'number' | 'delivery'>, reports: readonly StampedReport[]): void;
}

/** Reports that wait for others to be mixed with are sent after this time at the latest. */
export const REORDER_HOLD_MS = 1_000;

interface Held {
  readonly reports: StampedReport[];
  readonly faults: DeliveryFaults;
}

export function openDispatcher(options: DispatchOptions, faults: DeliveryFaults): Dispatcher {
  const { signal } = options;
  const held = new Map<number, Held>();
  const flush = (number: number, batch: Held): void => {
    if (held.get(number) !== batch) return;
    held.delete(number);
    deliver(options, { ...batch, number });
  };
  const dispatcher: Dispatcher = {
    faults,
    send: ({ number, delivery }, reports) => {
      const applied = delivery ?? dispatcher.faults;
      for (const report of reports) {
        const waiting = held.get(number);
        const batch = waiting ?? { reports: [], faults: applied };
        batch.reports.push(report);
        held.set(number, batch);
        if (batch.reports.length >= batch.faults.reorder) flush(number, batch);
        else if (!waiting) void delay(REORDER_HOLD_MS, signal).then(() => flush(number, batch));
      }
    },
  };
  return dispatcher;
}

function deliver(
  { sender, seed, clock, log }: DispatchOptions,
  { number, reports, faults }: Held & { readonly number: number },
): void {
  const now = clock.now().getTime();
  const deliveries = reports.flatMap((report): readonly Delivery[] => {
    const { delayMs, deliveryIds } = fateOf(seed, faults, report.execId);
    if (deliveryIds.length === 0) log.debug({ execId: report.execId }, 'a report is dropped on request');
    const body = JSON.stringify({ type: 'execution.reported', timestamp: report.transactTime, data: report });
    return deliveryIds.map((id) => ({ id, body, ...(delayMs > 0 && { dueAt: now + delayMs }) }));
  });
  const isMixed = faults.reorder > 1;
  const sent = isMixed ? shuffled(seed, deliveries, reports[0]?.execId ?? '') : deliveries;
  for (const each of sent) sender.push(number, each);
}
