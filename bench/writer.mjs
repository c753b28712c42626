// A second ingest process, as far as the readers can tell: commits events to the log and tells of them over Redis, at a
// rate that the machine could not take in through webhooks beside everything else.
import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import pg from 'pg';
import { onClose } from './children.mjs';

const TICK_MS = 20;

const APPEND = `
  WITH head AS (
    UPDATE stream_heads SET "offset" = "offset" + $1 WHERE user_id = ANY($2) RETURNING user_id, "offset"
  ), event AS (
    INSERT INTO stream_events (user_id, "offset", epoch, type, order_id, data, committed_at)
    SELECT row.user_id, head."offset" - $1 + row.n, epoch, 'orderUpdated', row.order_id, row.data, now()
    FROM json_to_recordset($3::json) AS row (user_id text, n int, order_id uuid, data json)
    JOIN head USING (user_id), stream_epoch
    RETURNING user_id, "offset", epoch
  )
  SELECT user_id, "offset", epoch FROM event ORDER BY user_id, "offset"`;

/** Continues the streams of all users who have an event. */
export async function openWriter({ databaseUrl, redisUrl, redisPrefix }) {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  onClose(() => client.end());
  const redis = new Redis(redisUrl);
  onClose(() => redis.disconnect());
  const { rows } = await client.query('SELECT DISTINCT ON (user_id) user_id, order_id, data FROM stream_events');
  const patterns = rows.map(({ user_id: user, order_id: orderId, data }) => ({ user, orderId, data }));

  const commit = async (each, sentAt) => {
    const made = patterns.flatMap(({ user, orderId, data }) =>
      Array.from({ length: each }, (_, n) => {
        const execId = randomUUID();
        const event = { ...data.event, id: execId, execId };
        return { user_id: user, n: n + 1, order_id: orderId, execId, data: { ...data, event } };
      }),
    );
    const { rows: placed } = await client.query(APPEND, [each, patterns.map(({ user }) => user), JSON.stringify(made)]);
    const places = groupBy(placed, ({ user_id: user }) => user);
    for (const { execId } of made) sentAt(execId);
    for (const { user } of patterns) {
      const own = made.filter(({ user_id: of }) => of === user);
      const message = own.map(({ data }, n) => {
        const { offset, epoch } = places.get(user)[n];
        return { position: { epoch, offset: Number(offset) }, type: 'orderUpdated', data };
      });
      redis.publish(`${redisPrefix}user:${user}`, JSON.stringify(message)).catch(() => undefined);
    }
    return made.length;
  };

  return {
    /** Open loop: events leave on time as far as the database takes them. */
    async write({ eventsPerSecond, seconds, sentAt }) {
      const startedAt = performance.now();
      let events = 0;
      for (;;) {
        const elapsedMs = performance.now() - startedAt;
        if (elapsedMs >= seconds * 1_000) return { events, elapsedMs };
        const due = (elapsedMs / 1_000) * eventsPerSecond - events;
        const each = Math.floor(due / patterns.length);
        if (each > 0) events += await commit(each, sentAt);
        else await new Promise((resolve) => setTimeout(resolve, TICK_MS));
      }
    },
  };
}

function groupBy(all, keyOf) {
  const groups = new Map();
  for (const one of all) groups.set(keyOf(one), [...(groups.get(keyOf(one)) ?? []), one]);
  return groups;
}
