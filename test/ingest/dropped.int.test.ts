import { randomBytes } from 'node:crypto';
import { afterEach, expect, it } from 'vitest';
import { openBooks } from '../../src/ingest/repair.ts';
import { parseNumberText } from '../../src/kernel/number-text.ts';
import { kraken } from '../../src/venues/formats/kraken.ts';
import { ORDERS_PER_ASK, sweepVenue } from '../../src/venues/reconcile.ts';
import type { AskedVenue, VenueStatement } from '../../src/venues/venue.ts';
import { type Chance, chanceOf } from '../simulation/chance.ts';
import { linkAccount, postReports } from '../support/client.ts';
import { tokenOf } from '../support/env.ts';
import { startService, type TestService } from '../support/service.ts';
import { type BookedOrder, type DeskVenue, openBook, openDeskVenue, type Message } from './desk-venue.ts';
import { openSession, type Session } from './rows.ts';

/**
 * A venue that sends heartbeats without a gap, and loses one fill per thousand: the beats prove that it lives, not that all
 * arrived. It writes as Kraken does, keeps a book of its own, and can be asked.
 */

const SECRET = `whsec_${randomBytes(32).toString('base64')}`;
const MESSAGES_PER_DELIVERY = 300;
const DROPPED_MIN = 5;
const HEARTBEAT = '{"channel":"heartbeat"}';

let service: TestService;
let session: Session;
let venue: DeskVenue;
afterEach(async () => {
  await session.end();
  await service.stop();
  await venue.close();
});

async function start(book: readonly BookedOrder[], options: { lists: boolean }): Promise<void> {
  venue = await openDeskVenue(book, options);
  service = await startService({ env: { WEBHOOK_SECRET_DESK: SECRET, VENUE_FORMAT_DESK: 'kraken' } });
  session = await openSession(service.databaseUrl);
  const ops = { url: service.url, token: await tokenOf('ops', { scopes: ['admin'] }) };
  await linkAccount(ops, 'dora', { venue: 'desk', account: '' });
}

interface Counts {
  readonly accepted: number;
  readonly duplicates: number;
  readonly quarantined: number;
}

/** Posts messages as signed webhooks, a heartbeat behind each, and counts the answers. */
async function post(messages: readonly Message[]): Promise<Counts> {
  const sums = { accepted: 0, duplicates: 0, quarantined: 0 };
  const send = async (body: string): Promise<void> => {
    const answer = await postReports(service.url, [], { venue: 'desk', secret: SECRET, body });
    expect(answer.status).toBe(200);
    const counts = answer.body as Counts;
    for (const name of ['accepted', 'duplicates', 'quarantined'] as const) sums[name] += counts[name];
  };
  for (let at = 0; at < messages.length; at += MESSAGES_PER_DELIVERY) {
    const frames = messages.slice(at, at + MESSAGES_PER_DELIVERY).map(({ frame }) => frame);
    await send(JSON.stringify(frames));
    await send(HEARTBEAT);
  }
  return sums;
}

/** The messages of all orders in turns, those of each order in their order. */
function interleaved(book: readonly BookedOrder[]): readonly Message[] {
  const longest = Math.max(...book.map(({ messages }) => messages.length));
  return Array.from({ length: longest }, (_, at) => book.flatMap(({ messages }) => messages[at] ?? [])).flat();
}

/** One fill per thousand, at least DROPPED_MIN; and the last word of some orders. */
function draw(book: readonly BookedOrder[], chance: Chance): readonly Message[] {
  const fills = book.flatMap(({ messages }) => messages.filter(({ kind }) => kind === 'trade'));
  const dropped = new Set(fills.filter(() => chance.one(1 / 1_000)));
  while (dropped.size < DROPPED_MIN) dropped.add(chance.pick(fills));
  return [...dropped];
}

/** Our side of the venue: over HTTP, in Kraken's words. */
const port: AskedVenue = {
  async ask(orders, signal) {
    const body = JSON.stringify(orders.map(({ venueOrderId }) => venueOrderId));
    const response = await fetch(venue.url, { method: 'POST', body, signal });
    const answer = parseNumberText(await response.text()) as (readonly unknown[] | null)[];
    return answer.map((frames): VenueStatement => frames && frames.map(readReport));
  },
};

function readReport(frame: unknown) {
  const reading = kraken.read(frame);
  if (!reading || !('execId' in reading)) throw new Error(`no report: ${JSON.stringify(reading)}`);
  return reading;
}

async function sweep() {
  const { deps } = service.app;
  const swept = { venue: 'desk', ask: port.ask, signal: new AbortController().signal };
  const hold = (): Promise<boolean> => Promise.resolve(true);
  return await sweepVenue({ ...deps, books: openBooks(deps) }, swept, { place: null, hold });
}

const WORDS = { new: 'NEW', partially_filled: 'PARTIALLY_FILLED', filled: 'FILLED', canceled: 'CANCELED' } as const;

/** By order: what the service has, and what the venue has. */
const oursByOrder = async (): Promise<ReadonlyMap<unknown, unknown>> =>
  new Map(
    (
      await session.rows(
        'SELECT venue_order_id AS id, status, cum_qty::float AS "cumQty", (cum_amount * 100)::float AS "cumCents" FROM orders',
      )
    ).map(({ id, ...rest }) => [id, rest]),
  );
