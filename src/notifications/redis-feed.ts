import { z } from 'zod';
import type { Deps } from '../deps.ts';
import type { UserId } from '../kernel/brand.ts';
import { userChannel } from '../stream/bus.ts';
import type { Extent } from '../stream/history.ts';
import { type LogReader, PAGE_EVENTS_MAX } from '../stream/log-reader.ts';
import { type Connections, openBusOver } from '../stream/redis-bus.ts';
import { type Feed, FEED_TTL_SECONDS_MIN, readUpdate, readView, unmarked } from './feed.ts';
import { APPEND, FEED_KEYS, FIND, LIST, MARK, PAGE, UNREAD } from './redis-feed-scripts.ts';
import { openScript, userKey } from '../stream/redis-script.ts';

interface RedisFeedOptions extends Pick<Deps, 'log' | 'clock' | 'ids'> {
  readonly connections: Connections;
  readonly prefix: string;
}

/** In Redis, for all processes. Whatever is asked fails soon while Redis does not answer. */
export function openRedisFeed({ connections, prefix, log, clock, ids }: RedisFeedOptions): Feed {
  const feedPrefix = `${prefix}feed:`;
  const bus = openBusOver(connections, { prefix: feedPrefix, log, clock, ids });
  const script = (lua: string): Script => {
    const run = openScript(connections.publisher, lua);
    return (user, ...args) =>
      run(
        FEED_KEYS.map((name) => userKey(feedPrefix, user, name)),
        [userChannel(feedPrefix, user), ids.uuid(), clock.now().getTime(), ...args],
      );
  };
  const [append, mark, list] = [script(APPEND), script(MARK), script(LIST)];
  const [find, unread] = [script(FIND), script(UNREAD)];
  return {
    bus,
    reader: readerOf(script(PAGE)),
    async append(...[user, id, view, ttlSeconds]) {
      const ttlMs = Math.max(ttlSeconds, FEED_TTL_SECONDS_MIN) * 1_000;
      await append(user, id, unmarked(view), clock.now().getTime() + ttlMs, ttlMs);
    },
    async list(user) {
      const { rest, ...extent } = readAnswer(await list(user));
      return { head: extent.head, notifications: rest.map(readView) };
    },
    async find(user, id) {
      const json = await find(user, id);
      return typeof json === 'string' ? readView(json) : null;
    },
    async mark(user, { ids: asked, change, at }) {
      const named = asked === 'all' ? ['all'] : [...new Set(asked)];
      if (named.length === 0) return [];
      const views = viewsSchema.parse(await mark(user, change, at.toISOString(), ...named));
      return views.filter((json) => json !== '').map(readView);
    },
    async unread(users) {
      return new Map(await Promise.all(users.map(async (user) => [user, count.parse(await unread(user))] as const)));
    },
    close: () => bus.close(),
  };
}

type Script = (user: UserId, ...args: (string | number)[]) => Promise<unknown>;

const count = z.coerce.number().int();
const viewsSchema = z.array(z.string());
/** Epoch, head, from where it is retained; then what was asked for. */
const answerSchema = z.tuple([z.string(), count, count], z.string());

function readAnswer(answer: unknown): Extent & { readonly rest: readonly string[] } {
  const [epoch, offset, retainedFrom, ...rest] = answerSchema.parse(answer);
  return { head: { epoch, offset }, retainedFrom, rest };
}

function readerOf(page: Script): LogReader {
  /** No update comes after it. */
  const NOWHERE = Number.MAX_SAFE_INTEGER;
  return {
    async extent(user) {
      const { head, retainedFrom } = readAnswer(await page(user, NOWHERE));
      return { head, retainedFrom };
    },
    async page(user, after) {
      const { rest, ...extent } = readAnswer(await page(user, after));
      const events = Array.from({ length: rest.length / 2 }, (_, n) => ({
        ...{ userId: user, type: 'notificationReceived' as const },
        position: { epoch: extent.head.epoch, offset: Number(rest[2 * n]) },
        data: readUpdate(rest[2 * n + 1] ?? ''),
      }));
      return { ...extent, events, full: events.length === PAGE_EVENTS_MAX };
    },
  };
}
