import type { RawReport } from '../../ingest/execution-report.ts';

export const FORMAT_NAMES = ['standard', 'alpaca', 'binance', 'kraken', 'tradier', 'zerodha'] as const;
export type FormatName = (typeof FORMAT_NAMES)[number];

/** A message that we can't read, or dare not: it is quarantined whole, for this reason. */
export interface Unreadable {
  readonly unreadable: string;
}

/** A claim that its authentication does not cover: nothing of it is true until the order is fetched from the venue. */
export interface Confirm {
  readonly confirm: { readonly account: string; readonly venueOrderId: string };
}

/** What one message says; null when it says nothing about an order, as a heartbeat does. */
export type Reading = RawReport | Unreadable | Confirm | null;

/** How a venue writes to us. All of it is pure, and none of it throws, whatever the message is. */
export interface InboundFormat {
  /**
   * The messages of one body, each about one event of one order, and each of the form that the venue itself would send:
   * what has to be kept for later is kept as the message alone. Numbers are NumberText.
   */
  readonly split: (body: unknown) => readonly unknown[];
  readonly read: (message: unknown) => Reading;
  /** Null: the body is signed as Standard Webhooks have it, whole. */
  readonly weakProof: WeakProof | null;
}

/** A proof of the venue's own, in the body, that does not cover all of it. So `read` tells what is to be confirmed. */
export interface WeakProof {
  readonly isAuthentic: (body: unknown, secret: string) => boolean;
  /** What an order says that was fetched from the venue, to confirm a claim. */
  readonly readOrder: (order: unknown, account: string) => Reading;
}

/** The format of a venue: as configured, else that of its name, else `standard`. */
export function formatNameOf(venue: string, configured: ReadonlyMap<string, FormatName>): FormatName {
  return configured.get(venue) ?? FORMAT_NAMES.find((name) => name === venue) ?? 'standard';
}