const theirs = (book: readonly BookedOrder[]): ReadonlyMap<unknown, unknown> =>
  new Map(book.map(({ id, status, cumQty, cumCents }) => [id, { status: WORDS[status], cumQty, cumCents }]));

/** Whatever a repair, or what comes late, could change. */
const everything = async () => ({
  orders: await session.rows('SELECT * FROM orders ORDER BY id'),
  events: await session.count('SELECT count(*) FROM stream_events'),
  executions: await session.count('SELECT count(*) FROM executions'),
  waiting: await session.count('SELECT count(*) FROM quarantined_reports'),
});
const fillsOf = (book: readonly BookedOrder[]): number =>
  book.flatMap(({ messages }) => messages.filter(({ kind }) => kind === 'trade')).length;

it('every dropped fill is repaired within one sweep, and none counts twice', { timeout: 90_000 }, async () => {
  const chance = chanceOf(20_260_130);
  const book = openBook({ chance, orders: 600, hasExecIds: true });
  expect(fillsOf(book)).toBeGreaterThanOrEqual(5_000);
  await start(book, { lists: true });
  const canceled = book.filter(({ status }) => status === 'canceled');
  const lastWords = canceled.slice(0, 6).map(({ messages }) => messages.at(-1)!);
  // The last fill of an order that is closed here afterwards: only the sum of its cancel tells that something is missing.
  const beforeEnd = canceled.slice(6, 10).map(({ messages }) => messages.at(-2)!);
  const dropped = new Set([...draw(book, chance), ...lastWords, ...beforeEnd]);
  const sent = interleaved(book).filter((message) => !dropped.has(message));

  expect(await post(sent)).toEqual({ accepted: sent.length, duplicates: 0, quarantined: 0 });
  const wrong = new Set([...dropped].map(({ orderId }) => orderId));
  const before = await oursByOrder();
  const right = theirs(book);
  expect(new Set([...right.keys()].filter((id) => !isSame(before.get(id), right.get(id))))).toEqual(wrong);
  expect(await session.count('SELECT count(*) FROM order_doubts')).toBeGreaterThanOrEqual(beforeEnd.length);

  const { tally, reason } = await sweep();
  expect(reason).toBeNull();
  expect(tally).toMatchObject({ repaired: wrong.size, unknown: 0, failed: 0, differing: 0 });
  expect(venue.asked.ordersMax).toBeLessThanOrEqual(ORDERS_PER_ASK);
  // Of the closed orders only those that are in doubt are asked about.
  expect(tally.asked).toBeLessThan(book.length - canceled.length);
  expect(await oursByOrder()).toEqual(right);
  expect(await session.count("SELECT count(*) FROM executions WHERE exec_type = 'TRADE'")).toBe(fillsOf(book));
  expect(await session.count('SELECT count(*) FROM stream_events')).toBe(interleaved(book).length);
  expect(await session.count('SELECT count(*) FROM order_doubts')).toBe(0);

  const repaired = await everything();
  expect(await post([...dropped])).toEqual({ accepted: 0, duplicates: dropped.size, quarantined: 0 });
  expect(await everything()).toEqual(repaired);
  expect((await sweep()).tally).toMatchObject({ repaired: 0, unknown: 0, failed: 0, differing: 0 });
  expect(await everything()).toEqual(repaired);
});

const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

it('also where the venue names no fill and states sums alone', { timeout: 60_000 }, async () => {
  const chance = chanceOf(20_260_131);
  const book = openBook({ chance, orders: 100, hasExecIds: false });
  await start(book, { lists: false });
  const isOpenHere = ({ status, messages }: BookedOrder): boolean => status !== 'canceled' && messages.length > 3;
  const lastFills = book
    .filter(isOpenHere)
    .slice(0, 8)
    .map(({ messages }) => messages.at(-1)!);
  const dropped = new Set([...draw(book, chance), ...lastFills]);
  await post(interleaved(book).filter((message) => !dropped.has(message)));

  const sums = async () => new Map([...(await oursByOrder())].map(([id, order]) => [id, withoutAmount(order)]));
  const right = new Map([...theirs(book)].map(([id, order]) => [id, withoutAmount(order)]));
  expect(isSame([...(await sums())].sort(), [...right].sort())).toBe(false);
  const { tally } = await sweep();
  expect(tally).toMatchObject({ repaired: lastFills.length, unknown: 0, failed: 0, differing: 0 });
  expect(await sums()).toEqual(right);

  const repaired = await everything();
  expect(await post([...dropped])).toEqual({ accepted: 0, duplicates: dropped.size, quarantined: 0 });
  expect(await everything()).toEqual(repaired);
  expect((await sweep()).tally).toMatchObject({ repaired: 0, differing: 0 });
  expect(await everything()).toEqual(repaired);
});

/** A sum that was told by a rounded average is right to that average alone. */
const withoutAmount = (order: unknown): unknown => ({ ...(order as object), cumCents: null });
