import type { Db } from './client.ts';

/** Whether somebody has, or waits for, a lock on one of our tables that writes queue behind, as ALTER TABLE takes it. */
export async function isTableLocked(db: Db): Promise<boolean> {
  const [found] = await db.$queryRaw<{ locked: boolean }[]>`
    SELECT EXISTS (
      SELECT FROM pg_locks JOIN pg_class ON pg_class.oid = relation
      WHERE pid <> pg_backend_pid() AND relkind = 'r' AND relnamespace = current_schema()::regnamespace
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
        AND mode IN ('ShareLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock')
    ) AS locked`;
  return found?.locked ?? false;
}
