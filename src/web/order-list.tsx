import { type ReactElement, useRef } from 'react';
import type { OrdersState } from '../client/react.ts';
import { type Freshness, isFresh } from './freshness.ts';
import { OrderTable } from './order-table.tsx';
import { PULL_PX, usePull } from './pull.ts';
import { FIRST_VIEW, isNarrowed, type View } from './view.ts';
import { clockTime, isoOf } from './words.ts';

interface OrderListProps {
  readonly list: OrdersState;
  readonly fresh: Freshness;
  readonly view: View;
  readonly narrow: boolean;
  readonly selectedId: string | null;
  readonly onView: (view: View) => void;
  readonly onSelect: (id: string) => void;
  readonly onMore: () => void;
  readonly onRefresh: () => void;
}

/** The orders, what stands there instead when there are none, and of when they are. */
export function OrderList({ list, fresh, view, onView, onMore, onRefresh, ...rest }: OrderListProps): ReactElement {
  const scroll = useRef<HTMLDivElement>(null);
  const pulled = usePull(scroll, onRefresh);
  const { orders, changed, hasMore, isLoading } = list;
  return (
    <>
      <div className="scroll" ref={scroll}>
        {pulled > 0 && (
          <p className="pull muted" style={{ height: pulled }}>
            {pulled >= PULL_PX ? 'Let go to refresh' : 'Pull to refresh'}
          </p>
        )}
        <OrderTable orders={orders} changed={changed} {...rest} />
        {orders.length === 0 && <NoOrders {...{ list, view, onView, onRefresh }} />}
        {hasMore && (
          <p className="more">
            <button type="button" className="button" disabled={isLoading} onClick={onMore}>
              {isLoading ? 'Loading…' : 'Older orders'}
            </button>
          </p>
        )}
      </div>
      <Foot list={list} fresh={fresh} />
    </>
  );
}

type NoOrdersProps = Pick<OrderListProps, 'list' | 'view' | 'onView' | 'onRefresh'>;

function NoOrders({ list, view, onView, onRefresh }: NoOrdersProps): ReactElement {
  if (list.error !== null) {
    return (
      <div className="empty">
        <p className="fault">The orders can’t be loaded now.</p>
        <button type="button" className="button" onClick={onRefresh}>
          Try again
        </button>
      </div>
    );
  }
  if (list.asOf === null) return <p className="empty">Loading…</p>;
  const which = view.tab === 'open' ? 'No open orders' : 'No orders';
  if (!isNarrowed(view)) {
    return (
      <div className="empty">
        <p>{which}.</p>
        <p>
          Press <kbd>n</kbd> for a new one.
        </p>
      </div>
    );
  }
  return (
    <div className="empty">
      <p>{which} with these filters.</p>
      <p className="choices">
        <button type="button" className="button" onClick={() => onView({ ...FIRST_VIEW, tab: view.tab })}>
          Clear the filters
        </button>
        {view.tab === 'open' && (
          <button type="button" className="button" onClick={() => onView({ ...view, tab: 'history' })}>
            Look in all orders
          </button>
        )}
      </p>
    </div>
  );
}

function Foot({ list, fresh }: Pick<OrderListProps, 'list' | 'fresh'>): ReactElement {
  const { orders, hasMore, isLoading, asOf } = list;
  const count = `${orders.length} ${orders.length === 1 ? 'order' : 'orders'}`;
  const isCurrent = isFresh(fresh) && !list.isFromCache && list.error === null;
  return (
    <p className="foot muted">
      <span>{asOf === null ? '' : `${count}${hasMore ? ', and older ones' : ''}`}</span>
      <span>
        {isLoading ? 'Loading… ' : ''}
        {asOf === null ? '' : isCurrent ? 'Up to date' : `As of ${clockTime(isoOf(fresh.asOf ?? asOf))}`}
      </span>
    </p>
  );
}
