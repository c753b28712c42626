import { inTransaction } from '../db/transaction.ts';
import type { Deps } from '../deps.ts';
import { type UserId, userId } from '../kernel/brand.ts';
import { parseUuidOf } from '../kernel/global-id.ts';
import { type NewFact, takeFacts } from './facts-store.ts';
import type { NotificationData } from './notification.ts';
import type { NotificationType } from './words.ts';

/** What others find out. All the rest is known here first: what an order did, what is reported, what an operator says. */
export const REPORTED_TYPES = [
  'STRATEGY_STATUS',
  'RISK_VIOLATION',
  'LIMIT_BREACHED',
  'PRICE_ALERT',
  'VOLUME_ALERT',
  'ACCOUNT_SECURITY',
  'BROKER_DISCONNECTED',
] as const satisfies readonly NotificationType[];

/** Keys of others, apart from our own: none of them may stand for an event of an order. */
const REPORTED_KEY = 'fact:';

export interface ReportedFact {
  readonly userId: string;
  readonly type: NotificationType;
  readonly key: string;
  readonly symbol?: string | null | undefined;
  readonly strategy?: string | null | undefined;
  readonly orderId?: string | null | undefined;
  readonly data?: NotificationData | null | undefined;
  readonly occurredAt: Date;
}

type IntakeDeps = Pick<Deps, 'db' | 'clock' | 'ids' | 'announce'>;

/** Takes facts up, all or none. One whose key its user has had before is the same one. */
export async function reportFacts(
  { db, announce, ...deps }: IntakeDeps,
  reported: readonly ReportedFact[],
): Promise<{ readonly accepted: number; readonly duplicates: number } | { readonly fault: string }> {
  const fault = reported.map(faultOf).find((each) => each !== null);
  if (fault) return { fault };
  const facts = reported.map(factOf);
  const accepted = await inTransaction(db, (tx) => takeFacts(tx, deps, facts));
  announce([...new Set(facts.map((fact) => fact.userId))]);
  return { accepted, duplicates: facts.length - accepted };
}

function faultOf({ type, orderId }: ReportedFact, n: number): string | null {
  if (!(REPORTED_TYPES as readonly NotificationType[]).includes(type)) {
    return `facts.${n}.type: ${type} is found out here; give ${REPORTED_TYPES.join(', ')}`;
  }
  if (typeof orderId === 'string' && parseUuidOf('Order', orderId) === null)
    return `facts.${n}.orderId: is no id of an order`;
  return null;
}

const factOf = ({ userId: user, key, symbol, strategy, orderId, data, ...fact }: ReportedFact): NewFact => ({
  ...{ ...fact, userId: userId(user), key: `${REPORTED_KEY}${key}`, data: data ?? {} },
  ...{ symbol: symbol ?? null, strategy: strategy ?? null, orderId: orderId ?? null },
});

export const NOTICE_TYPES = [
  'SYSTEM_NOTICE',
  'SYSTEM_MAINTENANCE',
  'REGULATORY_NOTICE',
] as const satisfies readonly NotificationType[];

export interface Notice {
  readonly type: (typeof NOTICE_TYPES)[number];
  readonly title: string;
  readonly body: string;
  readonly region?: string | null | undefined;
  readonly appVersionBelow?: string | null | undefined;
}

/** Writes a notice down, to be given out user by user. @returns its id */
export async function announce(
  { db, clock, ids }: IntakeDeps,
  operator: UserId,
  { region = null, appVersionBelow = null, ...notice }: Notice,
): Promise<string> {
  const id = ids.uuid();
  const data = {
    id,
    ...notice,
    region: region?.toUpperCase() ?? null,
    appVersionBelow,
    createdBy: operator,
    createdAt: clock.now(),
  };
  await db.systemNotice.create({ data });
  return id;
}
