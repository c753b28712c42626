import type { Tx } from '../db/client.ts';
import type { Deps } from '../deps.ts';
import type { UserId } from '../kernel/brand.ts';
import { delay } from '../kernel/clock.ts';
import { append, lockHeads, type NewEvent } from '../stream/append.ts';
import type { Bus } from '../stream/bus.ts';
import type { Consumed, ConsumerOptions, Handled } from '../stream/consumer.ts';
import type { TargetKind } from './channels/channel.ts';
import { decideAll, type Decided } from './decide.ts';
import { FACTS_MAX, markRouted, readWaitingFacts, usersWithFacts } from './facts-store.ts';
import type { FeedEntry } from './in-app.ts';
import type { Fact, Notification } from './notification.ts';
import type { NotificationParts } from './parts.ts';
import type { Decision } from './route.ts';
import { POLICIES } from './policy.ts';
import { insertCritical, insertDeliveries, type NewDelivery, readCounts, readTold } from './store.ts';
import { notificationOf } from './told.ts';
import { notificationView, type NotificationUpdateView } from './view.ts';

/** The name of its checkpoints. */
export const CONSUMER = 'notifications';
/** Who is on screen is known by then, or nobody is. */
const PRESENCE_MS_MAX = 500;

type RouterDeps = Pick<Deps, 'db' | 'clock' | 'log'> & {
  readonly bus: Pick<Bus, 'publish'>;
  readonly parts: NotificationParts;
  /** Told of what was committed: everyday ones for the feed, and whether anything else is owed now. */
  readonly committed: (forFeed: readonly FeedEntry[], isOwed: boolean) => void;
};

const isCritical = ({ type }: Pick<Fact, 'type'>): boolean => POLICIES[type].critical;

/** Turns the facts of users' streams, and those that were taken up, into one delivery row for each channel. */
export function routerOf(deps: RouterDeps): ConsumerOptions<ReadonlySet<UserId>> {
  return {
    name: CONSUMER,
    prepare: (users) => readOnScreen(deps, users),
    handle: (tx, consumed, { context, mode }) => routeBatch(tx, deps, { consumed, onScreen: context, mode }),
    due: () => usersWithFacts(deps.db),
  };
}

/** Presence saves a push; that it can't be read must not hold up what is to be told. */
async function readOnScreen({ parts, log }: RouterDeps, users: readonly UserId[]): Promise<ReadonlySet<UserId>> {
  const late = new AbortController();
  try {
    const read = await Promise.race([parts.onScreen(users), delay(PRESENCE_MS_MAX, late.signal)]);
    return read ?? new Set();
  } catch (err) {
    log.debug({ err }, 'it can’t be read who is on screen');
    return new Set();
  } finally {
    late.abort();
  }
}

interface Batch {
  readonly consumed: readonly Consumed[];
  readonly onScreen: ReadonlySet<UserId>;
  readonly mode: 'skip' | 'wait';
}

async function routeBatch(tx: Tx, deps: RouterDeps, { consumed, onScreen, mode }: Batch): Promise<Handled> {
  const now = deps.clock.now();
  const waiting = await readWaitingFacts(
    tx,
    consumed.map(({ user }) => user),
  );
  const facts: readonly Fact[] = [...consumed.flatMap((each) => factsOfStream(deps.parts, each)), ...waiting];
  if (facts.length === 0) return {};
  const news = await leaveOutTold(tx, facts, now);
  const decided = news.length === 0 ? [] : await decideBatch(tx, deps, { notifications: news, onScreen, now });
  // Heads come last, and are held for a few statements only: orders wait for them.
  const critical = decided.filter(({ notification }) => isCritical(notification));
  const heads = [...new Set(critical.map(({ notification: { userId } }) => userId))];
  const locked = await lockHeads(tx, heads, mode);
  const left = new Set(heads.filter((user) => !locked.has(user)));
  const stays = ({ userId }: Pick<Fact, 'userId'>): boolean => !left.has(userId);
  const taken = decided.filter(({ notification }) => stays(notification));
  const rows = taken.flatMap(deliveriesOf);
  await insertDeliveries(tx, rows, now);
  await markRouted(tx, waiting.filter(stays), now);
  const appended = await tellCritical(tx, deps, { critical: critical.filter((each) => taken.includes(each)), now });
  const committed = (): void => {
    deps.bus.publish(appended);
    const owed = rows.filter(({ state }) => state === 'PENDING');
    const shown = new Set(owed.filter(({ channel }) => channel === 'IN_APP').map(({ notification }) => notification));
    const forFeed = taken
      .filter(({ notification }) => shown.has(notification))
      .map((each) => entryOf(deps.parts, each));
    deps.committed(forFeed, owed.length > forFeed.length);
  };
  // More may wait than was read: for whom is not known.
  const more = waiting.length < FACTS_MAX ? [] : consumed.map(({ user }) => user);
  return { left, more, appended, committed };
}

