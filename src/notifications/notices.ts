import type { Db, Tx } from '../db/client.ts';
import { inTransaction } from '../db/transaction.ts';
import type { Deps } from '../deps.ts';
import type { SystemNotice } from '../generated/prisma/client.ts';
import { type UserId, userId } from '../kernel/brand.ts';
import { type NewFact, takeFacts } from './facts-store.ts';
import type { NotificationType } from './words.ts';
import { isBelow } from './version.ts';

/** Users that one transaction gives a notice to. */
const USERS_PER_PAGE = 500;

interface NoticeDeps extends Pick<Deps, 'clock' | 'ids'> {
  readonly db: Db;
  readonly taken: (users: readonly UserId[]) => void;
}

/** Gives out the notices of the operator, page by page of users; a notice that was cut off goes on at its place. */
export async function spreadNotices(deps: NoticeDeps, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const users = await inTransaction(deps.db, (tx) => spreadPage(tx, deps));
    if (users === null) return;
    deps.taken(users);
  }
}

async function spreadPage(tx: Tx, deps: NoticeDeps): Promise<readonly UserId[] | null> {
  const [notice] = await tx.$queryRaw<Pick<SystemNotice, 'id'>[]>`
    SELECT id::text FROM system_notices WHERE done_at IS NULL ORDER BY created_at LIMIT 1 FOR UPDATE SKIP LOCKED`;
  const whole = notice && (await tx.systemNotice.findUnique({ where: { id: notice.id } }));
  if (!whole) return null;
  const page = await readPage(tx, whole);
  const addressed = page.filter((row) => isAddressed(row, whole)).map(({ id }) => userId(id));
  await takeFacts(
    tx,
    deps,
    addressed.map((user) => noticeFact(user, whole)),
  );
  const isOver = page.length < USERS_PER_PAGE;
  const data = { place: page.at(-1)?.id ?? whole.place, ...(isOver && { doneAt: deps.clock.now() }) };
  await tx.systemNotice.update({ where: { id: whole.id }, data });
  return addressed;
}

interface UserRow {
  readonly id: string;
  readonly region: string | null;
  /** Of the apps on the user's devices. */
  readonly versions: readonly string[];
}

function readPage(tx: Tx, { place }: SystemNotice): Promise<readonly UserRow[]> {
  return tx.$queryRaw<UserRow[]>`
    SELECT users.id, preferences.data->>'region' AS region, ARRAY(
      SELECT DISTINCT app_version FROM devices WHERE devices.user_id = users.id AND app_version IS NOT NULL
    ) AS versions
    FROM users LEFT JOIN notification_preferences AS preferences ON preferences.user_id = users.id
    WHERE users.id > ${place ?? ''} ORDER BY users.id LIMIT ${USERS_PER_PAGE}`;
}

/** `IN-MH` is in `IN`. */
const isIn = (whole: string, region: string | null): boolean =>
  region === whole || (region?.startsWith(`${whole}-`) ?? false);

const isAddressed = ({ region, versions }: UserRow, notice: SystemNotice): boolean =>
  (notice.region === null || isIn(notice.region, region)) &&
  (notice.appVersionBelow === null || versions.some((version) => isBelow(version, notice.appVersionBelow ?? '')));

const noticeFact = (user: UserId, { id, type, title, body, createdAt }: SystemNotice): NewFact => ({
  ...{ userId: user, type: type as NotificationType, key: `notice:${id}`, occurredAt: createdAt },
  ...{ orderId: null, symbol: null, strategy: null, data: { title, body } },
});
