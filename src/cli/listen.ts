import WebSocket from 'ws';
import { createFillstream, type OrderUpdate } from '../client/index.ts';
import { StartupError } from '../kernel/startup-error.ts';
import type { Output } from './output.ts';

export const TRANSPORTS = ['websocket', 'sse', 'polling'] as const;

export interface ListenOptions {
  readonly transport?: (typeof TRANSPORTS)[number];
  readonly after?: string;
  readonly symbol?: readonly string[];
  readonly count?: number;
}

interface Source {
  readonly url: string;
  readonly getToken: () => Promise<string>;
}

const UPDATES = `subscription Listen($after: Cursor, $symbols: [String!]) {
  orderUpdated(after: $after, symbols: $symbols) {
    cursor
    event { id execType status execId execRefId lastQty lastPx cumQty leavesQty avgPx text transactTime receivedAt committedAt }
    order { id clOrdId venue venueOrderId account symbol side orderType quantity notional price status pendingAction cumQty avgPx version }
  }
}`;

type Update = Pick<OrderUpdate, 'cursor' | 'event' | 'order'>;

/** Shows each update once, over broken connections too, until it is interrupted or has shown so many. */
export function listen({ url, getToken }: Source, options: ListenOptions, output: Output): Promise<void> {
  const { transport, after, symbol, count = Number.POSITIVE_INFINITY } = options;
  return new Promise((resolve, reject) => {
    const client = createFillstream({
      ...{ url, getToken, webSocketImpl: WebSocket },
      app: { name: 'fillstream-cli' },
      ...(transport && { transports: [transport] }),
      onFault: ({ code, message }) => output.fault(`${code}: ${message}`),
    });
    let shown = 0;
    let state = '';
    client.status.subscribe(() => {
      const now = client.status.getSnapshot();
      if (now.state === state || output.isPiped) return;
      state = now.state;
      output.fault(output.colors.dim(`${now.state} (${now.transport})`));
    });
    client.subscribe<{ orderUpdated: Update }>(
      { query: UPDATES, variables: { after: after ?? null, symbols: symbol ?? null } },
      {
        next({ data: { orderUpdated } }) {
          output.show(orderUpdated, () => lineOf(orderUpdated, output));
          shown += 1;
          if (shown < count) return;
          client.close();
          resolve();
        },
        error({ code, message }) {
          if (shown < count) reject(new StartupError(`${code}: ${message}`));
        },
      },
    );
  });
}

function lineOf({ event, order, cursor }: Update, { colors }: Output): string {
  const side = order.side === 'BUY' ? colors.cyan(order.side) : colors.magenta(order.side);
  const fill = event.lastQty === null ? '' : ` ${event.lastQty} @ ${event.lastPx ?? ''}`;
  const words = event.text === null ? '' : `  ${event.text}`;
  const what = `${order.symbol} ${side} ${order.quantity ?? order.notional ?? ''}`;
  const where = `${event.status} ${order.cumQty} filled${order.avgPx === null ? '' : ` at ${order.avgPx}`}`;
  return `${event.committedAt}  ${colors.bold(event.execType.padEnd(15))}${what}${fill}  ${where}${words}  ${colors.dim(cursor)}`;
}
