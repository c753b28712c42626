import type { Db } from '../db/client.ts';
import { inTransaction } from '../db/transaction.ts';
import type { Deps } from '../deps.ts';
import { delay } from '../kernel/clock.ts';
import { batched } from '../stream/batch.ts';
import { fallBack, type Mark, markAll } from './claims.ts';
import { POLICIES } from './policy.ts';
import { settleHeld } from './release-store.ts';
import type { Channel } from './words.ts';

/** While one statement of marks is in flight, those that come wait and go together into the next. */
const MARKS_PER_STATEMENT = 200;
/** What was sent and can't be marked would be sent again: it is tried until the claim is nearly over. */
const RETRY_MS = 500;
const RETRIES_MAX = 60;

/** Told of each delivery that has come to an end here, and of each that is put back. */
export type Settled = (mark: Mark) => void;

interface SettleDeps extends Pick<Deps, 'log'> {
  readonly db: Db;
  readonly settled?: Settled | undefined;
}

/**
 * Writes down what came of tries.
 * @param signal ends its own: what is not marked by then is taken again by another process
 * @returns the channel that stands in now, where the mark has made one owed
 */
export function openSettling(
  { db, log, settled }: SettleDeps,
  signal: AbortSignal,
): (mark: Mark) => Promise<Channel | null> {
  const markSoon = batched(
    async (marks: readonly Mark[]) => {
      await markAll(db, marks);
      return marks;
    },
    {
      ...{ keysMax: MARKS_PER_STATEMENT, inFlightMax: 1, restMs: 0 },
      nameOf: ({ claim: { notification, channel, tries } }) => `${notification.id} ${channel} ${tries}`,
    },
  );
  const write = async (mark: Mark): Promise<Channel | null> => {
    if (!isLinked(mark)) {
      await markSoon(mark);
      return null;
    }
    return await inTransaction(db, async (tx) => {
      const next = isLost(mark) ? await fallBack(tx, mark) : null;
      if ((await markAll(tx, [mark])) === 1 && mark.claim.notification.type === 'DIGEST') await settleHeld(tx, mark);
      return next;
    });
  };
  return async (mark) => {
    for (let tries = 0; ; tries++) {
      try {
        const next = await write(mark);
        settled?.(mark);
        return next;
      } catch (err) {
        log.warn({ err, tries }, 'what came of a delivery could not be marked');
        if (tries >= RETRIES_MAX || signal.aborted) return null;
        await delay(RETRY_MS, signal);
      }
    }
  };
}

const isFinal = ({ state }: Mark): boolean => state !== 'PENDING';
/** It ended without reaching anybody. One that ran out of time is worth no more on another channel. */
const isLost = ({ state, reason, claim }: Mark): boolean =>
  claim.channel !== 'IN_APP' &&
  POLICIES[claim.notification.type].urgent &&
  (state === 'FAILED' || (state === 'SUPPRESSED' && reason !== 'EXPIRED'));
/** Other rows change with it. */
const isLinked = (mark: Mark): boolean => isFinal(mark) && (mark.claim.notification.type === 'DIGEST' || isLost(mark));
