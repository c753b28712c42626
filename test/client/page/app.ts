import { createElement, type ReactNode, StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { createFillstream } from '../../../src/client/index.ts';
import { openOrderCache } from '../../../src/client/offline.ts';
import { FillstreamProvider, useConnectionStatus, useOrder, useOrders } from '../../../src/client/react.ts';

/** An app as small as can be, for a browser: where it asks, and who asks, is in its address. */
const { url = '', token = '', user = '' } = Object.fromEntries(new URLSearchParams(location.search));

const cache = openOrderCache(user);
const client = createFillstream({ url, getToken: () => token, backoff: { firstMs: 50, maxMs: 400 }, failuresMax: 1 });

function App(): ReactNode {
  const { state, transport } = useConnectionStatus();
  const { orders, isFromCache, asOf, hasMore, loadMore } = useOrders({ filter: { open: true }, pageSize: 2 });
  return createElement(
    'main',
    null,
    createElement('p', { id: 'status' }, `${state} ${transport}`),
    createElement('p', { id: 'source' }, isFromCache ? `kept ${asOf ?? ''}` : asOf === null ? 'nothing' : 'loaded'),
    createElement('ul', null, ...orders.map((order) => createElement(Row, { key: order.id, id: order.id }))),
    createElement('p', { id: 'list' }, orders.map(({ symbol, cumQty }) => `${symbol}:${cumQty}`).join(' ')),
    createElement('button', { id: 'more', disabled: !hasMore, onClick: () => void loadMore() }, 'more'),
    createElement('button', { id: 'out', onClick: () => void cache.clear().then(() => client.close()) }, 'sign out'),
  );
}

function Row({ id }: { readonly id: string }): ReactNode {
  const { order } = useOrder(id);
  return createElement('li', null, order ? `${order.symbol}:${order.cumQty}` : '…');
}

const root = document.querySelector('#root');
if (root) {
  const app = createElement(FillstreamProvider, { client, cache }, createElement(App));
  createRoot(root).render(createElement(StrictMode, null, app));
}
