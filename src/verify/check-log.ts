import type { History } from './history.ts';
import type { LogIndex } from './log-index.ts';
import { type Counts, type Finding, openTally, sumOf } from './verdict.ts';

/**
 * Whether the log itself is right: each acknowledged execution in it exactly once (C1, C2), each event once (C2), and each
 * user's offsets without a hole (C3).
 */
export function checkLog(history: History, index: LogIndex, findings: Finding[]): Counts {
  const sums = [...index.byUser.keys()].map((user) => checkOffsets(user, { history, index, findings }));
  return sumOf([...sums, ...checkAcknowledged(history, findings)]);
}

interface Judged {
  readonly history: History;
  readonly index: LogIndex;
  readonly findings: Finding[];
}

function checkOffsets(user: string, { history, index, findings }: Judged): Counts {
  const tally = openTally(findings, { client: null, user });
  const begins = history.clients.filter((client) => client.user === user).map(({ fromOffset }) => fromOffset);
  const entries = index.byUser.get(user) ?? [];
  // The log may be read from its middle on, but not from a place after one where a client began.
  const others = new Set((history.others ?? []).filter((other) => other.user === user).map(({ offset }) => offset));
  let before = Math.min(...begins, (entries[0]?.offset ?? 1) - 1);
  for (const entry of entries) {
    const { offset, eventId: event } = entry;
    while (others.has(before + 1)) before += 1;
    if (index.byId.get(event) !== entry) tally.found('C2', { event, says: `is in the log again, at offset ${offset}` });
    if (offset !== before + 1) tally.found('C3', { event, says: `the log goes from offset ${before} to ${offset}` });
    before = offset;
  }
  return tally.counts();
}

function checkAcknowledged({ acknowledged, log }: History, findings: Finding[]): readonly Counts[] {
  const times = new Map<string, number>();
  const keyOf = (user: string, execId: string): string => `${user}\0${execId}`;
  for (const { user, execId } of log) {
    if (execId === null) continue;
    const key = keyOf(user, execId);
    times.set(key, (times.get(key) ?? 0) + 1);
  }
  const looked = new Set<string>();
  return acknowledged.map(({ user, execIds, deliveryId }) => {
    const tally = openTally(findings, { client: null, user });
    for (const execId of execIds) {
      const key = keyOf(user, execId);
      if (looked.has(key)) continue;
      looked.add(key);
      const count = times.get(key) ?? 0;
      const which = `execution ${execId} of delivery ${deliveryId}`;
      if (count === 0) tally.found('C1', { event: null, says: `${which} was acknowledged and is not in the log` });
      if (count > 1) tally.found('C2', { event: null, says: `${which} is in the log ${count} times` }, count - 1);
    }
    return tally.counts();
  });
}
