import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ClientHistory, Transport } from '../../src/verify/history.ts';
import { openRecorder, type Recorder } from '../../src/verify/recorder.ts';
import { postReports, report } from '../support/client.ts';
import { freePort } from '../support/processes.ts';
import { startService, type TestService } from '../support/service.ts';
import { openTrader } from '../support/trader.ts';
import { until } from '../support/until.ts';

const TRANSPORTS = ['ws', 'graphql-sse', 'sse', 'poll'] as const satisfies readonly Transport[];
const WITHIN = { withinMs: 10_000 };

let service: TestService;

beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.stop());

interface Venue {
  readonly user: string;
  /** Reports so many fills, one delivery each; resolves once all are taken. */
  readonly fill: (count: number) => Promise<void>;
  readonly record: (
    transport: Transport | readonly Transport[],
    url?: string | readonly string[] | (() => string),
  ) => Promise<Recorder>;
}

/** A user of their own, with an order that is never filled up. */
async function openVenue(): Promise<Venue> {
  const user = randomUUID();
  const { token } = await openTrader(service.url, user);
  const terms = { account: user, clOrdId: user, venueOrderId: user, quantity: '1000000' };
  const send = async (what: Record<string, string>): Promise<void> => {
    expect((await postReports(service.url, report({ ...terms, ...what }))).status).toBe(200);
  };
  await send({ execType: 'NEW' });
  return {
    user,
    async fill(count) {
      for (let i = 0; i < count; i += 1) await send({ execType: 'TRADE', lastQty: '1', lastPx: '10' });
    },
    record: (transport, url = service.url) =>
      openRecorder({ url, user, name: String(transport), transport, token: () => token }),
  };
}

const seenOf = ({ sessions }: ClientHistory) => sessions.flatMap(({ seen }) => seen);
const isOpen = (recorder: Recorder) => until(() => recorder.isOpen(), WITHIN);
const saw = (recorder: Recorder, offset: number) => until(() => recorder.offset() >= offset, WITHIN);

it.each(TRANSPORTS)('writes down each event once over %s, through a cut', async (transport) => {
  const venue = await openVenue();
  const recorder = await venue.record(transport);
  await isOpen(recorder);
  await venue.fill(3);
  await saw(recorder, 4);
  recorder.cut();
  await venue.fill(3);
  await saw(recorder, 7);
  expect(recorder.cuts()).toBe(1);
  const history = await recorder.close();
  expect(history).toMatchObject({ fromOffset: 1, reloadedTo: [] });
  expect(new Set(seenOf(history).map(({ eventId }) => eventId)).size).toBe(6);
  expect(seenOf(history)).toHaveLength(6);
  expect(history.sessions.map(({ ended }) => ended)).toEqual(['cut', 'closed']);
  expect(history.sessions[1]!.after).toBe(history.sessions[0]!.seen.at(-1)!.cursor);
});

it('leaves by one transport and comes back by the next', async () => {
  const venue = await openVenue();
  const recorder = await venue.record(TRANSPORTS);
  for (let round = 0; round < TRANSPORTS.length; round += 1) {
    await isOpen(recorder);
    await venue.fill(2);
    await saw(recorder, 3 + 2 * round);
    recorder.cut();
  }
  const history = await recorder.close();
  expect(history.sessions.slice(0, 4).map(({ transport }) => transport)).toEqual(TRANSPORTS);
  expect(seenOf(history).map(({ eventId }) => eventId)).toHaveLength(8);
});

it('gives the same bytes by polling and by server-sent events, and the same values by GraphQL', async () => {
  const venue = await openVenue();
  const recorders = await Promise.all(TRANSPORTS.map((transport) => venue.record(transport)));
  await venue.fill(2);
  for (const recorder of recorders) await saw(recorder, 3);
  const [ws, graphqlSse, sse, poll] = await Promise.all(recorders.map(async (each) => seenOf(await each.close())));
  const dataOf = (seen: ReturnType<typeof seenOf> | undefined) => seen!.map(({ data }) => data);
  expect(dataOf(sse)).toEqual(dataOf(poll));
  expect(dataOf(ws)).toEqual(dataOf(graphqlSse));
  expect(dataOf(ws).map((data) => JSON.parse(data) as unknown)).toEqual(
    dataOf(poll).map((data) => JSON.parse(data) as unknown),
  );
});

it.each(TRANSPORTS)('reads nothing over %s while it is stopped, and loses nothing by it', async (transport) => {
  const venue = await openVenue();
  const recorder = await venue.record(transport);
  await isOpen(recorder);
  recorder.pause();
  await venue.fill(2);
  expect(recorder.deliveries()).toBe(0);
  recorder.resume();
  await saw(recorder, 3);
  expect(seenOf(await recorder.close())).toHaveLength(2);
});

it.each(TRANSPORTS)('comes back over %s when the service has been away', async (transport) => {
  const venue = await openVenue();
  let url = service.url;
  const recorder = await venue.record(transport, () => url);
  await isOpen(recorder);
  url = `http://127.0.0.1:${await freePort()}`;
  recorder.cut();
  await until(() => recorder.sessions() >= 4, WITHIN);
  await venue.fill(1);
  url = service.url;
  await saw(recorder, 2);
  const history = await recorder.close();
  expect(history.sessions[1]!.ended).toBe('ECONNREFUSED');
  expect(seenOf(history)).toHaveLength(1);
});

it.each(TRANSPORTS)(
  'loads a snapshot over %s when the log no longer reaches its cursor, and goes on from there',
  async (transport) => {
    const venue = await openVenue();
    let url = service.url;
    const recorder = await venue.record(transport, () => url);
    await venue.fill(1);
    await saw(recorder, 2);
    url = `http://127.0.0.1:${await freePort()}`;
    recorder.cut();
    await venue.fill(2);
    await retainFrom(venue.user, 4);
    url = service.url;
    await saw(recorder, 4);
    await venue.fill(1);
    await saw(recorder, 5);
    const history = await recorder.close();
    expect(history.reloadedTo).toEqual([4]);
    expect(history.sessions.map(({ ended }) => ended)).toContain('RESUME_EXPIRED');
    expect(seenOf(history)).toHaveLength(2);
  },
);

/** As the job does that keeps a log from growing for ever. */
async function retainFrom(user: string, offset: number): Promise<void> {
  const client = new pg.Client({ connectionString: service.databaseUrl });
  await client.connect();
  await client.query('UPDATE stream_heads SET retained_from = $2 WHERE user_id = $1', [user, offset]);
  await client.end();
}
