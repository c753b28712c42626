import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Viewer } from '../../src/auth/viewer.ts';
import { receive } from '../../src/ingest/delivery.ts';
import { linkVenueAccount } from '../../src/ingest/link.ts';
import { userId } from '../../src/kernel/brand.ts';
import { decimal } from '../../src/kernel/decimal.ts';
import { globalId } from '../../src/kernel/global-id.ts';
import { modifyOrder, placeOrder } from '../../src/orders/commands.ts';
import { watchRuns } from '../../src/orders/take-up.ts';
import type { OpenOrder, VenuePort } from '../../src/venues/venue.ts';
import { startService, type TestService } from '../support/service.ts';
import { until } from '../support/until.ts';
import { type Fields, termsOf } from './scenario.ts';

let service: TestService;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.stop());

const account = randomUUID();
const viewer: Viewer = { id: userId('ann'), scopes: new Set(['trade', 'read']), expiresAt: new Date(8.64e15) };

async function report(fields: Fields): Promise<void> {
  const reports = [receive({ account, execId: randomUUID(), ...fields })];
  const receivedAt = service.app.deps.clock.now();
  const delivery = { venue: 'standard', deliveryId: randomUUID(), bodyHash: '', receivedAt, content: { reports } };
  expect(await service.app.deps.ingest.submit(delivery)).toMatchObject({ accepted: 1 });
}

/** A filled order, and a replace of it that the venue has not answered. */
async function filledAndAsked(clOrdId: string, asked: { quantity: string } | null): Promise<void> {
  const { deps } = service.app;
  const words = { symbol: 'AAPL', assetClass: 'EQUITY', side: 'BUY', platform: 'IOS' } as const;
  const terms = termsOf({ quantity: '100', price: '10' });
  const { order } = await placeOrder(deps, viewer, { ...words, clOrdId, terms, venue: 'standard', account });
  const modify = async (quantity: string | null): Promise<void> => {
    const change = { quantity: quantity === null ? null : decimal(quantity), price: decimal('11'), stopPx: null };
    const orderId = globalId('Order', order!.id);
    const { refusal } = await modifyOrder(deps, viewer, { orderId, clOrdId: `${clOrdId}-next`, ...change });
    expect(refusal).toBeNull();
  };
  if (!asked) await modify(null);
  await report({ execType: 'TRADE', clOrdId, lastQty: '100', lastPx: '10' });
  if (asked) await modify(asked.quantity);
}

it('a filled order with an increase that waits is taken up again; any other request of a filled one is refused', async () => {
  const { deps } = service.app;
  await linkVenueAccount(deps, { venue: 'standard', account }, viewer.id);
  await filledAndAsked('I1', { quantity: '120' });
  await filledAndAsked('P1', null);
  const [taken, refused]: [OpenOrder[], string[]] = [[], []];
  const port: VenuePort = {
    send: () => Promise.resolve({ status: 'taken' }),
    memory: {
      run: () => Promise.resolve('r2'),
      takeUp: (orders) => Promise.resolve(void taken.push(...orders)),
    },
  };
  const stop = new AbortController();
  const applyRefusal = ({ request }: { request: { clOrdId: string } }): Promise<unknown> =>
    Promise.resolve(refused.push(request.clOrdId));
  watchRuns({ ...deps, applyRefusal }, new Map([['standard', port]]), stop.signal);
  await until(() => refused.length > 0, { withinMs: 10_000 });
  stop.abort();
  expect(taken.map(({ clOrdId, cumQty }) => [clOrdId, cumQty.toFixed()])).toEqual([['I1', '100']]);
  expect(refused).toEqual(['P1-next']);
});