const factsOfStream = (parts: NotificationParts, { user, events }: Consumed): readonly Fact[] =>
  events.flatMap((event) => (event.type === 'orderUpdated' ? parts.factsOf(user, event.data) : []));

async function leaveOutTold(tx: Tx, facts: readonly Fact[], now: Date): Promise<readonly Notification[]> {
  const byId = new Map<string, Notification>();
  for (const fact of facts) {
    const notification = notificationOf(fact, now);
    if (!byId.has(notification.id)) byId.set(notification.id, notification);
  }
  for (const id of await readTold(tx, [...byId.keys()])) byId.delete(id);
  return [...byId.values()];
}

interface Undecided {
  readonly notifications: readonly Notification[];
  readonly onScreen: ReadonlySet<UserId>;
  readonly now: Date;
}

async function decideBatch(
  tx: Tx,
  { parts }: RouterDeps,
  { notifications, onScreen, now }: Undecided,
): Promise<readonly Decided[]> {
  const users = [...new Set(notifications.map(({ userId }) => userId))];
  const preferences = await parts.readPreferences(tx, users);
  const devices = await parts.readDevices(tx, users);
  const counts = await readCounts(tx, users, now);
  const configured = new Set(Object.keys(parts.ports) as TargetKind[]);
  return decideAll(parts.route, notifications, { preferences, devices, onScreen, counts, configured, now });
}

function deliveriesOf({ notification, decisions }: Decided): readonly NewDelivery[] {
  return decisions.map((decision) => ({
    ...{ notification, channel: decision.channel, reason: decision.reason },
    state: stateOf(decision, notification),
    releaseAt: decision.action === 'HOLD' ? decision.releaseAt : null,
  }));
}

/** The log is the feed of the critical ones: they are in it with the same commit. */
function stateOf({ action, channel }: Decision, notification: Notification): NewDelivery['state'] {
  if (action === 'SUPPRESS') return 'SUPPRESSED';
  if (action === 'HOLD') return 'HELD';
  return channel === 'IN_APP' && isCritical(notification) ? 'SENT' : 'PENDING';
}

async function tellCritical(
  tx: Tx,
  { parts }: RouterDeps,
  { critical, now }: { readonly critical: readonly Decided[]; readonly now: Date },
): ReturnType<typeof append> {
  const entries = critical.map((each) => entryOf(parts, each));
  await insertCritical(tx, entries);
  const events = entries.map(({ notification, view }): NewEvent => {
    const data: NotificationUpdateView = { change: 'RECEIVED', notification: view };
    return { userId: notification.userId, type: 'notificationReceived', data, orderId: null, change: null };
  });
  return await append(tx, events, now);
}

function entryOf({ wordsOf }: NotificationParts, { notification, preferences }: Decided): FeedEntry {
  const words = wordsOf(notification, preferences, 'IN_APP');
  return { notification, view: notificationView(notification, { ...words, locale: preferences.locale }) };
}
