import { ExponentialBackoff, halfJitterGenerator } from 'cockatiel';
import type { Outcome } from './channels/channel.ts';
import type { FailReason, SuppressReason } from './words.ts';

/** What came of one message for one target: the provider's word; that it said nothing; or that it was not asked. */
export type Try =
  | Outcome
  /** Nobody knows whether the provider has it. */
  | { readonly status: 'unknown'; readonly text: string }
  /** The provider is left alone for now: nothing was sent. */
  | { readonly status: 'away'; readonly text: string; readonly retryAfterMs: number }
  /** We send as much to the provider as we may at once: nothing was sent, and nothing is wrong. */
  | { readonly status: 'busy'; readonly text: string };

/** What a delivery becomes. */
export type Next =
  | { readonly state: 'SENT'; readonly reason: null }
  | { readonly state: 'FAILED'; readonly reason: FailReason }
  | { readonly state: 'SUPPRESSED'; readonly reason: SuppressReason }
  | { readonly state: 'PENDING'; readonly reason: null; readonly retryMs: number };

/** Twenty minutes to forty of tries, and longer where the provider asks for it. */
export const TRIES_MAX = 12;
/** Of an urgent one that can go another way. */
export const URGENT_TRIES_MAX = 3;
export const URGENT_WAIT_MS_MAX = 30_000;
const RETRY_MS_MIN = 2_000;
const RETRY_MS_MAX = 10 * 60_000;
/** A provider that was not asked is asked again soon, and less often the longer that goes on: its guard tries it that often. */
const UNASKED_MS_MIN = 1_000;
const UNASKED_MS_MAX = 30_000;

export interface Effort {
  /** With this one. */
  readonly tries: number;
  /** Since it was made. */
  readonly waitedMs: number;
  /** Another channel stands by for it. */
  readonly hasStandby: boolean;
}

/**
 * Where a delivery stands after a try at all its targets, given the newest word of each. It is sent when one target has it and
 * none may get it later; a target that is gone does not matter where another one has it.
 */
export function afterTry(tries: readonly Try[], effort: Effort): Next {
  const open = tries.filter(isOpen);
  const isSent = tries.some(({ status }) => status === 'sent');
  if (open.length > 0 && !isGivenUp(open, effort))
    return { state: 'PENDING', reason: null, retryMs: retryMs(open, effort) };
  if (isSent) return { state: 'SENT', reason: null };
  if (open.length > 0) return { state: 'FAILED', reason: 'GAVE_UP' };
  return {
    state: 'FAILED',
    reason: tries.every(({ status }) => status === 'gone') ? 'ADDRESS_GONE' : 'PROVIDER_REFUSED',
  };
}

type Open = Extract<Try, { status: 'later' | 'unknown' | 'away' | 'busy' }>;
export const isOpen = (one: Try): one is Open => ['later', 'unknown', 'away', 'busy'].includes(one.status);
/** No provider was asked. */
export const isUnasked = ({ status }: Try): boolean => status === 'away' || status === 'busy';

/** Another channel is no help against a rush of our own. */
const isTrouble = (open: readonly Open[]): boolean => open.some(({ status }) => status !== 'busy');

function isGivenUp(open: readonly Open[], { tries, waitedMs, hasStandby }: Effort): boolean {
  if (hasStandby && isTrouble(open) && (tries >= URGENT_TRIES_MAX || waitedMs > URGENT_WAIT_MS_MAX)) return true;
  return tries >= TRIES_MAX && !open.every(isUnasked);
}

/** By the provider's own hint where there is one, and never sooner than the backoff. */
function retryMs(open: readonly Open[], { tries, waitedMs, hasStandby }: Effort): number {
  const unaskedMs = Math.min(Math.max(waitedMs / 10, UNASKED_MS_MIN), UNASKED_MS_MAX);
  const hints = open.map((one) => ('retryAfterMs' in one ? (one.retryAfterMs ?? 0) : 0));
  const wait = Math.max(open.every(isUnasked) ? unaskedMs : backoffMs(tries), ...hints);
  // Then it goes another way, however long this provider asks us to wait: its guard keeps to that.
  return hasStandby && isTrouble(open) ? Math.min(wait, URGENT_WAIT_MS_MAX - waitedMs + RETRY_MS_MIN) : wait;
}

/** 2 s after the first try, twice as long after each, at most 10 minutes; and at least half of that. */
function backoffMs(tries: number): number {
  const options = { initialDelay: RETRY_MS_MIN, maxDelay: RETRY_MS_MAX, generator: halfJitterGenerator };
  let backoff = new ExponentialBackoff(options).next();
  for (let n = 1; n < tries; n++) backoff = backoff.next(undefined);
  return backoff.duration;
}
