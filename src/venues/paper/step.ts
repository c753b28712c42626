import type { Decimal } from '../../kernel/decimal.ts';

/** Names a fill of this run: its number, counted from 1, or the execId of it or of a correction of it. */
export type FillRef = number | string;

/** What a script does with an order, whatever the market says. */
export type Action =
  | { readonly do: 'accept' }
  | { readonly do: 'reject'; readonly text: string | null; readonly rejectReason: string | null }
  /** Without `qty` all that is open; without `px` at the order's limit, or at the market's price. */
  | { readonly do: 'fill'; readonly qty: Decimal | null; readonly px: Decimal | null }
  /** Like `fill`, and above what is open. */
  | { readonly do: 'overfill'; readonly qty: Decimal; readonly px: Decimal | null }
  | { readonly do: 'cancel' | 'expire' | 'done_for_day' | 'suspend' | 'stop'; readonly text: string | null }
  | { readonly do: 'restate'; readonly quantity: Decimal | null; readonly price: Decimal | null }
  /** Answers the oldest request of the kind that waits, or else one that nobody made, under this clOrdId. */
  | { readonly do: 'pending_cancel' | 'pending_replace'; readonly clOrdId: string | null }
  | {
      readonly do: 'replace';
      readonly quantity: Decimal | null;
      readonly price: Decimal | null;
      readonly stopPx: Decimal | null;
    }
  | { readonly do: 'reject_request'; readonly text: string | null }
  | { readonly do: 'bust'; readonly fill: FillRef }
  | { readonly do: 'correct'; readonly fill: FillRef; readonly qty: Decimal; readonly px: Decimal }
  /** Waits until the trader asks to replace or cancel. */
  | { readonly do: 'await_request' }
  /** Leaves the order to the market. */
  | { readonly do: 'release' };

/** `afterMs` is the time since the step before; null: as the exchange goes. */
export type Step = Action & { readonly afterMs: number | null };
