import { randomFor } from './random.ts';

/** What goes wrong with the delivery of reports, on request. The exchange's own record knows nothing of it. */
export interface DeliveryFaults {
  /** How often each report is sent. */
  readonly duplicate: number;
  /** So many reports of an order are held back and sent in a drawn order; 0 and 1 keep the order. */
  readonly reorder: number;
  readonly delayMs: number;
  /** At most so much is added to the delay, drawn anew for each report. */
  readonly jitterMs: number;
  /** The share of the reports, 0 to 1, that are never sent. */
  readonly drop: number;
}

/** What goes wrong with the whole exchange. */
export interface ExchangeFaults extends DeliveryFaults {
  /** The share of the new orders, 0 to 1, that are rejected. */
  readonly rejectRate: number;
}

export const NO_DELIVERY_FAULTS: DeliveryFaults = { duplicate: 1, reorder: 0, delayMs: 0, jitterMs: 0, drop: 0 };
export const NO_FAULTS: ExchangeFaults = { ...NO_DELIVERY_FAULTS, rejectRate: 0 };

const PPM = 1_000_000;

/** True for the given share of all labels. */
export function isDrawn(seed: number, share: number, labels: readonly (string | number)[]): boolean {
  return share > 0 && randomFor(seed, ...labels).int(1, PPM) <= Math.round(share * PPM);
}

/** How one report is sent. */
export interface Fate {
  readonly delayMs: number;
  /** The ids of its deliveries, none when it is dropped. */
  readonly deliveryIds: readonly string[];
}

/** Drawn from the seed and the execId, so that a run repeats. */
export function fateOf(seed: number, faults: DeliveryFaults, execId: string): Fate {
  const { drop, duplicate, delayMs, jitterMs } = faults;
  if (isDrawn(seed, drop, ['drop', execId])) return { delayMs: 0, deliveryIds: [] };
  return {
    delayMs: delayMs + (jitterMs > 0 ? randomFor(seed, 'jitter', execId).int(0, jitterMs) : 0),
    deliveryIds: Array.from({ length: duplicate }, (_, copy) => deliveryId(execId, copy)),
  };
}

/** A service is sent the same report under another id, and every other time the same delivery again. */
function deliveryId(execId: string, copy: number): string {
  return copy % 2 === 0 ? execId : `${execId}-again${copy}`;
}

/** The items in a drawn order. */
export function shuffled<Item>(seed: number, items: readonly Item[], label: string): readonly Item[] {
  const random = randomFor(seed, 'reorder', label);
  const rest = [...items];
  return items.flatMap(() => rest.splice(random.int(0, rest.length - 1), 1));
}
