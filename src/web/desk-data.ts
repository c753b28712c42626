import { useEffect, useMemo, useState } from 'react';
import { useConnectionStatus, useOrders } from '../client/react.ts';
import { later } from '../client/time.ts';
import { freshnessOf } from './freshness.ts';
import type { Session } from './session.ts';
import { openTrading } from './trading.ts';
import { filterOf, type View } from './view.ts';

const TYPING_MS = 250;
const PAGE_ORDERS = 50;
/** So long an order that has ended stays among the open ones. */
const ENDED_SHOWN_MS = 8_000;

/** All that the desk shows, and all that can be asked of it. */
export function useDesk({ client }: Session, { tab, side, status, assetClass, symbol }: View) {
  const [known] = useState(() => new Set<string>());
  const searched = useSettled(symbol, TYPING_MS);
  const filter = useMemo(
    () => filterOf({ tab, side, status, assetClass, symbol: searched }, known),
    [tab, side, status, assetClass, searched, known],
  );
  const list = useOrders({ filter, pageSize: PAGE_ORDERS, unfitShownMs: ENDED_SHOWN_MS });
  useEffect(() => {
    for (const order of list.orders) known.add(order.symbol);
  }, [known, list.orders]);
  const trading = useMemo(() => openTrading(client), [client]);
  const fresh = freshnessOf(useConnectionStatus(), list);
  const refresh = (): void => {
    client.reconnect();
    void list.refresh();
  };
  return { list, trading, fresh, refresh };
}

/** The latest value once it has not changed for a while: nobody wants a request for each key. */
function useSettled<T>(value: T, afterMs: number): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    return later(afterMs, () => setSettled(value));
  }, [value, afterMs]);
  return settled;
}
