import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask, linkAccount, postReports, report, type Report } from '../support/client.ts';
import { tokenOf } from '../support/env.ts';
import { startService, type TestService } from '../support/service.ts';
import { openSession, type Session, stored } from './rows.ts';

let service: TestService;
let session: Session;
beforeAll(async () => {
  service = await startService();
  session = await openSession(service.databaseUrl);
  await linkAccount({ url: service.url, token: await tokenOf('ops', { scopes: ['admin'] }) }, 'ann');
});
afterAll(async () => {
  await session.end();
  await service.stop();
});

/** A new order with names of its own. */
const opening = (overrides: Report = {}): Report => {
  const name = randomUUID();
  return report({ venueOrderId: `V-${name}`, clOrdId: `C-${name}`, ...overrides });
};
const post = async (...reports: Report[]): Promise<unknown> => {
  const { status, body } = await postReports(service.url, reports);
  expect(status).toBe(200);
  return body;
};
const orderOf = async ({ clOrdId }: Report): Promise<unknown> => {
  const asked = { url: service.url, token: await tokenOf('ann') };
  const fields = 'status cumQty leavesQty avgPx quantity price version text symbol';
  const { data } = await ask(asked, `query ($c: String) { order(clOrdId: $c) { ${fields} } }`, { c: clOrdId });
  return data?.['order'];
};

/** In one delivery with good reports around it, the bad one alone is set aside, for this reason. */
async function expectQuarantined(bad: Report, reason: string): Promise<void> {
  const before = await stored(session);
  const [first, second] = [opening(), opening()];
  expect(await post(first, bad, second)).toEqual({ accepted: 2, duplicates: 0, quarantined: 1 });
  expect(await stored(session)).toEqual({
    orders: before.orders + 2,
    events: before.events + 2,
    executions: before.executions + 2,
    deliveries: before.deliveries + 1,
    quarantined: before.quarantined + 1,
  });
  const [row] = await session.rows('SELECT * FROM quarantined_reports ORDER BY created_at DESC LIMIT 1');
  expect(row).toMatchObject({ reason, position: 1, resolved_at: null, venue: 'standard' });
  expect(JSON.parse(String(row?.['body']))).toEqual(JSON.parse(JSON.stringify(bad)));
}

describe('a decimal in a report is refused when it is', () => {
  it.each([
    ['a JSON number', 12],
    ['a JSON number of many digits', 1234567890.123],
    ['not a number', 'NaN'],
    ['infinity', 'Infinity'],
    ['hexadecimal', '0x10'],
    ['written with an underscore', '1_0'],
    ['in spaces', ' 1 '],
    ['of full-width digits', '１２'],
    ['written with a comma', '1,5'],
    ['of 19 decimals', '0.1234567890123456789'],
    ['of 40 digits', '1234567890123456789012345678901234567890'],
    ['written with an exponent', '1e5'],
    ['empty', ''],
    ['true', true],
    ['a list', ['1']],
  ])('%s', async (_name, number) => {
    await expectQuarantined(opening({ quantity: number }), 'UNREADABLE_REPORT');
  });

  it('too large for JavaScript', async () => {
    const body = JSON.stringify({
      ...{ type: 'execution.reported', timestamp: new Date().toISOString() },
      data: opening({ quantity: 'HERE' }),
    }).replace('"HERE"', '1e400');
    const answer = await postReports(service.url, [], { body });
    expect(answer).toMatchObject({ status: 200, body: { accepted: 0, duplicates: 0, quarantined: 1 } });
  });
});

