import type { Db, Tx } from '../db/client.ts';
import { type UserId, userId } from '../kernel/brand.ts';
import type { Clock, Ids } from '../kernel/clock.ts';
import { ensureUsers } from '../stream/append.ts';
import type { Fact, NotificationData } from './notification.ts';
import type { NotificationType } from './words.ts';

/** What one transaction takes up of the facts that wait. */
export const FACTS_MAX = 500;

/** It is received when it is taken up. */
export type NewFact = Omit<Fact, 'receivedAt'>;

/**
 * Takes facts up, to be told by the router. One whose key its user has had before is the same one.
 * @returns how many are new
 */
export async function takeFacts(
  tx: Tx,
  { clock, ids }: { readonly clock: Clock; readonly ids: Ids },
  facts: readonly NewFact[],
): Promise<number> {
  if (facts.length === 0) return 0;
  await ensureUsers(
    tx,
    facts.map((fact) => fact.userId),
  );
  const rows = facts.map((fact) => ({
    ...{ id: ids.uuid(), user_id: fact.userId, type: fact.type, key: fact.key, order_id: fact.orderId },
    ...{ symbol: fact.symbol, strategy: fact.strategy, data: fact.data, occurred_at: fact.occurredAt },
  }));
  return await tx.$executeRaw`
    INSERT INTO notification_facts (id, user_id, type, key, order_id, symbol, strategy, data, occurred_at, created_at)
    SELECT id, user_id, type, key, order_id, symbol, strategy, data, occurred_at, ${clock.now()}
    FROM json_to_recordset(${JSON.stringify(rows)}::json) AS t (id uuid, user_id text, type text, key text, order_id text,
      symbol text, strategy text, data json, occurred_at timestamptz)
    ORDER BY user_id, key ON CONFLICT DO NOTHING`;
}

interface FactRow {
  readonly id: string;
  readonly user_id: string;
  readonly type: NotificationType;
  readonly key: string;
  readonly order_id: string | null;
  readonly symbol: string | null;
  readonly strategy: string | null;
  readonly data: NotificationData;
  readonly occurred_at: Date;
  readonly created_at: Date;
}

export interface WaitingFact extends Fact {
  /** Of its row. */
  readonly rowId: string;
}

/** What was taken up for these users and not told yet, oldest first. */
export async function readWaitingFacts(tx: Tx, users: readonly UserId[]): Promise<readonly WaitingFact[]> {
  const rows = await tx.$queryRaw<FactRow[]>`
    SELECT id::text, user_id, type, key, order_id, symbol, strategy, data, occurred_at, created_at FROM notification_facts
    WHERE routed_at IS NULL AND user_id = ANY(${[...users]}::text[]) ORDER BY created_at, id LIMIT ${FACTS_MAX}`;
  return rows.map(({ id, user_id, order_id, occurred_at, created_at, ...row }) => ({
    ...{
      ...row,
      rowId: id,
      userId: userId(user_id),
      orderId: order_id,
      occurredAt: occurred_at,
      receivedAt: created_at,
    },
  }));
}

export async function markRouted(tx: Tx, facts: readonly WaitingFact[], now: Date): Promise<void> {
  if (facts.length === 0) return;
  const rows = facts.map(({ rowId }) => rowId);
  await tx.$executeRaw`UPDATE notification_facts SET routed_at = ${now} WHERE id = ANY(${rows}::uuid[])`;
}

/** What a look for users takes up: a notice to everybody must not keep what came after it waiting for long. */
const WAITING_MAX = 10_000;

/** Users for whom facts wait. */
export async function usersWithFacts(db: Db): Promise<readonly UserId[]> {
  const rows = await db.$queryRaw<{ user_id: string }[]>`
    SELECT DISTINCT user_id FROM (
      SELECT user_id FROM notification_facts WHERE routed_at IS NULL ORDER BY created_at LIMIT ${WAITING_MAX}
    ) AS waiting`;
  return rows.map(({ user_id }) => userId(user_id));
}
