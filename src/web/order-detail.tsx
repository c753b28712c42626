import type { ReactElement, ReactNode } from 'react';
import { type OrderEvent, useOrder } from '../client/react.ts';
import { Actions } from './actions.tsx';
import type { Trading } from './trading.ts';
import { Status } from './status.tsx';
import { Timeline } from './timeline.tsx';
import {
  askedOf,
  grouped,
  noteOf,
  type Order,
  PLATFORM,
  sideOf,
  stamp,
  termsOf,
  TIME_IN_FORCE,
  wordOf,
} from './words.ts';

const EVENTS = 100;

interface OrderDetailProps {
  readonly id: string;
  /** As the list had it: shown until the order itself has been loaded. Null: it is in no list here. */
  readonly listed: Order | null;
  readonly trading: Trading;
  readonly onClose: () => void;
}

export function OrderDetail({ id, listed, trading, onClose }: OrderDetailProps): ReactElement {
  const { order: loaded, events, error, isMissing } = useOrder(id, { events: EVENTS });
  const order = loaded ?? listed;
  if (!order) {
    const why = isMissing ? 'There is no such order.' : error ? 'It can’t be loaded now.' : 'Loading…';
    return <Absent why={why} onClose={onClose} />;
  }
  return (
    <article className="detail" aria-label={`Order ${order.symbol}`}>
      <header>
        <div>
          <h2>
            {order.symbol} <span className={order.side}>{sideOf(order)}</span> {askedOf(order)}
          </h2>
          <p>
            <Status order={order} /> <span className="muted">· {termsOf(order)}</span>
          </p>
        </div>
        <button type="button" className="button quiet" onClick={onClose} aria-label="Close">
          ✕
        </button>
      </header>
      <Reason order={order} />
      <Actions order={order} trading={trading} />
      <section>
        <h3>Fills</h3>
        <dl className="facts">
          <Fact name="Filled">{grouped(order.cumQty)}</Fact>
          <Fact name="Still open">{grouped(order.leavesQty)}</Fact>
          <Fact name="Average price">{grouped(order.avgPx)}</Fact>
          {order.overfillQty !== null && <Fact name="Filled beyond the order">{grouped(order.overfillQty)}</Fact>}
        </dl>
      </section>
      <section>
        <h3>Life</h3>
        <Life events={events} hasFailed={error !== null} />
      </section>
      <section>
        <h3>Order</h3>
        <dl className="facts">
          <Fact name="In force">{wordOf(TIME_IN_FORCE, order.timeInForce)}</Fact>
          <Fact name="Venue">{order.venue}</Fact>
          <Fact name="Account">{order.account ?? '–'}</Fact>
          <Fact name="Placed">{stamp(order.createdAt)}</Fact>
          <Fact name="Placed from">{order.client ?? wordOf(PLATFORM, order.platform)}</Fact>
          {order.strategy !== null && <Fact name="Strategy">{order.strategy}</Fact>}
          <Fact name="Our id">
            <span className="mono">{order.clOrdId ?? '–'}</span>
          </Fact>
          <Fact name="The venue’s id">
            <span className="mono">{order.venueOrderId ?? '–'}</span>
          </Fact>
        </dl>
      </section>
    </article>
  );
}

function Absent({ why, onClose }: { why: string; onClose: () => void }): ReactElement {
  return (
    <article className="detail" aria-label="Order">
      <header>
        <p className="muted" role="status">
          {why}
        </p>
        <button type="button" className="button quiet" onClick={onClose} aria-label="Close">
          ✕
        </button>
      </header>
    </article>
  );
}

function Life({ events, hasFailed }: { events: readonly OrderEvent[] | null; hasFailed: boolean }): ReactElement {
  if (events !== null) return <Timeline events={events} />;
  return <p className="muted">{hasFailed ? 'It can’t be loaded now.' : 'Loading…'}</p>;
}

function Fact({ name, children }: { name: string; children: ReactNode }): ReactElement {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}

function Reason({ order }: { order: Order }): ReactElement | null {
  const note = noteOf(order);
  return note === '' ? null : <p className="reason">{order.statusText ?? note}</p>;
}
