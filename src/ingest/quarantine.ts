import { z } from 'zod';
import { inTransaction } from '../db/transaction.ts';
import type { Deps } from '../deps.ts';
import type { Prisma, QuarantinedReport } from '../generated/prisma/client.ts';
import { builder } from '../graphql/builder.ts';
import { badInput } from '../graphql/errors.ts';
import { type Connection, type Page, pageArgs, readConnection } from '../graphql/paging.ts';
import { globalId, parseUuidOf } from '../kernel/global-id.ts';
import { isStorableTime } from '../kernel/time.ts';
import { QUARANTINE_REASONS } from '../orders/decide.ts';
import { DELIVERY_REPORTS_MAX } from './delivery.ts';
import { applyAgain } from './replay.ts';
import { lockWaiting } from './store.ts';

const QuarantineReason = builder.enumType('QuarantineReason', {
  values: QUARANTINE_REASONS,
  description: 'Why a report could not be applied.',
});

const QuarantinedReportRef = builder.objectRef<QuarantinedReport>('QuarantinedReport').implement({
  description: 'What a venue sent and could not be applied, whole. Nothing of it is lost.',
  fields: (t) => ({
    id: t.id({ resolve: ({ id }) => globalId('QuarantinedReport', id) }),
    venue: t.exposeString('venue'),
    account: t.exposeString('account', { nullable: true }),
    deliveryId: t.exposeString('deliveryId', {
      description: 'The delivery that it came in, or the replay that set it aside again.',
    }),
    reason: t.field({ type: QuarantineReason, resolve: ({ reason }) => reason as (typeof QUARANTINE_REASONS)[number] }),
    detail: t.exposeString('detail'),
    body: t.exposeString('body', { description: 'As the venue sent it.' }),
    createdAt: t.field({ type: 'DateTime', resolve: ({ createdAt }) => createdAt.toISOString() }),
    resolvedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When it was applied, or set aside again under another id; null while it waits.',
      resolve: ({ resolvedAt }) => resolvedAt?.toISOString() ?? null,
    }),
  }),
});

const ConnectionRef = builder.connectionObject<
  typeof QuarantinedReportRef,
  Connection<QuarantinedReport>,
  { list: false; items: false },
  false
>({ type: QuarantinedReportRef, name: 'QuarantinedReportConnection' }, { name: 'QuarantinedReportEdge' });

const FilterInput = builder.inputType('QuarantineFilter', {
  fields: (t) => ({
    venues: t.stringList(),
    reasons: t.field({ type: [QuarantineReason] }),
    resolved: t.boolean({ description: 'False: what still waits. Both unless given.' }),
  }),
});

type Key = readonly [string, string];
const keySchema: z.ZodType<Key> = z.tuple([
  z.iso.datetime().refine((text) => isStorableTime(new Date(text))),
  z.uuid(),
]);

builder.queryField('quarantinedReports', (t) =>
  t.field({
    type: ConnectionRef,
    authScopes: { admin: true },
    description: 'What could not be applied, of all venues and accounts, newest first.',
    args: { ...pageArgs(t), filter: t.arg({ type: FilterInput }) },
    resolve: (_root, { filter, ...args }, { deps, rows }) =>
      readConnection<QuarantinedReport, QuarantinedReport, Key>(
        { args, rows },
        {
          key: keySchema,
          keyOf: ({ createdAt, id }) => [createdAt.toISOString(), id],
          nodeOf: (report) => report,
          read: (page) => readQuarantined(deps, whereFilter(filter ?? {}), page),
        },
      ),
  }),
);

function whereFilter({
  venues,
  reasons,
  resolved,
}: typeof FilterInput.$inferInput): Prisma.QuarantinedReportWhereInput {
  return {
    ...(venues && { venue: { in: venues } }),
    ...(reasons && { reason: { in: reasons } }),
    ...(typeof resolved === 'boolean' && { resolvedAt: resolved ? { not: null } : null }),
  };
}

function readQuarantined(
  { db }: Pick<Deps, 'db'>,
  where: Prisma.QuarantinedReportWhereInput,
  { after, before, limit, inverted }: Page<Key>,
): Promise<QuarantinedReport[]> {
  const direction = inverted ? 'asc' : 'desc';
  const beyond = ([createdAt, id]: Key, side: 'lt' | 'gt'): Prisma.QuarantinedReportWhereInput => ({
    OR: [{ createdAt: { [side]: createdAt } }, { createdAt, id: { [side]: id } }],
  });
  return db.quarantinedReport.findMany({
    where: { AND: [where, after ? beyond(after, 'lt') : {}, before ? beyond(before, 'gt') : {}] },
    orderBy: [{ createdAt: direction }, { id: direction }],
    take: limit,
  });
}

builder.mutationField('replayQuarantined', (t) =>
  t.field({
    type: [QuarantinedReportRef],
    authScopes: { admin: true },
    description:
      'Tries reports again that were set aside, when their cause is gone, and returns them as they are now: resolved. What still can’t be applied is set aside anew.',
    args: { ids: t.arg.idList({ required: true, validate: z.array(z.string()).min(1).max(DELIVERY_REPORTS_MAX) }) },
    resolve: async (_root, { ids }, { deps }) => {
      const uuids = ids.map((id) => parseUuidOf('QuarantinedReport', id)).filter((uuid) => uuid !== null);
      if (uuids.length < ids.length) throw badInput('an id is none of a quarantined report');
      return await replay(deps, uuids);
    },
  }),
);

/** The reports of each venue in a transaction of its own; those that are resolved already stay as they are. */
async function replay(deps: Deps, ids: readonly string[]): Promise<QuarantinedReport[]> {
  const where = { id: { in: [...ids] } };
  const venues = await deps.db.quarantinedReport.findMany({ where, distinct: ['venue'], select: { venue: true } });
  for (const { venue } of venues) {
    const events = await inTransaction(deps.db, async (tx) => {
      const reports = await lockWaiting(tx, venue, ids);
      return reports.length === 0 ? [] : await applyAgain(tx, deps, { venue, reports });
    });
    deps.bus.publish(events);
  }
  return await deps.db.quarantinedReport.findMany({ where, orderBy: [{ createdAt: 'desc' }, { id: 'desc' }] });
}
