import { z } from 'zod';
import type { RawReport } from '../../ingest/execution-report.ts';
import { withinTime } from '../../kernel/clock.ts';
import { parseNumberText } from '../../kernel/number-text.ts';
import { readText } from '../body.ts';
import { readKiteOrder } from '../formats/zerodha-order.ts';
import type { VenueLink } from '../settings.ts';
import type { AskedOrder, AskedVenue, VenueStatement } from '../venue.ts';

const TIMEOUT_MS = 5_000;
/** An order's history has an entry per change; this is far above what a day brings. */
const BODY_BYTES_MAX = 1_048_576;

const profileAnswer = z.object({ data: z.object({ user_id: z.string().min(1) }) });
const historyAnswer = z.object({ data: z.array(z.unknown()).min(1) });

/** That it knows no such order: a bad or unknown id. */
const UNKNOWN = [400, 404, 410];

/**
 * Zerodha's Kite Connect, asked about orders: `GET /orders/:order_id` answers with the order as it was after each change, the
 * last one as it is now. The session sees the orders of its own user alone, so that user is whose orders they are, whoever
 * a postback names. Sources: kite.trade/docs/connect/v3 (orders, user, exceptions).
 */
export function zerodhaPort({ url, keyId, secret }: VenueLink): AskedVenue {
  const headers = { 'X-Kite-Version': '3', Authorization: `token ${keyId}:${secret}` };
  const call = (path: string, signal: AbortSignal): Promise<Response> =>
    fetch(`${url.replace(/\/+$/, '')}${path}`, {
      headers,
      redirect: 'error',
      signal: withinTime(TIMEOUT_MS, signal),
    });
  let user: string | null = null;
  const readUser = async (signal: AbortSignal): Promise<string> => {
    const profile = profileAnswer.parse(await jsonOf(await call('/user/profile', signal)));
    return profile.data.user_id;
  };
  const askOne = async (order: AskedOrder, signal: AbortSignal): Promise<VenueStatement> => {
    user ??= await readUser(signal);
    if (order.venueOrderId === null || (order.account !== '' && order.account !== user)) return null;
    const response = await call(`/orders/${encodeURIComponent(order.venueOrderId)}`, signal);
    if (UNKNOWN.includes(response.status)) {
      await response.body?.cancel();
      return null;
    }
    const { data } = historyAnswer.parse(await jsonOf(response));
    return [reportOf(data.at(-1), order)];
  };
  return {
    async ask(orders, signal) {
      const statements: VenueStatement[] = [];
      // One after the other: Kite takes ten requests a second of an app.
      for (const order of orders) statements.push(await askOne(order, signal));
      return statements;
    },
  };
}

async function jsonOf(response: Response): Promise<unknown> {
  if (!response.ok) {
    await response.body?.cancel();
    const why = response.status === 403 ? ' (the access token has run out, or is not of this app)' : '';
    throw new Error(`Kite Connect answered ${response.status}${why}`);
  }
  return parseNumberText(await readText(response, BODY_BYTES_MAX));
}

function reportOf(newest: unknown, { account, venueOrderId }: AskedOrder): RawReport {
  const reading = readKiteOrder(newest, account);
  if (reading === null || 'confirm' in reading) throw new Error('Kite Connect told nothing of the order');
  if ('unreadable' in reading) throw new Error(`the order of Kite Connect can't be read: ${reading.unreadable}`);
  if (reading.venueOrderId !== venueOrderId) throw new Error('Kite Connect told of another order');
  return reading;
}
