import { builder } from '../graphql/builder.ts';
import { viewerOf } from '../graphql/context.ts';
import type { Venue } from '../venues/venues.ts';
import { type Heard, isStale, readHeard } from './heard.ts';

type VenueView = Venue & Heard;

const forOperators = { $any: { ingest: true, admin: true } } as const;

const VenueRef = builder.objectRef<VenueView>('Venue').implement({
  description: 'Where orders are executed.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'As in Order.venue and in the path of its webhook.' }),
    lastEventAt: t.field({
      type: 'DateTime',
      nullable: true,
      description:
        'When the newest delivery of the venue was received; one without reports, a heartbeat, counts. Null: there was none.',
      resolve: ({ lastEventAt }) => lastEventAt?.toISOString() ?? null,
    }),
    stale: t.boolean({
      description:
        'True when the venue has an order open here for VENUE_STALE_SECONDS or longer and nothing was heard of it for as long: no delivery, and no answer when it was asked.',
      resolve: (venue, _args, { deps }) => isStale(venue, deps),
    }),
    sends: t.exposeBoolean('sends', {
      authScopes: forOperators,
      description: 'Orders placed here are sent there. Scope ingest or admin.',
    }),
    asked: t.boolean({
      authScopes: forOperators,
      description:
        'It can be asked about its orders, so that they are compared with what it says. Scope ingest or admin.',
      resolve: ({ asks }) => asks,
    }),
    lastSweepAt: t.field({
      type: 'DateTime',
      nullable: true,
      authScopes: forOperators,
      description: 'When it last answered a sweep that compares orders. Null: never. Scope ingest or admin.',
      resolve: ({ lastSweepAt }) => lastSweepAt?.toISOString() ?? null,
    }),
    openOrders: t.int({
      authScopes: forOperators,
      description: 'How many orders may still be filled there. Scope ingest or admin.',
      resolve: ({ name }, _args, { deps }) => deps.db.order.count({ where: { venue: name, open: true } }),
    }),
    doubtfulOrders: t.int({
      authScopes: forOperators,
      description:
        'Of how many orders, open or not, a message may be missing: it has told of more that is filled than is known here, or states less, or has ended an order without a word of its sum or of what was asked. A hint: a sweep settles it; one that is asked for a day in vain stays. Scope ingest or admin.',
      resolve: ({ name }, _args, { deps }) => deps.db.orderDoubt.count({ where: { venue: name } }),
    }),
  }),
});

builder.queryField('venues', (t) =>
  t.field({
    type: [VenueRef],
    description: 'The venues that this service knows, by name.',
    resolve: async (_root, _args, context) => {
      viewerOf(context);
      const { deps } = context;
      const venues = [...deps.venues.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
      const heard = await readHeard(
        deps,
        venues.map(({ name }) => name),
      );
      return venues.flatMap((venue, at) => {
        const known = heard[at];
        return known ? [{ ...venue, ...known }] : [];
      });
    },
  }),
);
