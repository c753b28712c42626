import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask, type GraphqlAnswer, report, type Report } from '../support/client.ts';
import { tokenOf } from '../support/env.ts';
import { counted, fillOf, openDesk, opening } from './desk.ts';
import { stored } from './rows.ts';

let desk: Awaited<ReturnType<typeof openDesk>>;
beforeAll(async () => {
  desk = await openDesk();
});
afterAll(() => desk.close());

/** Who may hand in reports for a venue. */
let feed: { url: string; token: string };
beforeAll(async () => {
  feed = { url: desk.url, token: await tokenOf('feed', { scopes: ['ingest'] }) };
});

const INGEST = `mutation ($venue: String!, $deliveryId: String!, $reports: [ExecutionReportInput!]!) {
  ingestExecutionReports(venue: $venue, deliveryId: $deliveryId, reports: $reports) { accepted duplicates quarantined } }`;
const ingest = (
  reports: readonly Report[],
  { deliveryId = randomUUID(), venue = 'standard', asked = feed } = {},
): Promise<GraphqlAnswer> => ask(asked, INGEST, { venue, deliveryId, reports });
const ingested = async (...args: Parameters<typeof ingest>): Promise<unknown> =>
  (await ingest(...args)).data?.['ingestExecutionReports'];

describe('the mutation ingestExecutionReports', () => {
  it('applies reports as the webhook does', async () => {
    const order = opening();
    expect(await ingested([order, fillOf(order)])).toEqual(counted(2));
    expect(await desk.orderRow(order)).toMatchObject({ status: 'PARTIALLY_FILLED', version: 2 });
  });

  it('is idempotent by (venue, deliveryId)', async () => {
    const order = opening();
    const deliveryId = randomUUID();
    expect(await ingested([order], { deliveryId })).toEqual(counted(1));
    const before = await stored(desk.session);
    expect(await ingested([order], { deliveryId })).toEqual(counted(0, 1));
    const other = await ingest([opening()], { deliveryId });
    expect(other.errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
    expect(await stored(desk.session)).toEqual(before);
  });

  it('is idempotent by (venue, execId), also across webhook and mutation', async () => {
    const [one, two] = [opening(), opening()];
    await desk.post(one);
    expect(await ingested([one])).toEqual(counted(0, 1));
    await ingested([two]);
    expect(await desk.post(two)).toEqual(counted(0, 1));
    expect(await ingested([{ ...two, execType: 'CANCELED' }])).toEqual(counted(0, 0, 1));
  });

  it('sets a bad report aside and applies the others', async () => {
    const order = opening();
    const nameless = { ...opening(), venueOrderId: undefined, clOrdId: undefined };
    expect(await ingested([order, nameless, fillOf(order, { lastQty: '0' })])).toEqual(counted(1, 0, 2));
  });

  it.each([
    ['no scope for it', 'FORBIDDEN', { asked: 'trader' }],
    ['no report', 'BAD_USER_INPUT', { reports: [] }],
    [
      '501 reports',
      'BAD_USER_INPUT',
      { reports: Array.from({ length: 501 }, () => ({ execId: 'e', execType: 'NEW' })) },
    ],
    ['an unknown venue', 'BAD_USER_INPUT', { venue: 'nowhere' }],
    ['an empty delivery id', 'BAD_USER_INPUT', { deliveryId: '' }],
    ['U+0000 in the delivery id', 'BAD_USER_INPUT', { deliveryId: 'a\0' }],
    ['a number for a decimal', 'BAD_USER_INPUT', { reports: [{ ...report(), quantity: 100 }] }],
    ['an unknown execType', 'BAD_USER_INPUT', { reports: [{ ...report(), execType: 'FILL' }] }],
  ])('with %s is refused as %s and stores nothing', async (_name, code, given) => {
    const { asked, reports = [opening()], ...options } = given as { asked?: string; reports?: Report[] };
    const before = await stored(desk.session);
    const viewer = asked === undefined ? feed : { url: desk.url, token: await tokenOf(asked) };
    const answer = await ingest(reports, { ...options, asked: viewer });
    expect(answer.errors?.map(({ extensions }) => extensions.code)).toEqual([code]);
    expect(await stored(desk.session)).toEqual(before);
  });
});
