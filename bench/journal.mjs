// What was sent and what was seen, on the clock of this process. Each event must be seen once, by its user, in the order of its
// versions.
import { LAST_VERSION } from './orders.mjs';

const FAULTS_SHOWN_MAX = 5;

export function createJournal() {
  const expected = new Map();
  const versions = new Map();
  const faults = [];
  let latencies = [];
  let frameBytes = 0;
  let seen = 0;

  const check = ({ order, event }, user, sent) => {
    const version = (versions.get(order.id) ?? 0) + 1;
    if (sent.user !== user) faults.push(`${event.execId} of ${sent.user} was pushed to ${user}`);
    if (order.version !== version) faults.push(`${order.id}: version ${order.version} came instead of ${version}`);
    if (order.version === LAST_VERSION && order.status !== 'FILLED')
      faults.push(`${order.id} is ${order.status} in its last version`);
    if (order.version < LAST_VERSION) versions.set(order.id, order.version);
    else versions.delete(order.id);
  };

  return {
    /** Resolves once the event has been seen. */
    expect: ({ execId, account: user }, sentAt) =>
      new Promise((resolve) => expected.set(execId, { user, sentAt, resolve })),
    /** A frame as it was received at `at`. */
    see(update, { user, at, bytes }) {
      const sent = expected.get(update.event.execId);
      if (!sent) {
        faults.push(`${update.event.execId} was pushed twice, or never sent`);
        return;
      }
      expected.delete(update.event.execId);
      check(update, user, sent);
      latencies.push(at - sent.sentAt);
      frameBytes += bytes;
      seen += 1;
      sent.resolve();
    },
    fault: (text) => void faults.push(text),
    /** Forgets the latencies so far, not the events. */
    begin() {
      latencies = [];
      frameBytes = 0;
      seen = 0;
    },
    read: () => ({ latencies, seen, frameBytes: seen > 0 ? Math.round(frameBytes / seen) : 0 }),
    missing: () => expected.size,
    faults: () => faults.slice(0, FAULTS_SHOWN_MAX),
    isFaultless: () => faults.length === 0,
  };
}
