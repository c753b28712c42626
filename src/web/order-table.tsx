import type { KeyboardEvent, ReactElement } from 'react';
import { Status } from './status.tsx';
import { useNow } from './time.ts';
import {
  ago,
  agoShort,
  askedOf,
  clockTime,
  filledPercent,
  grouped,
  isClosed,
  noteOf,
  type Order,
  PLATFORM,
  shortened,
  sideOf,
  stamp,
  termsOf,
  wordOf,
} from './words.ts';

interface OrderTableProps {
  readonly orders: readonly Order[];
  readonly selectedId: string | null;
  /** Ids of orders that have changed while they were on screen. */
  readonly changed: ReadonlySet<string>;
  /** A phone's width: two lines for each order. */
  readonly narrow: boolean;
  readonly onSelect: (id: string) => void;
}

const COLUMNS = [
  ['Placed', ''],
  ['Symbol', ''],
  ['Side', ''],
  ['Quantity', 'num'],
  ['Terms', ''],
  ['Filled', 'num'],
  ['Average price', 'num'],
  ['Status', ''],
  ['Changed', 'when'],
  ['Note', 'note'],
  ['Venue', 'origin'],
  ['From', 'origin'],
] as const;

export function OrderTable({ orders, narrow, ...rest }: OrderTableProps): ReactElement {
  const Row = narrow ? NarrowRow : WideRow;
  return (
    <table className={narrow ? 'orders rows' : 'orders'}>
      <caption className="sr-only">Orders, newest first</caption>
      <thead className={narrow ? 'sr-only' : undefined}>
        <tr>
          {(narrow ? ([['Order', '']] as const) : COLUMNS).map(([name, kind]) => (
            <th key={name} scope="col" className={kind}>
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody onKeyDown={(event) => moveFocus(event)}>
        {orders.map((order, index) => (
          <Row key={order.id} order={order} isFirst={index === 0} {...rest} />
        ))}
      </tbody>
    </table>
  );
}

interface RowProps extends Pick<OrderTableProps, 'selectedId' | 'changed' | 'onSelect'> {
  readonly order: Order;
  readonly isFirst: boolean;
}

/** One row of the list can be reached with Tab; the arrows go on from there. */
function rowProps({ order, isFirst, selectedId, changed, onSelect }: RowProps) {
  const isSelected = order.id === selectedId;
  return {
    'aria-selected': isSelected,
    className: `${isClosed(order) ? 'closed' : ''} ${changed.has(order.id) ? `changed-${order.version % 2}` : ''}`,
    tabIndex: isSelected || (selectedId === null && isFirst) ? 0 : -1,
    onClick: () => onSelect(order.id),
    'data-id': order.id,
  };
}

function WideRow(props: RowProps): ReactElement {
  const { order } = props;
  const note = noteOf(order);
  const now = useNow();
  return (
    <tr {...rowProps(props)}>
      <td className="muted" title={stamp(order.createdAt)}>
        {clockTime(order.createdAt)}
      </td>
      <td className="symbol">{order.symbol}</td>
      <td className={order.side}>{sideOf(order)}</td>
      <td className="num">{askedOf(order)}</td>
      <td>{termsOf(order)}</td>
      <td className="num">
        <Filled order={order} />
      </td>
      <td className="num">{order.avgPx === null ? '' : shortened(order.avgPx)}</td>
      <td>
        <Status order={order} />
      </td>
      <td className="muted when" title={stamp(order.updatedAt)}>
        {ago(order.updatedAt, now)}
      </td>
      <td className="note" title={note}>
        {note}
      </td>
      <td className="muted origin">{order.venue}</td>
      <td className="muted origin">{wordOf(PLATFORM, order.platform)}</td>
    </tr>
  );
}

function NarrowRow(props: RowProps): ReactElement {
  const { order } = props;
  const note = noteOf(order);
  const now = useNow();
  return (
    <tr {...rowProps(props)}>
      <td>
        <div className="lines">
          <div>
            <span>
              <b className="symbol">{order.symbol}</b> <span className={order.side}>{sideOf(order)}</span>
            </span>
            <Status order={order} />
          </div>
          <div className="muted">
            <span>
              {askedOf(order)} · {termsOf(order)}
            </span>
            <span>
              {order.avgPx === null ? '' : `${grouped(order.cumQty)} at ${shortened(order.avgPx)} · `}
              {agoShort(order.updatedAt, now)}
            </span>
          </div>
          {note !== '' && <div className="note">{note}</div>}
        </div>
      </td>
    </tr>
  );
}

function Filled({ order }: { order: Order }): ReactElement {
  const filled = grouped(order.cumQty);
  // How far it has come is a question about what is still open.
  if (isClosed(order)) return <>{filled}</>;
  return (
    <span className={`filled ${order.cumQty === '0' ? '' : order.side}`}>
      {filled}
      <span className="bar" aria-hidden="true">
        <i style={{ width: `${filledPercent(order)}%` }} />
      </span>
    </span>
  );
}

function moveFocus(event: KeyboardEvent<HTMLElement>): void {
  const row = (event.target as HTMLElement).closest('tr');
  if (!row) return;
  const target = {
    ArrowDown: row.nextElementSibling,
    ArrowUp: row.previousElementSibling,
    Home: row.parentElement?.firstElementChild,
    End: row.parentElement?.lastElementChild,
  }[event.key];
  if (target instanceof HTMLElement) {
    event.preventDefault();
    target.focus();
  } else if (event.key === 'Enter' || event.key === ' ') {
    event.preventDefault();
    row.click();
  }
}
