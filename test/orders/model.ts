/**
 * A second, plain account of an order's life, which shares no code with `src/`: everything that was said is kept, and
 * the order is worked out anew each time from all of it, sorted by the venue's clock. Numbers are integers, scaled.
 */

/** Quantities and prices have 6 decimals here, and amounts 12. */
const SCALE = 1_000_000n;

export type Kind =
  | 'NEW'
  | 'TRADE'
  | 'TRADE_CANCEL'
  | 'TRADE_CORRECT'
  | 'REPLACED'
  | 'RESTATED'
  | 'DONE_FOR_DAY'
  | 'SUSPENDED'
  | 'STOPPED'
  | 'CANCELED'
  | 'EXPIRED'
  | 'REJECTED'
  | 'PENDING_CANCEL'
  | 'PENDING_REPLACE'
  | 'CANCEL_REJECTED';

/** One report. */
export interface Said {
  readonly kind: Kind;
  /** The venue's clock, and its number of the report, which tells two of the same time apart. */
  readonly at: number;
  readonly number: number;
  /** Scaled. Of a fill or correction, else of the order. */
  readonly quantity: bigint | null;
  readonly price: bigint;
  /** The number of the execution that a bust or correction is about. */
  readonly about: number | null;
  /** The request that is told of or answered. */
  readonly request: string | null;
  /** Of a fill: the order by amount is complete. Of a bust: the venue works the order no more. */
  readonly last: boolean;
}

interface Asked {
  readonly action: 'CANCEL' | 'REPLACE';
  readonly request: string;
  readonly quantity: bigint | null;
}

export interface Model {
  readonly byAmount: boolean;
  readonly timeInForce: 'DAY' | 'GTC';
  /** The quantity that it was placed with; null of an order by amount, and of one that its first report tells. */
  readonly opened: bigint | null;
  readonly said: readonly Said[];
  /** Requests without an answer, in the order in which they came. */
  readonly asked: readonly Asked[];
  readonly answered: ReadonlySet<string>;
}

/** The order as apps see it. */
export interface Shown {
  readonly status: string;
  readonly pendingAction: 'CANCEL' | 'REPLACE' | null;
  readonly quantity: string | null;
  readonly cumQty: string;
  readonly leavesQty: string | null;
  readonly avgPx: string | null;
}

export const openModel = (order: Pick<Model, 'byAmount' | 'opened' | 'timeInForce'>): Model => ({
  ...{ ...order, said: [], asked: [], answered: new Set<string>() },
});

/** OrdStatus by precedence, the highest first (FIX 4.4, volume 4, OrdStatus precedence). */
const PRECEDENCE: readonly (readonly [status: string, holds: (facts: Facts) => boolean])[] = [
  ['PENDING_CANCEL', ({ asked }) => asked.includes('CANCEL')],
  ['PENDING_REPLACE', ({ asked }) => asked.includes('REPLACE')],
  ['DONE_FOR_DAY', ({ end, session }) => end === null && session === 'DONE_FOR_DAY'],
  ['FILLED', ({ filled }) => filled],
  // An order that has ended is not stopped, suspended or done for the day any more.
  ['STOPPED', ({ end, stopped }) => end === null && stopped],
  ['SUSPENDED', ({ end, session }) => end === null && session === 'SUSPENDED'],
  ['CANCELED', ({ end }) => end === 'CANCELED'],
  ['EXPIRED', ({ end }) => end === 'EXPIRED'],
  ['REJECTED', ({ end }) => end === 'REJECTED'],
  ['PARTIALLY_FILLED', ({ cumQty }) => cumQty > 0n],
  ['NEW', ({ taken }) => taken],
  ['PENDING_NEW', () => true],
];

