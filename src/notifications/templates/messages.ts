import type { NotificationType } from '../words.ts';
import type { Field, Row } from './fields.ts';

/**
 * Phrases that several messages share, made of the fields first.
 * - `order`: what it is about, such as "Buy 10 AAPL" - `fill`: "10 at 187.5" - `done`: how much is filled by now
 * - `why`: RejectReason in words - `said`: the venue's own words - the rest are counts with their plural
 */
export const PARTS = [
  'order',
  'fill',
  'done',
  'why',
  'said',
  'fillsText',
  'bustedText',
  'correctedText',
  'openOrdersText',
  'latestText',
] as const;
export type Part = (typeof PARTS)[number];

/** The days that a report is about. */
export type Argument = Field | Part | 'days';

/** ICU MessageFormat. `body` is whole without the title; `more` is what an e-mail says beside it, '' where that is nothing. */
export interface Form {
  readonly title: string;
  readonly body: string;
  readonly more: string;
}

/** Everything that is said in one language. The same keys in each, by this type. */
export interface Messages {
  readonly types: Readonly<Record<NotificationType, Form>>;
  readonly parts: Readonly<Record<Part, string>>;
  readonly labels: Readonly<Record<Row, string>>;
  /** Of an e-mail; `critical` is of those that can't be switched off. */
  readonly footer: { readonly everyday: string; readonly critical: string };
  readonly digest: {
    readonly title: string;
    /** Takes `first`, some titles, and `more`, how many others there are. */
    readonly body: string;
    readonly more: string;
    /** Between two titles. */
    readonly separator: string;
  };
  /** What carries a code to an address that is to be verified; `unasked` is for whoever else gets it. Both are one SMS. */
  readonly code: { readonly title: string; readonly body: string; readonly unasked: string };
  readonly report: Readonly<Record<ReportPhrase, string>>;
}

/** What a report by e-mail is made of. Each takes what its English one does. */
export type ReportPhrase =
  | 'late'
  | 'totals'
  | 'total'
  | 'totalLine'
  | 'unsummed'
  | 'bySymbol'
  | 'symbolLine'
  | 'chart'
  | 'changes'
  | 'bust'
  | 'correction'
  | 'openOrders'
  | 'openOrder'
  | 'unmatched'
  | 'earlier'
  | 'others'
  | 'nothing'
  | 'basis';

/** A choice by whether something is known. ICU chooses by a value's name, and a value may be anything: `constructor`, too. */
export const given = (name: Argument, then: string, otherwise = ''): string =>
  `{${name}Is, select, known {${then}} other {${otherwise}}}`;

/** A sentence that follows if there is one. */
export const also = (...names: Argument[]): string => names.map((name) => given(name, ` {${name}}`)).join('');
