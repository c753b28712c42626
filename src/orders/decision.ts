import type { Fills } from './counted.ts';
import type { QuarantineReason } from './decide.ts';
import type { OrderEvent } from './event.ts';

/**
 * No event means that the report tells nothing new. `covered`: a statement of the venue had told it before; the
 * execution is remembered as one that was applied.
 */
export type Decision =
  | { readonly event: OrderEvent | null; readonly covered?: true }
  | { readonly quarantine: QuarantineReason; readonly detail: string };

export const COVERED: Decision = { event: null, covered: true };

export const quarantine = (reason: QuarantineReason, detail: string): Decision => ({ quarantine: reason, detail });

/** What every event of a report has. */
export type Facts = Omit<Extract<OrderEvent, { type: 'OrderAccepted' }>, 'type'>;

export interface Known {
  readonly facts: Facts;
  readonly fills: Fills;
}