interface Facts {
  readonly asked: readonly ('CANCEL' | 'REPLACE')[];
  readonly end: 'CANCELED' | 'EXPIRED' | 'REJECTED' | null;
  readonly session: 'LIVE' | 'DONE_FOR_DAY' | 'SUSPENDED';
  readonly stopped: boolean;
  /** The venue has said so of an order by amount. */
  readonly complete: boolean;
  readonly filled: boolean;
  readonly taken: boolean;
  readonly quantity: bigint | null;
  readonly cumQty: bigint;
  readonly amount: bigint;
  /** May be filled further. */
  readonly open: boolean;
  /** Is no more worked, whatever its quantity. */
  readonly over: boolean;
}

/** What counts for the last one that said something of it. */
function lastWord<T>(said: readonly Said[], wordOf: (said: Said) => T | undefined): T | undefined {
  return said.map(wordOf).findLast((word) => word !== undefined);
}

const WORKED: ReadonlySet<Kind> = new Set(['NEW', 'TRADE', 'REPLACED', 'RESTATED']);
const TAKEN: ReadonlySet<Kind> = new Set([...WORKED, 'DONE_FOR_DAY', 'SUSPENDED', 'STOPPED']);

function quantityWord({ kind, quantity }: Said): bigint | undefined {
  return kind === 'NEW' || kind === 'REPLACED' || kind === 'RESTATED' ? (quantity ?? undefined) : undefined;
}

function sessionWord({ kind }: Said): Facts['session'] | undefined {
  if (WORKED.has(kind)) return 'LIVE';
  return kind === 'DONE_FOR_DAY' || kind === 'SUSPENDED' ? kind : undefined;
}

function stoppedWord({ kind }: Said): boolean | undefined {
  if (kind === 'STOPPED') return true;
  return kind === 'NEW' || kind === 'RESTATED' ? false : undefined;
}

function completeWord({ kind, last }: Said): boolean | undefined {
  if (kind === 'TRADE' && last) return true;
  return kind === 'TRADE_CANCEL' ? false : undefined;
}

function endOf({ kind, last }: Said): Facts['end'] {
  if (kind === 'CANCELED' || kind === 'EXPIRED' || kind === 'REJECTED') return kind;
  return kind === 'TRADE_CANCEL' && last ? 'CANCELED' : null;
}

function factsOf({ said, opened, asked, timeInForce }: Model): Facts {
  const sorted = [...said].sort((a, b) => a.at - b.at || a.number - b.number);
  const counted = sorted.filter(({ kind }) => kind === 'TRADE').flatMap((fill) => countOf(fill, sorted));
  const cumQty = counted.reduce((sum, { quantity }) => sum + quantity, 0n);
  const amount = counted.reduce((sum, { quantity, price }) => sum + quantity * price, 0n);
  const quantity = lastWord(sorted, quantityWord) ?? opened;
  const end = sorted.map(endOf).find((each) => each !== null) ?? null;
  const session = lastWord(sorted, sessionWord) ?? 'LIVE';
  const complete = lastWord(sorted, completeWord) ?? false;
  const filled = complete || (quantity !== null && cumQty >= quantity);
  const over = end !== null || (session === 'DONE_FOR_DAY' && timeInForce === 'DAY');
  return {
    ...{ end, session, complete, filled, quantity, cumQty, amount, over },
    asked: asked.map(({ action }) => action),
    stopped: lastWord(sorted, stoppedWord) ?? false,
    taken: sorted.some(({ kind }) => TAKEN.has(kind)),
    open: !filled && !over,
  };
}

/** What a fill counts for: as it was corrected last, and nothing once it is busted. */
function countOf(fill: Said, sorted: readonly Said[]): readonly { quantity: bigint; price: bigint }[] {
  const about = sorted.filter(({ kind, number }) => kind !== 'TRADE' && fillOf(number, sorted) === fill);
  if (about.some(({ kind }) => kind === 'TRADE_CANCEL')) return [];
  const { quantity, price } = about.findLast(({ kind }) => kind === 'TRADE_CORRECT') ?? fill;
  return [{ quantity: quantity ?? 0n, price }];
}

/** The fill that a number means, itself or through corrections of it. */
function fillOf(number: number | null, said: readonly Said[]): Said | undefined {
  const found = said.find((each) => each.number === number);
  if (!found || found.kind === 'TRADE') return found;
  return found.kind === 'TRADE_CORRECT' || found.kind === 'TRADE_CANCEL' ? fillOf(found.about, said) : undefined;
}

