import { type CastingContext, stringify } from 'csv-stringify/sync';
import type { ExecutionView } from './execution-view.ts';

/** The fields of an execution as columns, in this order; the first row names them. */
export const CSV_COLUMNS = [
  ...[
    'id',
    'execId',
    'execType',
    'execRefId',
    'orderId',
    'clOrdId',
    'symbol',
    'assetClass',
    'side',
    'venue',
    'account',
  ],
  ...['platform', 'client', 'lastQty', 'lastPx', 'amount', 'transactTime', 'receivedAt', 'committedAt'],
  ...['counts', 'busted', 'correctedBy', 'superseded'],
] as const satisfies readonly (keyof ExecutionView)[];

/** Numbers and not text: a leading minus is one. */
const DECIMALS: ReadonlySet<unknown> = new Set(['lastQty', 'lastPx', 'amount']);
/** What venues and apps have written; the rest is ours and holds no formula. */
const FOREIGN: ReadonlySet<unknown> = new Set([
  ...['execId', 'execRefId', 'clOrdId', 'symbol', 'venue', 'account', 'client', 'correctedBy'],
]);

/**
 * Where a spreadsheet may see a formula begin (OWASP, CSV Injection; ASVS 5, 1.2.10). The library's `escape_formulas` looks at
 * the first character alone, and leaves a line feed and whatever a program skips before a formula. One that cuts lines at
 * semicolons or tabs, as it does where the comma is the decimal point, sees cells begin in the middle of ours.
 */
const FORMULA = /(^|[;\t\r\n])(?=["\s\p{Cc}\p{Cf}]*[=+\-@＝＋－＠])|^(?=[\t\r\n])/gu;

/** Text that no spreadsheet takes for a formula: an apostrophe says that text follows. */
export const asText = (text: string): string => text.replace(FORMULA, "$1'");

function castText(text: string, { column }: CastingContext) {
  if (FOREIGN.has(column)) return asText(text);
  return DECIMALS.has(column) && text.startsWith('-') ? { value: text, escape_formulas: false } : text;
}

/** Executions as CSV (RFC 4180), each line with its end; `header` puts the names of the columns before them. */
export function executionsCsv(executions: readonly ExecutionView[], { header }: { header: boolean }): string {
  if (executions.length === 0 && !header) return '';
  return stringify([...executions], {
    columns: [...CSV_COLUMNS],
    header,
    record_delimiter: '\r\n',
    quote_record_delimiter: true,
    escape_formulas: true,
    cast: { string: castText, boolean: String },
  });
}
