import { randomUUID } from 'node:crypto';
import { linkAccount, postReports, report, type Report } from '../support/client.ts';
import { tokenOf } from '../support/env.ts';
import { startService } from '../support/service.ts';
import { openSession } from './rows.ts';

/** A new order with names of its own. */
export const opening = (overrides: Report = {}): Report => {
  const name = randomUUID();
  return report({ venueOrderId: `V-${name}`, clOrdId: `C-${name}`, ...overrides });
};

/** A fill of 40 at 10, which names its order and says nothing of its terms. */
export const fillOf = ({ venueOrderId, clOrdId, account }: Report, overrides: Report = {}): Report => ({
  ...{ venueOrderId, clOrdId, account },
  ...{ execId: randomUUID(), execType: 'TRADE', lastQty: '40', lastPx: '10' },
  ...overrides,
});

export const counted = (accepted: number, duplicates = 0, quarantined = 0) => ({ accepted, duplicates, quarantined });

/** A service whose account ACC-1 is ann's, and a session of its database. */
export async function openDesk() {
  const service = await startService();
  const session = await openSession(service.databaseUrl);
  const { url } = service;
  const ops = { url, token: await tokenOf('ops', { scopes: ['admin'] }) };
  await linkAccount(ops, 'ann');
  return {
    ...{ url, ops, session, databaseUrl: service.databaseUrl },
    /** What a delivery of these reports is answered. */
    post: async (reports: Report | readonly Report[], { id = randomUUID(), to = url } = {}): Promise<unknown> =>
      (await postReports(to, reports, { id })).body,
    orderRow: async ({ clOrdId }: Report) =>
      (await session.rows('SELECT status, cum_qty::text, version FROM orders WHERE cl_ord_id = $1', [clOrdId]))[0],
    lastQuarantined: async () =>
      (await session.rows('SELECT * FROM quarantined_reports ORDER BY created_at DESC LIMIT 1'))[0],
    close: async (): Promise<void> => {
      await session.end();
      await service.stop();
    },
  };
}
