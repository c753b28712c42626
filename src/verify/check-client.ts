import { placeOf } from './cursor.ts';
import type { ClientHistory, History, Seen, Transport } from './history.ts';
import { type Entry, isAsLogged, type LogIndex } from './log-index.ts';
import { type Counts, type Finding, openTally, type Tally } from './verdict.ts';

interface Range {
  readonly from: number;
  readonly to: number;
}

interface Judged {
  readonly index: LogIndex;
  readonly history: History;
  readonly findings: Finding[];
}

/** Whether one client has seen its user's events, each once, in order, as they are logged, in time, and nothing else (C1–C5, C8). */
export function checkClient(client: ClientHistory, { index, history, findings }: Judged): Counts {
  const { name, user, sessions } = client;
  const tally = openTally(findings, { client: name, user });
  const walk = openWalk(client, tally);
  const clock = openClock(history, tally);
  const ids = new Set<string>();
  let deliveries = 0;
  for (const { transport, seen } of sessions) {
    for (const each of seen) {
      deliveries += 1;
      const { eventId: event } = each;
      if (ids.has(event)) {
        tally.found('C2', { event, says: `seen again, over ${transport}` });
        continue;
      }
      ids.add(event);
      const entry = index.byId.get(event);
      if (!isOwn(entry, { each, transport, user, tally })) continue;
      walk.step(entry);
      clock.saw(entry, each);
    }
  }
  const reloaded = walk.end();
  checkLoss(index.byUser.get(user) ?? [], { client, ids, reloaded, tally });
  return tally.counts({ deliveries, catchUpMs: clock.end() });
}

interface Arrival {
  readonly each: Seen;
  readonly transport: Transport;
  readonly user: string;
  readonly tally: Tally;
}

/** An event of the log and of this user; whether it is as it is logged is told beside. */
function isOwn(entry: Entry | undefined, { each, transport, user, tally }: Arrival): entry is Entry {
  const { eventId: event, orderId, cursor } = each;
  if (!entry) {
    tally.found('C4', { event, says: `seen over ${transport}, and not in the log` });
    return false;
  }
  if (entry.user !== user) {
    tally.found('C5', { event, says: `is an event of ${entry.user}` });
    return false;
  }
  if (entry.orderId !== orderId || !isAsLogged(each, transport, entry)) {
    tally.found('C4', { event, says: `differs over ${transport} from what is logged` });
  }
  const place = placeOf(cursor);
  if (place !== null && place !== entry.offset) {
    tally.found('C3', { event, says: `is at offset ${entry.offset}, and its cursor at ${place}` });
  }
  return true;
}

interface Walk {
  readonly step: (entry: Entry) => void;
  /** The ranges that a reload stands for. */
  readonly end: () => readonly Range[];
}

/** Follows the offsets: each new one must be higher than all before it. A reload stands for what lies between. */
function openWalk({ fromOffset, reloadedTo }: ClientHistory, tally: Tally): Walk {
  const reloaded: Range[] = [];
  let high = fromOffset;
  let next = 0;
  const reloadsBelow = (offset: number): void => {
    for (let to = reloadedTo[next]; to !== undefined && to < offset; to = reloadedTo[next]) {
      if (to > high) reloaded.push({ from: high + 1, to });
      high = Math.max(high, to);
      next += 1;
    }
  };
  return {
    step({ offset, eventId: event }) {
      reloadsBelow(offset);
      if (offset < high)
        tally.found('C3', { event, says: `came after the one at offset ${high}, and is at ${offset}` });
      high = Math.max(high, offset);
    },
    end() {
      reloadsBelow(Number.POSITIVE_INFINITY);
      return reloaded;
    },
  };
}

interface LossFacts {
  readonly client: ClientHistory;
  readonly ids: ReadonlySet<string>;
  readonly reloaded: readonly Range[];
  readonly tally: Tally;
}

/** What is logged in the client's range and was neither seen nor reloaded; neighbours are told as one. */
function checkLoss(entries: readonly Entry[], { client, ids, reloaded, tally }: LossFacts): void {
  const { fromOffset, toOffset = Number.POSITIVE_INFINITY } = client;
  let run: Entry[] = [];
  const tell = (): void => {
    const [first] = run;
    const last = run.at(-1);
    if (!first || !last) return;
    const which = run.length === 1 ? `offset ${first.offset}` : `offsets ${first.offset} to ${last.offset}`;
    tally.found('C1', { event: first.eventId, says: `never seen: ${which}` }, run.length);
    run = [];
  };
  let range = 0;
  for (const entry of entries) {
    const { offset, eventId } = entry;
    if (offset <= fromOffset || offset > toOffset) continue;
    for (let at = reloaded[range]; at && at.to < offset; at = reloaded[range]) range += 1;
    const isReloaded = (reloaded[range]?.from ?? Number.POSITIVE_INFINITY) <= offset;
    if (ids.has(eventId) || isReloaded) tell();
    else run.push(entry);
  }
  tell();
}

interface Clock {
  readonly saw: (entry: Entry, seen: Seen) => void;
  /** The longest wait. */
  readonly end: () => number;
}

/** Counts what came too late after it could have come. The worst one is told, for the others came behind it. */
function openClock({ faultEndedAt, catchUpWithinMs }: History, tally: Tally): Clock {
  let longestMs = 0;
  let worst: string | null = null;
  let late = 0;
  return {
    saw({ committedAt, eventId }, { at }) {
      const waitedMs = at - Math.max(committedAt, faultEndedAt);
      if (waitedMs > catchUpWithinMs) late += 1;
      if (waitedMs <= longestMs) return;
      longestMs = waitedMs;
      worst = eventId;
    },
    end() {
      const says = `came ${longestMs} ms after its commit or the last fault’s end; ${catchUpWithinMs} ms are allowed`;
      if (late > 0) tally.found('C8', { event: worst, says }, late);
      return longestMs;
    },
  };
}