/** The order after a report; null when the report waits for the execution that it is about. */
export function tell(model: Model, report: Said): Model | null {
  const { kind, request } = report;
  const { asked, answered } = model;
  if (kind === 'TRADE_CANCEL' || kind === 'TRADE_CORRECT') return tellOfFill(model, report);
  if (kind === 'PENDING_CANCEL' || kind === 'PENDING_REPLACE') return tellOfRequest(model, report);
  const settled = request === null ? answered : new Set([...answered, request]);
  const rest = asked.filter((each) => each.request !== request);
  const after = { ...model, said: [...model.said, report] };
  if (endOf(report)) return { ...after, asked: [], answered: settled };
  if (kind === 'CANCEL_REJECTED') return { ...after, asked: rest, answered: settled };
  if (kind !== 'REPLACED') return after;
  // A quantity that the venue leaves out is the one that was asked for.
  const quantity = report.quantity ?? asked.find((each) => each.request === request)?.quantity ?? null;
  return { ...after, said: [...model.said, { ...report, quantity }], asked: rest, answered: settled };
}

function tellOfFill(model: Model, report: Said): Model | null {
  const fill = fillOf(report.about, model.said);
  if (!fill) return null;
  if (report.kind === 'TRADE_CANCEL' && countOf(fill, model.said).length === 0) return model;
  return { ...model, said: [...model.said, report], asked: endOf(report) ? [] : model.asked };
}

function tellOfRequest(model: Model, { kind, request, quantity }: Said): Model {
  const isOld = request === null || model.answered.has(request) || model.asked.some((each) => each.request === request);
  if (isOld || model.said.some((each) => endOf(each))) return model;
  return {
    ...model,
    asked: [...model.asked, { action: kind === 'PENDING_CANCEL' ? 'CANCEL' : 'REPLACE', request, quantity }],
  };
}

/** Requests without an answer that an order may have. */
const ASKED_MAX = 10;

/** The order after a request of its trader; null when it is refused. An increase opens a filled order again (C.1.c). */
export function ask(model: Model, { action, request, quantity }: Asked): Model | null {
  const { open, over, complete, cumQty } = factsOf(model);
  const isBad = quantity !== null && (model.byAmount || quantity <= cumQty);
  const mayBe = open || (quantity !== null && !complete && !over);
  if (!mayBe || isBad || model.asked.length >= ASKED_MAX) return null;
  return { ...model, asked: [...model.asked, { action, request, quantity }] };
}

export function show(model: Model): Shown {
  const facts = factsOf(model);
  const { asked, quantity, cumQty, amount, open } = facts;
  const leaves = open ? quantity && quantity - cumQty : 0n;
  return {
    status: PRECEDENCE.find(([, holds]) => holds(facts))![0],
    pendingAction: asked.includes('CANCEL') ? 'CANCEL' : (asked[0] ?? null),
    quantity: quantity === null ? null : print(quantity, 6),
    cumQty: print(cumQty, 6),
    leavesQty: leaves === null ? null : print(leaves, 6),
    avgPx: cumQty === 0n ? null : print(halfEven(amount * SCALE * SCALE, cumQty), 18),
  };
}

/** The quotient to the nearest integer; of two as near the even one. */
function halfEven(dividend: bigint, divisor: bigint): bigint {
  const [whole, rest] = [dividend / divisor, (dividend % divisor) * 2n];
  return rest > divisor || (rest === divisor && whole % 2n === 1n) ? whole + 1n : whole;
}

/** An integer with so many decimals, as a plain decimal without trailing zeros. */
export function print(scaled: bigint, decimals: number): string {
  const digits = scaled.toString().padStart(decimals + 1, '0');
  const fraction = digits.slice(-decimals).replace(/0+$/, '');
  return digits.slice(0, -decimals) + (fraction && `.${fraction}`);
}
