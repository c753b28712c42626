// The workload: orders of 50 users, each of which lives through five reports (NEW, three partial fills, the last fill). The
// reports of one order follow each other, those of different orders do not wait for one another.
import { randomUUID } from 'node:crypto';

export const USERS = 50;
const ORDERS_PER_USER = 10;
const SYMBOLS = ['AAPL', 'MSFT', 'VTI', 'BND', 'BTC-USD'];

export const LAST_VERSION = 5;
export const userOf = (index) => `bench-user-${index}`;

/**
 * Places that hold one live order each; a place whose order is done takes a new one. What is taken is put back once its
 * report has been seen by its subscriber.
 */
export function createBook() {
  const run = randomUUID().slice(0, 8);
  const places = Array.from({ length: USERS * ORDERS_PER_USER }, (_, index) => ({
    user: userOf(index % USERS),
    index,
    orders: 0,
    step: 0,
  }));
  const waiting = [];
  return {
    /** The next report of an order whose reports have all been seen; waits when there is no such order. */
    async take() {
      const place = places.shift() ?? (await new Promise((resolve) => waiting.push(resolve)));
      return { place, report: nextReport(place, run) };
    },
    put(place) {
      const resolve = waiting.shift();
      if (resolve) resolve(place);
      else places.push(place);
    },
  };
}

function nextReport(place, run) {
  if (place.step === 0) place.orders += 1;
  const order = `${run}-${place.index}-${place.orders}`;
  const isFill = place.step > 0;
  const report = {
    execId: `${order}-${place.step}`,
    execType: isFill ? 'TRADE' : 'NEW',
    venueOrderId: `V-${order}`,
    clOrdId: `C-${order}`,
    account: place.user,
    symbol: SYMBOLS[place.index % SYMBOLS.length],
    side: 'BUY',
    orderType: 'LIMIT',
    timeInForce: 'DAY',
    assetClass: 'EQUITY',
    quantity: '100',
    price: '187.25',
    ...(isFill && { lastQty: '25', lastPx: '187.2' }),
    transactTime: new Date().toISOString(),
  };
  place.step = (place.step + 1) % LAST_VERSION;
  return report;
}
