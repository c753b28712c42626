import type { DocumentNode } from 'graphql';
import { type ReactElement, useEffect, useState } from 'react';
import type { Fillstream } from '../client/index.ts';
import { BlotterDeliveriesDocument, type BlotterDeliveriesQuery } from '../generated/web/graphql.ts';
import { CHANNEL, DELIVERY_REASON, DELIVERY_STATE } from './notification-words.ts';
import { stamp, wordOf } from './words.ts';

type Asked = NonNullable<BlotterDeliveriesQuery['node']>;
type Delivery = Extract<Asked, { deliveries: unknown }>['deliveries'][number];

interface WhyProps {
  readonly client: Pick<Fillstream, 'ask'>;
  readonly notificationId: string;
}

/** Why the reader did, or did not, get a notification on each channel. */
export function Why({ client, notificationId }: WhyProps): ReactElement {
  const [deliveries, setDeliveries] = useState<readonly Delivery[] | null>(null);
  const [fault, setFault] = useState(false);
  useEffect(() => {
    let isGone = false;
    client.ask<BlotterDeliveriesQuery>(BlotterDeliveriesDocument as DocumentNode, { id: notificationId }).then(
      ({ node }) => isGone || setDeliveries(node && 'deliveries' in node ? node.deliveries : []),
      () => isGone || setFault(true),
    );
    return () => {
      isGone = true;
    };
  }, [client, notificationId]);
  if (fault) return <p className="muted">It can’t be loaded now.</p>;
  if (deliveries === null) return <p className="muted">Loading…</p>;
  if (deliveries.length === 0) return <p className="muted">Nothing is known of it any more.</p>;
  return (
    <dl className="why">
      {deliveries.map((delivery) => (
        <div key={delivery.channel}>
          <dt>{wordOf(CHANNEL, delivery.channel)}</dt>
          <dd>
            <span className={delivery.state}>{wordOf(DELIVERY_STATE, delivery.state)}</span>:{' '}
            {wordOf(DELIVERY_REASON, delivery.reason)}
            {delivery.releaseAt !== null && delivery.state === 'HELD' && `, until ${stamp(delivery.releaseAt)}`}
            <span className="muted">
              {' · '}
              <time dateTime={delivery.at}>{stamp(delivery.at)}</time>
              {delivery.tries > 1 && ` · ${delivery.tries} tries`}
            </span>
            <Said delivery={delivery} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** In the provider's own words: of the whole, and of each device. */
function Said({ delivery: { text, targets } }: { delivery: Delivery }): ReactElement | null {
  const lines = targets.map(
    ({ platform, state, text: told }) => `${platform ?? 'A device'}: ${told ?? state.toLowerCase()}`,
  );
  if (text === null && lines.length === 0) return null;
  return <div className="muted said">{[text, ...lines].filter((line) => line !== null).join('; ')}</div>;
}
