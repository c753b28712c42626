import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Viewer } from '../../src/auth/viewer.ts';
import { type Delivery, receive } from '../../src/ingest/delivery.ts';
import { linkVenueAccount } from '../../src/ingest/link.ts';
import { userId } from '../../src/kernel/brand.ts';
import { placeOrder } from '../../src/orders/commands.ts';
import { report } from '../support/client.ts';
import { startService, type TestService } from '../support/service.ts';
import { termsOf } from './scenario.ts';

const ROUNDS = 40;
const ANN: Viewer = { id: userId('ann'), scopes: new Set(['trade', 'read']), expiresAt: new Date(8.64e15) };

let service: TestService;
beforeAll(async () => {
  service = await startService();
  await linkVenueAccount(service.app.deps, { venue: 'standard', account: 'ACC-1' }, ANN.id);
});
afterAll(() => service.stop());

function deliveryOf(clOrdId: string): Delivery {
  const received = receive(report({ clOrdId, venueOrderId: `V-${clOrdId}`, execId: randomUUID() }));
  const receivedAt = service.app.deps.clock.now();
  return { venue: 'standard', deliveryId: randomUUID(), bodyHash: '', receivedAt, content: { reports: [received] } };
}

it('a request and a report of the same order that come at once make one order and wait for nothing else', async () => {
  const { deps } = service.app;
  for (let round = 0; round < ROUNDS; round++) {
    const clOrdId = randomUUID();
    const words = {
      symbol: 'AAPL',
      assetClass: 'EQUITY',
      side: 'BUY',
      platform: 'WEB',
      venue: null,
      account: null,
    } as const;
    const terms = termsOf({ quantity: '100', price: '10' });
    // Whichever comes second finds the order, or is refused its name; neither may hold what the other one needs.
    const [placed, outcome] = await Promise.all([
      placeOrder(deps, ANN, { ...words, clOrdId, terms }),
      deps.ingest.submit(deliveryOf(clOrdId)),
    ]);
    expect(placed.refusal?.code ?? 'DUPLICATE_CL_ORD_ID').toBe('DUPLICATE_CL_ORD_ID');
    expect(outcome).toMatchObject({ status: 'applied', accepted: 1 });
    expect(await deps.db.order.count({ where: { clOrdId } })).toBe(1);
  }
});