describe('a report is unreadable with', () => {
  it.each([
    ['no execId', { execId: undefined }],
    ['an empty execId', { execId: '' }],
    ['an execId of 129 characters', { execId: 'e'.repeat(129) }],
    ['an execId that is a number', { execId: 7 }],
    ['no execType', { execType: undefined }],
    ['an unknown execType', { execType: 'FILL' }],
    ['an unknown status', { status: 'DONE' }],
    ['neither of the ids of its order', { venueOrderId: undefined, clOrdId: undefined }],
    ['U+0000 in an id', { symbol: 'AA\0PL' }],
    ['U+0000 in text', { text: 'a\0b' }],
    ['a lone surrogate in text', { text: 'a\ud800b' }],
    ['a lone surrogate in an id', { clOrdId: '\udc00' }],
    ['text of 4,097 characters', { text: 'x'.repeat(4_097) }],
    ['a time without a zone', { transactTime: '2026-01-31T15:04:05' }],
    ['30 February', { transactTime: '2026-02-30T15:04:05Z' }],
    ['a leap second', { transactTime: '2016-12-31T23:59:60Z' }],
    ['infinity as a time', { transactTime: 'infinity' }],
    ['a number as a time', { transactTime: 0 }],
    ['the year 0, which PostgreSQL does not know', { transactTime: '0000-01-01T00:00:00Z' }],
    ['a time that is in the year 0 in UTC', { transactTime: '0001-01-01T00:00:00+14:00' }],
    ['a time that is in the year 10000 in UTC', { transactTime: '9999-12-31T23:59:59-14:00' }],
  ])('%s', async (_name, fault) => {
    await expectQuarantined(opening(fault), 'UNREADABLE_REPORT');
  });

  it('nothing of a report in it', async () => {
    for (const bad of [null, 1, 'TRADE', [], {}] as unknown as Report[])
      await expectQuarantined(bad, 'UNREADABLE_REPORT');
  });
});

describe('text that is unusual but right is taken as it is:', () => {
  it.each([
    ['right-to-left override', 'a\u202eb'],
    ['zero width', 'a\u200bb'],
    ['an emoji of four bytes', '👩‍🚀'],
    ['a thousand combining marks', `e${'\u0301'.repeat(1_000)}`],
    ['HTML', '<script>alert(1)</script>'],
    ['line breaks', 'a\r\nBcc: b'],
    ['template braces', '{{constructor}} ${1}'],
    ['a formula', '=cmd()'],
    ['SQL', "'; DROP TABLE orders; --"],
  ])('%s', async (_name, text) => {
    const order = opening({ text });
    expect(await post(order)).toEqual({ accepted: 1, duplicates: 0, quarantined: 0 });
    expect(await orderOf(order)).toMatchObject({ text });
  });

  it('a symbol keeps its form, composed or not', async () => {
    const order = opening({ symbol: 'CAFE\u0301' });
    await post(order);
    expect(await orderOf(order)).toMatchObject({ symbol: 'CAFE\u0301' });
  });

  it('times far away', async () => {
    const times = [
      '1970-01-01T00:00:00Z',
      '9999-12-31T23:59:59.999Z',
      '0001-01-01T00:00:00Z',
      '2026-01-31T15:04:05+05:30',
    ];
    expect(await post(...times.map((transactTime) => opening({ transactTime })))).toMatchObject({ accepted: 4 });
  });
});

describe('quantities', () => {
  it.each([
    ['a quantity of zero', { quantity: '0' }],
    ['a quantity below zero', { quantity: '-1' }],
    ['a fill of zero', { execType: 'TRADE', lastQty: '0', lastPx: '10' }],
    ['a fill below zero', { execType: 'TRADE', lastQty: '-1', lastPx: '10' }],
    ['a fill without a price', { execType: 'TRADE', lastQty: '1' }],
    ['a fill of a share at zero', { execType: 'TRADE', lastQty: '1', lastPx: '0' }],
  ])('%s is set aside', async (_name, fault) => {
    await expectQuarantined(opening(fault), 'INVALID_REPORT');
  });

  it('the largest and the smallest are kept exactly', async () => {
    const order = opening({ quantity: '99999999999999999999.999999999999999999', price: '0.000000000000000001' });
    const { venueOrderId, clOrdId } = order;
    const trade = { ...{ venueOrderId, clOrdId }, account: 'ACC-1', execType: 'TRADE' };
    await post(
      order,
      {
        ...trade,
        execId: randomUUID(),
        lastQty: '99999999999999999999.999999999999999998',
        lastPx: '99999999999999999999.999999999999999999',
      },
      {
        ...trade,
        execId: randomUUID(),
        lastQty: '0.000000000000000001',
        lastPx: '99999999999999999999.999999999999999999',
      },
    );
    const quantity = '99999999999999999999.999999999999999999';
    expect(await orderOf(order)).toMatchObject({ status: 'FILLED', quantity, cumQty: quantity, avgPx: quantity });
  });
});
