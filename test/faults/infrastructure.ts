import path from 'node:path';
import { makeTemplate } from './database.ts';
import { openPostgres, type Postgres } from './postgres.ts';
import type { MemoryFolder } from './memory-folder.ts';
import { openRedis, type RedisServer } from './redis.ts';

/** What is started once and shared by runs. */
export interface Infrastructure {
  readonly logs: string;
  /** A memory folder that holds the write-ahead log, where there is one. */
  readonly walFolder: MemoryFolder | null;
  readonly postgres: Postgres;
  readonly redis: RedisServer;
  /** What a failed run may have left broken. */
  mend(): Promise<void>;
  stop(): Promise<void>;
}

export async function openInfrastructure(logs: string, walFolder: MemoryFolder | null = null): Promise<Infrastructure> {
  const log = path.join(logs, walFolder ? 'postgres-small-log.log' : 'postgres.log');
  const postgres = await openPostgres({ log, ...(walFolder && { walFolder: walFolder.path }) });
  await makeTemplate(postgres, path.join(logs, 'template.log'));
  const redis = await openRedis(path.join(logs, 'redis.log'));
  return {
    ...{ logs, walFolder, postgres, redis },
    async mend() {
      postgres.thaw();
      redis.thaw();
      if (!(await isAsUsual(postgres))) await postgres.restart();
    },
    async stop() {
      await redis.stop();
      await postgres.stop();
      walFolder?.close();
    },
  };
}

const isAsUsual = (postgres: Postgres): Promise<boolean> =>
  postgres.query<{ max_connections: string }>('SHOW max_connections').then(
    ([row]) => row?.max_connections === '120',
    () => false,
  );
