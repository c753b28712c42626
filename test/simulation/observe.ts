import type { Deps } from '../../src/deps.ts';
import type { BusMessage } from '../../src/stream/bus.ts';
import { QUEUE_EVENTS_MAX } from '../../src/stream/follow.ts';
import type { Happening, World } from './world.ts';

type Followed = Pick<Deps, 'reader' | 'bus' | 'log'>;
type Cause = 'start' | 'floor' | 'gap' | 'nudge' | 'overflow';

/** What a follower is given, listened to: what it heard before it read the log says why it did. */
export function observed({ reader, bus, log }: Followed, world: World): Followed {
  let cause: Cause = 'start';
  let heard = 0;
  let sincePull = 0;
  const note = (message: BusMessage): void => {
    if (message === 'closed') return;
    if (message === 'nudge') {
      if (cause !== 'start') cause = 'nudge';
    } else if ('head' in message) {
      if (message.head.offset > heard) cause = 'floor';
    } else {
      if (message.position.offset > heard + 1) cause = 'gap';
      heard = Math.max(heard, message.position.offset);
      sincePull += 1;
      if (sincePull <= QUEUE_EVENTS_MAX) return;
      cause = 'overflow';
      if (sincePull === QUEUE_EVENTS_MAX + 1) world.count('queue overflowed');
    }
  };
  return {
    log,
    bus: {
      ...bus,
      follow: (user, listener) =>
        bus.follow(user, (message) => {
          note(message);
          listener(message);
        }),
    },
    reader: {
      ...reader,
      async page(user, after) {
        const why = cause;
        sincePull = 0;
        const page = await reader.page(user, after);
        if (page.events.length > 0) world.count(`healed by ${why}` satisfies Happening);
        if (page.full) world.count('page full');
        heard = Math.max(heard, page.head.offset);
        if (cause === why) cause = 'gap';
        return page;
      },
    },
  };
}
