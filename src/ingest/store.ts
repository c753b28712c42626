import type { Tx } from '../db/client.ts';
import { ConflictError } from '../db/transaction.ts';
import type { QuarantinedReport, WebhookDelivery } from '../generated/prisma/client.ts';
import { type UserId, userId } from '../kernel/brand.ts';
import type { QuarantineReason } from '../orders/decide.ts';
import type { Delivery } from './delivery.ts';

export interface VenueAccountKey {
  readonly venue: string;
  readonly account: string;
}

export const accountKey = ({ venue, account }: VenueAccountKey): string => JSON.stringify([venue, account]);
export const deliveryKey = ({ venue, deliveryId }: Pick<Delivery, 'venue' | 'deliveryId'>): string =>
  JSON.stringify([venue, deliveryId]);

/** Those of these deliveries that were answered before, by deliveryKey. */
export async function readInbox(
  tx: Tx,
  deliveries: readonly Delivery[],
): Promise<ReadonlyMap<string, WebhookDelivery>> {
  const asked = deliveries.map(({ venue, deliveryId }) => ({ venue, delivery_id: deliveryId }));
  const rows = await tx.$queryRaw<WebhookDelivery[]>`
    SELECT venue, delivery_id AS "deliveryId", body_hash AS "bodyHash", accepted, duplicates, quarantined, unreadable
    FROM webhook_inbox
    JOIN json_to_recordset(${JSON.stringify(asked)}::json) AS asked (venue text, delivery_id text)
      USING (venue, delivery_id)`;
  return new Map(rows.map((row) => [deliveryKey(row), row]));
}

/** @throws ConflictError when another transaction has just answered one of them. */
export async function writeInbox(tx: Tx, answered: readonly WebhookDelivery[]): Promise<void> {
  if (answered.length === 0) return;
  const rows = answered.map(({ venue, deliveryId, bodyHash, receivedAt, ...counts }) => ({
    ...{ venue, ...counts },
    delivery_id: deliveryId,
    body_hash: bodyHash,
    received_at: receivedAt,
  }));
  const written = await tx.$executeRaw`
    INSERT INTO webhook_inbox SELECT * FROM json_populate_recordset(NULL::webhook_inbox, ${JSON.stringify(rows)}::json)
    ORDER BY venue, delivery_id ON CONFLICT DO NOTHING`;
  if (written < rows.length) throw new ConflictError('a delivery was answered meanwhile');
}

/** The users whose accounts these are, by accountKey. */
export async function readOwners(tx: Tx, accounts: readonly VenueAccountKey[]): Promise<ReadonlyMap<string, UserId>> {
  if (accounts.length === 0) return new Map();
  const rows = await tx.$queryRaw<(VenueAccountKey & { user_id: string })[]>`
    SELECT venue, account, user_id FROM venue_accounts
    JOIN json_to_recordset(${JSON.stringify(accounts)}::json) AS asked (venue text, account text) USING (venue, account)`;
  return new Map(rows.map((row) => [accountKey(row), userId(row.user_id)]));
}

/**
 * Holds off, until commit, whoever links one of these unmapped accounts: otherwise a report could be quarantined for an
 * account that was linked, and its quarantine replayed, a moment before.
 * @throws ConflictError when one of them has been linked by now
 */
export async function holdUnmapped(tx: Tx, accounts: readonly VenueAccountKey[]): Promise<void> {
  if (accounts.length === 0) return;
  await tx.$queryRaw`
    SELECT count(pg_advisory_xact_lock_shared(hashtextextended(key, 0)))
    FROM (SELECT unnest(${accounts.map(accountKey)}::text[]) AS key ORDER BY 1) AS keys`;
  const owners = await readOwners(tx, accounts);
  if (owners.size > 0) throw new ConflictError('an account was linked meanwhile');
}

/** The other side of holdUnmapped. */
export async function holdLink(tx: Tx, account: VenueAccountKey): Promise<void> {
  await tx.$queryRaw`SELECT count(pg_advisory_xact_lock(hashtextextended(${accountKey(account)}, 0)))`;
}

export interface Quarantined {
  readonly id: string;
  readonly venue: string;
  readonly account: string | null;
  readonly deliveryId: string;
  /** Place in its delivery, from 0. */
  readonly position: number;
  readonly reason: QuarantineReason;
  readonly detail: string;
  readonly body: string;
  readonly createdAt: Date;
  /** What it can be applied after: an order of one of these names (see OrderRef), or the execution `e:<execId>`. */
  readonly waitsFor: readonly string[];
}

export const executionRef = (execId: string): string => `e:${execId}`;

/**
 * Locks up to `limit` reports of one venue that wait for what is there now, the oldest first. Those that another
 * process replays are left to it.
 */
export async function lockReady(tx: Tx, limit: number): Promise<readonly QuarantinedReport[]> {
  return await tx.$queryRaw<QuarantinedReport[]>`
    WITH ready AS (
      SELECT report.id, report.venue FROM quarantined_reports AS report
      WHERE resolved_at IS NULL AND waits_for <> '{}' AND EXISTS (
        SELECT FROM unnest(report.waits_for) AS wanted WHERE EXISTS (
          SELECT FROM order_refs AS known
          WHERE known.venue = report.venue AND known.account = report.account AND known.ref = wanted
        ) OR wanted LIKE 'e:%' AND EXISTS (
          SELECT FROM executions AS known WHERE known.venue = report.venue AND known.exec_id = substr(wanted, 3)
        )
      )
      ORDER BY created_at, delivery_id, position LIMIT ${limit}
    )
    SELECT id, report.venue, account, delivery_id AS "deliveryId", position, reason, detail, body, waits_for AS "waitsFor",
      created_at AS "createdAt", resolved_at AS "resolvedAt"
    FROM quarantined_reports AS report
    WHERE id IN (SELECT id FROM ready WHERE venue = (SELECT min(venue) FROM ready)) AND resolved_at IS NULL
    ORDER BY created_at, delivery_id, position FOR UPDATE SKIP LOCKED`;
}

/** Locks those of these reports that are of the venue and not resolved, the oldest first. An envelope can't be tried again. */
export async function lockWaiting(
  tx: Tx,
  venue: string,
  ids: readonly string[],
): Promise<readonly QuarantinedReport[]> {
  const rows = await tx.$queryRaw<{ id: string }[]>`
    SELECT id FROM quarantined_reports WHERE id = ANY(${[...ids]}::uuid[]) AND venue = ${venue}
      AND resolved_at IS NULL AND reason <> 'UNREADABLE_ENVELOPE'
    ORDER BY id FOR UPDATE`;
  return await tx.quarantinedReport.findMany({
    where: { id: { in: rows.map(({ id }) => id) } },
    orderBy: [{ createdAt: 'asc' }, { deliveryId: 'asc' }, { position: 'asc' }],
  });
}

export async function writeQuarantined(tx: Tx, reports: readonly Quarantined[]): Promise<void> {
  const data = reports.map((report) => ({
    ...{ ...report, waitsFor: [...report.waitsFor] },
    tryAt: report.reason === 'UNCONFIRMED' ? report.createdAt : null,
  }));
  if (data.length > 0) await tx.quarantinedReport.createMany({ data });
}
