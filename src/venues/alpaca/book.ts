import type { AlpacaAnswer, AlpacaApi } from './api.ts';
import { verdictOf } from './answer.ts';
import { type AlpacaOrder, orderOf } from './order.ts';

/** Replacements that one order may have; a longer chain is not followed. */
export const CHAIN_ORDERS_MAX = 50;

/** The names that we know an order by. */
export interface Names {
  readonly venueOrderId: string | null;
  readonly clOrdId: string | null;
}

/** Reading Alpaca's orders. Each rejects when Alpaca can't be asked now. */
export interface AlpacaBook {
  find(id: string, signal: AbortSignal): Promise<AlpacaOrder | null>;
  findByClOrdId(clOrdId: string, signal: AbortSignal): Promise<AlpacaOrder | null>;
  /**
   * The order of these names and what replaced it, one after the other; none: Alpaca knows no such order. By its id where
   * that is known, and then by nothing else: another order may have the same client_order_id.
   */
  readChain(names: Names, signal: AbortSignal): Promise<readonly AlpacaOrder[]>;
}

export function alpacaBook(api: AlpacaApi): AlpacaBook {
  const read = async (path: string, signal: AbortSignal): Promise<AlpacaOrder | null> =>
    foundIn(await api({ method: 'GET', path }, signal));
  const find: AlpacaBook['find'] = (id, signal) => read(orderPath(id), signal);
  const findByClOrdId: AlpacaBook['findByClOrdId'] = (clOrdId, signal) =>
    read(`/v2/orders:by_client_order_id?client_order_id=${encodeURIComponent(clOrdId)}`, signal);
  return {
    find,
    findByClOrdId,
    async readChain({ venueOrderId, clOrdId }, signal) {
      const byClOrdId = async (): Promise<AlpacaOrder | null> =>
        clOrdId === null ? null : findByClOrdId(clOrdId, signal);
      const first = await (venueOrderId === null ? byClOrdId() : find(venueOrderId, signal));
      const chain = first ? [first] : [];
      for (let last = first; last !== null;) {
        if (chain.length > CHAIN_ORDERS_MAX) throw new Error('Alpaca’s order was replaced too often');
        const next = last.replaced_by === null ? null : await find(last.replaced_by, signal);
        // A rejected replacement replaces nothing.
        last = next?.status === 'rejected' ? null : next;
        if (last) chain.push(last);
      }
      return chain;
    },
  };
}

export const orderPath = (id: string): string => `/v2/orders/${encodeURIComponent(id)}`;

function foundIn(answer: AlpacaAnswer): AlpacaOrder | null {
  const verdict = verdictOf(answer);
  if (verdict.is === 'refused') throw new Error(`Alpaca refused to tell of an order (${answer.status})`);
  if (verdict.is === 'unknown') return null;
  const order = orderOf(answer.body);
  if (!order) throw new Error('Alpaca’s answer is no order');
  return order;
}
