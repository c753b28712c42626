import type { Fillstream, Store } from '../client/index.ts';
import { BlotterHistoryDocument, type BlotterHistoryQuery } from '../generated/web/graphql.ts';
import { openValue } from './value.ts';
import type { Order, OrderEvent } from './words.ts';

const HISTORY_EVENTS = 100;

/** The order that is looked at. */
export interface Selected {
  readonly order: Order | null;
  /** Its life, oldest first; null while it is being read. */
  readonly events: readonly OrderEvent[] | null;
}

export interface Selection {
  readonly state: Store<Selected>;
  select(order: Order | null): void;
  /** An update, of whatever order. */
  take(order: Order, event: OrderEvent): void;
}

/** Its life is read once; what happens from then on comes with the updates. */
export function openSelection({ ask }: Pick<Fillstream, 'ask'>): Selection {
  const state = openValue<Selected>({ order: null, events: null });
  let live: readonly OrderEvent[] = [];
  const read = async (id: string): Promise<void> => {
    const answer = await ask<BlotterHistoryQuery>(BlotterHistoryDocument, { id, last: HISTORY_EVENTS }).catch(
      () => null,
    );
    const events = answer?.order?.history.edges.map(({ node }) => node) ?? [];
    if (state.get().order?.id === id) state.change({ events: live.reduce(withEvent, events) });
  };
  return {
    state,
    select(order) {
      live = [];
      state.change({ order, events: null });
      if (order) void read(order.id);
    },
    take(order, event) {
      const { order: held, events } = state.get();
      if (held?.id !== order.id) return;
      live = [...live, event];
      state.change({
        order: order.version > held.version ? order : held,
        events: events && withEvent(events, event),
      });
    },
  };
}

const withEvent = (events: readonly OrderEvent[], event: OrderEvent): readonly OrderEvent[] =>
  events.some(({ id }) => id === event.id) ? events : [...events, event];
