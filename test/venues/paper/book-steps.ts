import { decimal, type Decimal } from '../../../src/kernel/decimal.ts';
import { admitChange, applyChange, applyScenario, place, wakeOrder } from '../../../src/venues/paper/book.ts';
import { openBook, type Book } from '../../../src/venues/paper/memory.ts';
import { closedPhase, type PlaceRequest, type ScenarioKind } from '../../../src/venues/paper/order.ts';
import type { PaperReport } from '../../../src/venues/paper/report.ts';

export const d = (text: string): Decimal => decimal(text);

export const bookOf = (seed = 1, run = 'r1'): Book => openBook({ seed, run });

export function request(terms: Partial<PlaceRequest> = {}): PlaceRequest {
  return {
    kind: 'NEW',
    clOrdId: 'c1',
    account: 'acc',
    symbol: 'AAPL',
    assetClass: 'EQUITY',
    side: 'BUY',
    orderType: 'MARKET',
    timeInForce: 'DAY',
    quantity: terms.notional ? null : d('100'),
    notional: null,
    price: null,
    stopPx: null,
    ...terms,
  };
}

/** Takes the order and returns its number. */
export function placed(book: Book, terms: Partial<PlaceRequest> = {}): number {
  const admission = place(book, request(terms));
  if (admission.status !== 'TAKEN') throw new Error(`not taken: ${admission.status}`);
  return admission.number;
}

/** Wakes the order until it is closed, held or was woken `wakesMax` times, and returns what was reported. */
export function run(book: Book, number: number, wakesMax = 20): readonly PaperReport[] {
  const reports: PaperReport[] = [];
  for (let wakes = 0; wakes < wakesMax; wakes += 1) {
    const outcome = wakeOrder(book, number);
    reports.push(...(outcome?.reports ?? []));
    if (!outcome || closedPhase(outcome.order) || outcome.order.phase === 'HELD') break;
  }
  return reports;
}

/** The order's course in short, such as `NEW TRADE TRADE`. */
export const course = (reports: readonly PaperReport[]): string => reports.map(({ execType }) => execType).join(' ');

export const trades = (reports: readonly PaperReport[]): readonly PaperReport[] =>
  reports.filter(({ execType }) => execType === 'TRADE');

export const sum = (texts: readonly (string | undefined)[]): string =>
  texts.reduce((total, text) => total.plus(text ?? '0'), d('0')).toFixed();

/** Limits that a buyer of AAPL always meets and never meets. */
export const FAR_ABOVE = d('300');
export const FAR_BELOW = d('100');

/** Requests a replacement or a cancel of c1 as c2, lets it have its effect and returns what was reported. */
export function changed(
  book: Book,
  terms: { quantity?: string; price?: string } | 'CANCEL',
  ids = {},
): readonly PaperReport[] {
  const common = { clOrdId: 'c2', origClOrdId: 'c1', account: 'acc', venueOrderId: null, ...ids };
  const change =
    terms === 'CANCEL'
      ? ({ kind: 'CANCEL', ...common } as const)
      : ({
          kind: 'REPLACE',
          ...common,
          quantity: terms.quantity ? d(terms.quantity) : null,
          price: terms.price ? d(terms.price) : null,
          stopPx: null,
        } as const);
  const admission = admitChange(book, change);
  if (admission.status !== 'TAKEN') throw new Error(admission.status);
  return applyChange(book, admission.number, change)?.reports ?? [];
}

/** Asks a scenario of c1, for any account unless told. */
export function instructed(book: Book, kind: ScenarioKind, target: { account?: string; clOrdId?: string } = {}) {
  return applyScenario(book, { account: null, clOrdId: 'c1', ...target }, { kind, text: 'as asked' });
}
