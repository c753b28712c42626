import { randomBytes, randomUUID } from 'node:crypto';
import { postReports } from '../../support/client.ts';
import type { AlpacaDouble, Order } from './double.ts';

export const WEBHOOK_SECRET = `whsec_${randomBytes(32).toString('base64')}`;

/** What holds Alpaca's stream: it posts each message of `trade_updates` as it came, signed. */
export interface TradeUpdates {
  send(event: string, order: Order, more?: Readonly<Record<string, string>>): Promise<void>;
  /** A fill of the order, in the book and as a message. */
  fill(order: Order, qty: string, price: string): Promise<void>;
}

export function openTradeUpdates(serviceUrl: string, venue = 'alpaca'): TradeUpdates {
  const send: TradeUpdates['send'] = async (event, order, more = {}) => {
    const timestamp = new Date().toISOString();
    const data = { event, execution_id: randomUUID(), timestamp, order, ...more };
    const body = JSON.stringify({ stream: 'trade_updates', data });
    const { status, body: answer } = await postReports(serviceUrl, [], { venue, secret: WEBHOOK_SECRET, body });
    if (status !== 200) throw new Error(`${status}: ${JSON.stringify(answer)}`);
  };
  return {
    send,
    async fill(order, qty, price) {
      const filled = Number(order.filled_qty) + Number(qty);
      const isFilled = filled === Number(order.qty);
      // Tests fill at one price only.
      Object.assign(order, { filled_qty: String(filled), filled_avg_price: price });
      Object.assign(order, { status: isFilled ? 'filled' : 'partially_filled' });
      await send(isFilled ? 'fill' : 'partial_fill', order, { qty, price });
    },
  };
}

/** The environment of a service that is connected to the double. */
export const environmentOf = (alpaca: AlpacaDouble, { keyId, secret }: { keyId: string; secret: string }) => ({
  VENUE_URL_ALPACA: alpaca.url,
  VENUE_CREDENTIALS_ALPACA: `${keyId}:${secret}`,
  WEBHOOK_SECRET_ALPACA: WEBHOOK_SECRET,
});
