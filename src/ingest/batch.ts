import type { Delivery, Outcome } from './delivery.ts';
import { accountKey, deliveryKey } from './store.ts';

export const BATCH_DELIVERIES_MAX = 128;
export const BATCH_REPORTS_MAX = 500;
/** How far a lane looks for deliveries that it may take. */
export const SCANNED_DELIVERIES_MAX = 1_024;

/** A delivery whose sender waits for its answer. */
export interface Waiting {
  readonly delivery: Delivery;
  /** The accounts that it reports, by accountKey. */
  readonly accounts: readonly string[];
  readonly resolve: (outcome: Outcome) => void;
  readonly reject: (error: Error) => void;
}

/** What it counts of the bounds: its reports, and one for a delivery that has none, such as a venue's heartbeat. */
export const weight = ({ content }: Delivery): number =>
  'reports' in content ? Math.max(1, content.reports.length) : 1;

export function accountsOf({ venue, content }: Delivery): readonly string[] {
  if ('unreadable' in content) return [];
  const accounts = content.reports.map((received) => ('report' in received ? received.report.account : ''));
  return [...new Set(accounts)].map((account) => accountKey({ venue, account }));
}

/**
 * The next deliveries up to the bounds. One of a busy account stays, and with it what came later for its accounts, so that
 * nothing overtakes; a second one under the same id waits for the answer of the first.
 */
export function takeBatch(waiting: Waiting[], busy: ReadonlySet<string>): readonly Waiting[] {
  const ids = new Set<string>();
  const passed = new Set<string>();
  const left: Waiting[] = [];
  const batch: Waiting[] = [];
  let reports = 0;
  for (const item of waiting.splice(0, SCANNED_DELIVERIES_MAX)) {
    const key = deliveryKey(item.delivery);
    const isFree = !item.accounts.some((account) => busy.has(account) || passed.has(account));
    const fits = batch.length === 0 || reports + weight(item.delivery) <= BATCH_REPORTS_MAX;
    if (ids.has(key) || !isFree || !fits || batch.length === BATCH_DELIVERIES_MAX) {
      for (const account of item.accounts) passed.add(account);
      left.push(item);
      continue;
    }
    ids.add(key);
    reports += weight(item.delivery);
    batch.push(item);
  }
  waiting.unshift(...left);
  return batch;
}
