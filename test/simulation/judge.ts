import type { UserId } from '../../src/kernel/brand.ts';
import type { Position } from '../../src/kernel/position.ts';
import type { Committed, SimLog } from './log.ts';
import type { Frame } from './socket.ts';
import type { World } from './world.ts';

interface Judged {
  readonly name: string;
  readonly user: UserId;
  readonly wants: (symbol: string) => boolean;
}

/** Holds what one reader sees against what was committed. */
export interface Judge {
  /** The last place that the reader knows of, which it resumes from. */
  readonly last: Position | null;
  /** The reader comes back now: until here it could not see anything. */
  connects(): void;
  /** From here on everything wanted must be seen. */
  startsAfter(position: Position): void;
  receives(frame: Frame): void;
  /** The reader is told to load a snapshot: allowed only when the log really can't be resumed. */
  isToldExpired(after: Position | null): void;
  /** What was committed, is wanted and was not seen. */
  missing(): number;
}

export function openJudge(world: World, log: SimLog, { name, user, wants }: Judged): Judge {
  let last: Position | null = null;
  let connectedAt = 0;
  const lagMsMax = world.weather.lagMsMax ?? Infinity;
  const violate = (how: string): void => world.violate(`${name}: ${how}`);
  const lagOf = ({ at }: Committed): number => world.now() - Math.max(at, connectedAt);
  /** 0 when there is none. */
  const nextWanted = ({ epoch, offset }: Position): number => {
    const committed = log.committedIn(user, epoch);
    for (let n = offset; n < committed.length; n++) if (wants(committed[n]?.symbol ?? '')) return n + 1;
    return 0;
  };
  return {
    get last() {
      return last;
    },
    connects: () => void (connectedAt = world.now()),
    startsAfter: (position) => void (last = position),
    receives({ position: { epoch, offset }, id }) {
      if (!last) {
        violate(`saw ${id} before its stream began`);
        return;
      }
      const next = nextWanted(last);
      const committed = log.committedIn(user, epoch)[offset - 1];
      if (committed?.id !== id) violate(`saw ${id} at ${offset}, where ${committed?.id ?? 'nothing'} was committed`);
      else if (epoch !== last.epoch) violate(`went from one epoch into another at ${offset}, and was not told`);
      else if (offset <= last.offset) violate(`saw ${offset} again, after ${last.offset}`);
      else if (offset !== next) violate(`saw ${offset} where ${next} was due`);
      else if (lagOf(committed) > lagMsMax) violate(`saw ${offset} only ${lagOf(committed)} ms late`);
      last = { epoch, offset };
    },
    isToldExpired(after) {
      const head = log.head(user);
      if (!after) violate('was told RESUME_EXPIRED though it asked for nothing of before');
      else if (after.epoch !== head.epoch) world.count('epoch changed under a reader');
      else if (after.offset < log.retainedFrom(user)) world.count('retention passed a reader');
      else violate(`was told RESUME_EXPIRED at ${after.offset}, which can be resumed from`);
      last = null;
    },
    missing() {
      if (!last || last.epoch !== log.head(user).epoch) return 1;
      const { epoch, offset } = last;
      return log
        .committedIn(user, epoch)
        .slice(offset)
        .filter(({ symbol }) => wants(symbol)).length;
    },
  };
}
