import type { Notification } from './notification.ts';
import { POLICIES } from './policy.ts';
import { type NotificationType, PRIORITIES, type SuppressReason } from './words.ts';

export const DIGEST_ITEMS_MAX = 20;

/** What has been told of an order, held or not. */
export type Told = Pick<Notification, 'id' | 'type' | 'orderId' | 'strategy' | 'createdAt' | 'data'>;

export interface Digest {
  /** All that it stands for, oldest first; empty: there is nothing to send. */
  readonly told: readonly Notification[];
  /** Those that it shows, oldest first: the most important ones, and of those the latest. */
  readonly shown: readonly Notification[];
  /** How many it only counts. */
  readonly rest: number;
  readonly dropped: readonly {
    readonly notification: Notification;
    readonly reason: Extract<SuppressReason, 'SUPERSEDED' | 'EXPIRED'>;
  }[];
}

/** Each tells how the order is; a later one makes an earlier one untrue. A refused cancel says nothing of that. */
const TELL_ORDER: readonly NotificationType[] = [
  'ORDER_SUBMITTED',
  'ORDER_PARTIALLY_FILLED',
  'ORDER_FILLED',
  'ORDER_CANCELED',
  'ORDER_REJECTED',
  'ORDER_EXPIRED',
  'EXECUTION_BUSTED',
  'EXECUTION_CORRECTED',
  'ORDER_OVERFILLED',
  'LATE_FILL',
];

/**
 * What of the held ones of one user and channel is still true. Of an order, and of a strategy, only the latest word is told:
 * `FILLED` makes `SUBMITTED` and `PARTIALLY_FILLED` go. `others` are all words about the same orders, held or not, such as a
 * bust that went out at night: they make go what was held before them. A critical one is never dropped.
 */
export function digestOf(held: readonly Notification[], others: readonly Told[], now: Date): Digest {
  const latest = new Map<string, Told>();
  for (const word of [...held, ...others]) {
    const subject = subjectOf(word);
    const known = subject === null ? undefined : latest.get(subject);
    if (subject !== null && (known === undefined || compareWords(known, word) < 0)) latest.set(subject, word);
  }
  const fateOf = (notification: Notification): 'SUPERSEDED' | 'EXPIRED' | null => {
    if (POLICIES[notification.type].critical) return null;
    if (isSuperseded(notification, latest)) return 'SUPERSEDED';
    return notification.expiresAt <= now ? 'EXPIRED' : null;
  };
  const fates = held.toSorted(compareAges).map((notification) => ({ notification, reason: fateOf(notification) }));
  const told = fates.filter(({ reason }) => reason === null).map(({ notification }) => notification);
  const shown = told.toSorted(compareImportance).slice(0, DIGEST_ITEMS_MAX).toSorted(compareAges);
  return {
    ...{ told, shown },
    rest: told.length - shown.length,
    dropped: fates.flatMap(({ notification, reason }) => (reason === null ? [] : [{ notification, reason }])),
  };
}

/** What it is the latest word about, if a later word about it can make it untrue. */
function subjectOf({ type, orderId, strategy }: Told): string | null {
  if (TELL_ORDER.includes(type)) return orderId === null ? null : `order ${orderId}`;
  return type === 'STRATEGY_STATUS' && strategy !== null ? `strategy ${strategy}` : null;
}

function isSuperseded(notification: Notification, latest: ReadonlyMap<string, Told>): boolean {
  const subject = subjectOf(notification);
  if (subject === null) return false;
  const last = latest.get(subject);
  return last !== undefined && compareWords(notification, last) < 0;
}

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** The version of an order is exact, clocks of processes are not. A word that no event of the order has said has none. */
export const versionOf = ({ data: { version } }: Pick<Told, 'data'>): number =>
  typeof version === 'number' ? version : 0;

const compareWords = (a: Told, b: Told): number =>
  versionOf(a) - versionOf(b) || a.createdAt.getTime() - b.createdAt.getTime() || compareText(a.id, b.id);

const compareAges = (a: Notification, b: Notification): number =>
  a.occurredAt.getTime() - b.occurredAt.getTime() ||
  a.createdAt.getTime() - b.createdAt.getTime() ||
  compareText(a.id, b.id);

const rankOf = ({ type }: Notification): number => PRIORITIES.indexOf(POLICIES[type].priority);

const compareImportance = (a: Notification, b: Notification): number => rankOf(b) - rankOf(a) || compareAges(b, a);
