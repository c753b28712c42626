import { delay } from '../kernel/clock.ts';
import { SEND_MS_MAX, SENDS_AT_ONCE } from './channels/guarded-channel.ts';
import { type Claim, claimDue, readDueChannels } from './claims.ts';
import { readRecipients, type ServeDeps, tryOnce } from './serve.ts';
import { openSettling, type Settled } from './settle.ts';
import { type Channel, CHANNELS } from './words.ts';

/** How late what another process, or a retry, has made due is seen. */
const POLL_MS = 1_000;
/**
 * Deliveries of one channel at a time, so that one that hangs can't take the room of another; where a channel has several
 * providers, more than one of them can hold. Half of them are taken at once: a statement for each would cost more than it sends.
 */
const SLOTS: Readonly<Record<Channel, number>> = {
  IN_APP: 100,
  PUSH: 3 * SENDS_AT_ONCE,
  EMAIL: SENDS_AT_ONCE,
  SMS: SENDS_AT_ONCE,
  WEBHOOK: 3 * SENDS_AT_ONCE,
};
const halfOf = (channel: Channel): number => SLOTS[channel] / 2;
/** What is in flight at the end is finished until then, and cut off afterwards: a provider answers sooner, or not at all. */
const STOP_MS = SEND_MS_MAX + 1_000;

export interface WorkerDeps extends ServeDeps {
  readonly settled?: Settled | undefined;
}

export interface Worker {
  /** Something is owed: it is looked for now. */
  wake(): void;
  stop(): Promise<void>;
}

/** Sends what is owed, on each channel as many at a time as it has slots. */
export function openWorker(deps: WorkerDeps): Worker {
  const [stopping, cutting] = [new AbortController(), new AbortController()];
  let woken = new AbortController();
  const wake = (): void => woken.abort();
  const running = new Map<Channel, Set<Promise<void>>>(CHANNELS.map((channel) => [channel, new Set()]));
  const settle = openSettling(deps, cutting.signal);
  const start = async (channel: Channel): Promise<number> => {
    const slots = running.get(channel) ?? new Set();
    const claims = slots.size > halfOf(channel) ? [] : await claim(deps, channel, SLOTS[channel] - slots.size);
    if (claims.length === 0) return 0;
    const recipients = readRecipients(deps, claims);
    for (const one of claims) {
      const work = tryOnce(deps, { claim: one, recipients, signal: cutting.signal })
        .then(settle)
        .then((standIn) => {
          slots.delete(work);
          if (standIn !== null || slots.size === halfOf(channel) || slots.size === 0) wake();
        });
      slots.add(work);
    }
    return claims.length;
  };
  const loop = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      woken = new AbortController();
      const started = await Promise.all((await dueChannels(deps)).map(start));
      if (started.every((count) => count === 0)) {
        await delay(POLL_MS, AbortSignal.any([stopping.signal, woken.signal]));
      }
    }
  };
  const looping = loop();
  return {
    wake,
    async stop() {
      stopping.abort();
      await looping;
      const all = Promise.all([...running.values()].flatMap((slots) => [...slots]));
      const done = new AbortController();
      const cut = delay(STOP_MS, done.signal).then(() => cutting.abort());
      await all.finally(() => done.abort());
      await cut;
    },
  };
}

async function dueChannels({ db, log }: WorkerDeps): Promise<readonly Channel[]> {
  try {
    return await readDueChannels(db);
  } catch (err) {
    log.warn({ err }, 'deliveries that are due can’t be read now');
    return [];
  }
}

async function claim({ db, log }: WorkerDeps, channel: Channel, room: number): Promise<readonly Claim[]> {
  try {
    return await claimDue(db, channel, room);
  } catch (err) {
    log.warn({ err, channel }, 'deliveries that are due can’t be taken now');
    return [];
  }
}
