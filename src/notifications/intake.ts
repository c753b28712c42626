import { isDeepStrictEqual } from 'node:util';
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
  /** The operator's own: a notice that was given out under it is not given out again. */
  readonly key?: string | null | undefined;
}

/** Writes a notice down, to be given out user by user. Idempotent by `key`. @returns its id */
export async function announce(
  { db, clock, ids }: IntakeDeps,
  operator: UserId,
  { type, title, body, region, appVersionBelow = null, key = null }: Notice,
): Promise<{ readonly id: string } | { readonly fault: string }> {
  const id = ids.uuid();
  const told = { type, title, body, region: region?.toUpperCase() ?? null, appVersionBelow };
  const data = { id, key, ...told, createdBy: operator, createdAt: clock.now() };
  const { count } = await db.systemNotice.createMany({ data, skipDuplicates: true });
  if (count === 1 || key === null) return { id };
  const { id: first, ...earlier } = await db.systemNotice.findUniqueOrThrow({
    where: { key },
    select: { id: true, type: true, title: true, body: true, region: true, appVersionBelow: true },
  });
  return isDeepStrictEqual(earlier, told) ? { id: first } : { fault: 'the key was used for another notice' };
}
