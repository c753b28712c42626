import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readDelivery, receiveAgain } from '../../../src/ingest/venue-messages.ts';
import { parseNumberText } from '../../../src/kernel/number-text.ts';
import { FORMAT_NAMES, formatNameOf, type InboundFormat } from '../../../src/venues/formats/format.ts';
import { FORMATS } from '../../../src/venues/formats/formats.ts';
import { readKiteOrder } from '../../../src/venues/formats/zerodha-order.ts';
import { payload } from './read.ts';

const SAMPLES: Readonly<Record<keyof typeof FORMATS, readonly string[]>> = {
  alpaca: ['alpaca_sse_v2_stream_two_orders', 'alpaca_ws_trade_updates_fill'],
  binance: ['binance_spot_executionReport', 'binance_spot_listStatus'],
  kraken: ['kraken_v2_executions_new', 'kraken_v2_executions_pending_new', 'kraken_v2_executions_trade'],
  tradier: ['tradier_account_order_filled', 'tradier_account_order_open', 'tradier_account_order_pending'],
  zerodha: ['zerodha_postback_complete'],
};
const formats = Object.entries(FORMATS) as [keyof typeof FORMATS, InboundFormat][];

/** The same value with something else at one place of it. */
const changedAt = (value: unknown, places: readonly number[], other: unknown): unknown => {
  const [place, ...rest] = places;
  if (place === undefined || typeof value !== 'object' || value === null) return other;
  const keys = Object.keys(value);
  const key = keys[place % Math.max(1, keys.length)];
  if (key === undefined) return other;
  const copy = (Array.isArray(value) ? [...(value as unknown[])] : { ...value }) as Record<string, unknown>;
  copy[key] = changedAt(copy[key], rest, other);
  return copy;
};

function expectReadings(format: InboundFormat, json: string): void {
  for (const message of format.split(parseNumberText(json))) {
    const reading = format.read(message);
    if (reading === null) continue;
    expect(['unreadable', 'confirm', 'execId'].filter((name) => name in reading)).toHaveLength(1);
  }
}

describe.each(formats)('%s', (name, format) => {
  const odd = fc.oneof(fc.jsonValue(), fc.constantFrom('__proto__', 1e300, -1, '', '1e400', 'NaN', [], {}, null));

  it('reads any JSON without a crash', () => {
    fc.assert(fc.property(fc.jsonValue({ maxDepth: 6 }), (value) => expectReadings(format, JSON.stringify(value))));
  });

  it('reads its samples with anything anywhere in them without a crash', () => {
    const samples = fc.constantFrom(...SAMPLES[name].map((sample) => JSON.parse(payload(sample)) as unknown));
    fc.assert(
      fc.property(samples, fc.array(fc.nat(40), { maxLength: 4 }), odd, (sample, places, other) => {
        const json = JSON.stringify(changedAt(sample, places, other));
        expectReadings(format, json);
        format.weakProof?.isAuthentic(JSON.parse(json), 'secret');
        readKiteOrder(parseNumberText(json), 'A');
      }),
      { numRuns: 500 },
    );
  });

  it('what is kept of a message is read again as the same', () => {
    for (const sample of SAMPLES[name]) {
      const content = readDelivery(name, Buffer.from(payload(sample)));
      const reports = 'reports' in content ? content.reports : [];
      expect(reports).toHaveLength({ alpaca_sse_v2_stream_two_orders: 3, binance_spot_listStatus: 0 }[sample] ?? 1);
      for (const received of reports) expect(receiveAgain(name, received.body)).toEqual(received);
    }
  });

  it('is bounded to 500 messages a body', () => {
    const bodyOf = (count: number) => Buffer.from(JSON.stringify(Array.from({ length: count }, () => ({ odd: 1 }))));
    const content = (count: number) => readDelivery(name, bodyOf(count));
    expect(content(500)).toMatchObject({ reports: expect.any(Array) as unknown[] });
    if (name !== 'zerodha') expect(content(501)).toMatchObject({ unreadable: 'more than 500 messages in one body' });
  });

  it.each(['', 'text', '{"a":1,"a":2}', '['.repeat(40) + ']'.repeat(40), '\uFEFF{}', ':heartbeat'])(
    'quarantines a body whole that is no JSON by every reader: %s',
    (body) => {
      expect(readDelivery(name, Buffer.from(body))).toMatchObject({ body: Buffer.from(body).toString('base64') });
    },
  );

  it('takes a body of 256 KiB in a moment', () => {
    const bodies = ['"'.padEnd(262_000, 'x') + '"', `[${'{},'.repeat(80_000)}{}]`, '9'.repeat(262_000)];
    for (const body of bodies) readDelivery(name, Buffer.from(body));
  });
});

it('an exact number of the venue is kept exactly, in the report and in what is kept of the message', () => {
  const json = payload('kraken_v2_executions_trade').replace('"cum_qty": 0.005', '"cum_qty": 0.005000000000000001');
  const content = readDelivery('kraken', Buffer.from(json));
  const [received] = 'reports' in content ? content.reports : [];
  expect(received).toMatchObject({ body: expect.stringContaining('"cum_qty":0.005000000000000001') as string });
  expect(received && 'report' in received && received.report.cumQty?.toFixed()).toBe('0.005000000000000001');
});

it('a report in our words is read in our words, whatever the venue speaks', () => {
  const body = '{"execId":"refused-1","execType":"REJECTED","clOrdId":"C1"}';
  for (const name of FORMAT_NAMES) expect(receiveAgain(name, body)).toMatchObject({ report: { execId: 'refused-1' } });
});

it('a venue speaks the format that is configured, else that of its name, else standard', () => {
  const configured = new Map([['desk', 'alpaca' as const]]);
  const named = ['desk', 'kraken', 'paper', 'constructor'].map((venue) => formatNameOf(venue, configured));
  expect(named).toEqual(['alpaca', 'kraken', 'standard', 'standard']);
});
