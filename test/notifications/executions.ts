import type { ReportedExecution } from '../../src/notifications/report-fills.ts';
import { type ReportInput, reportFigures } from '../../src/notifications/report.ts';

/** Executions of one symbol at one venue, a minute apart, for stories about reports. */

export const FROM = new Date('2026-11-20T00:00:00.000Z');
export const TO = new Date('2026-11-21T00:00:00.000Z');

let count = 0;

/** `at` is hours from the report's first day: below zero is before it. */
export function execution(more: Partial<ReportedExecution> & { readonly at?: number } = {}): ReportedExecution {
  const { at = 1, ...rest } = more;
  count += 1;
  const time = new Date(FROM.getTime() + at * 3_600_000).toISOString();
  return {
    ...{ execId: `x${String(count).padStart(6, '0')}`, execType: 'TRADE', execRefId: null, orderId: `o${count}` },
    ...{ venue: 'alpaca', account: null, symbol: 'AAPL', assetClass: 'EQUITY', side: 'BUY' },
    ...{ lastQty: '1', lastPx: '1', transactTime: time, receivedAt: time, counts: true },
    ...{ covered: false, derived: null, known: true },
    ...rest,
  };
}

export const buy = (lastQty: string, lastPx: string, more: Parameters<typeof execution>[0] = {}): ReportedExecution =>
  execution({ ...more, side: 'BUY', lastQty, lastPx });
export const sell = (lastQty: string, lastPx: string, more: Parameters<typeof execution>[0] = {}): ReportedExecution =>
  execution({ ...more, side: 'SELL', lastQty, lastPx });

export const daily = (executions: readonly ReportedExecution[], more: Partial<ReportInput> = {}) =>
  reportFigures({ report: 'DAILY_REPORT', from: FROM, to: TO, executions, openOrders: [], ...more });
