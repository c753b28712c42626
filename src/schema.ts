import './graphql/viewer.ts';
import './orders/graphql.ts';
import './orders/mutations.ts';
import './orders/subscription.ts';
import './ingest/graphql.ts';
import './ingest/quarantine.ts';
import './ingest/venue-graphql.ts';
import './notifications/data-scalar.ts';
import './notifications/graphql.ts';
import './notifications/delivery-graphql.ts';
import './notifications/subscription.ts';
import './notifications/device-graphql.ts';
import './notifications/contact-graphql.ts';
import './notifications/preference-graphql.ts';
import './notifications/operator-graphql.ts';
import './notifications/intake-graphql.ts';
import { builder } from './graphql/builder.ts';

/** The whole API; schema.graphql is its print. A feature is one line above. */
export const schema = builder.toSchema();
