import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/kernel/clock.ts';
import { paperPort } from '../../../src/venues/paper-port.ts';
import { openPaperExchange, type PaperExchange, type PaperOptions } from '../../../src/venues/paper/server.ts';
import type { AskedOrder, OpenOrder, VenuePort, VenueStatement } from '../../../src/venues/venue.ts';
import { d, request } from './book-steps.ts';
import { until } from '../../support/until.ts';
import { openReceiver, SECRET, type Receiver, type Report } from './receiver.ts';

const QUICK = { ackDelayMs: 0, partDelayMs: 0, tickMs: 1, retryMinMs: 1, retryMaxMs: 5 };
const signal = new AbortController().signal;

interface Stage {
  readonly receiver: Receiver;
  readonly exchange: PaperExchange;
  readonly port: Required<VenuePort>;
  readonly warnings: readonly object[];
  post(path: string, body: unknown): Promise<{ status: number; answer: unknown }>;
}

const opened: (() => PromiseLike<void>)[] = [];
afterEach(async () => {
  for (const close of opened.splice(0).reverse()) await close();
});

/** The exchange, and a service that takes all it is sent. */
async function open(options: Partial<PaperOptions> = {}): Promise<Stage> {
  const receiver = await openReceiver();
  const warnings: object[] = [];
  const exchange = await openPaperExchange({
    ...{ webhookUrl: receiver.url, secret: SECRET, run: 'r1', seed: 1, clock: systemClock, pacing: QUICK },
    log: { warn: (fields) => warnings.push(fields), debug: () => undefined },
    ...options,
  });
  opened.push(
    () => receiver[Symbol.asyncDispose](),
    () => exchange.stop(),
  );
  return {
    ...{ receiver, exchange, warnings, port: paperPort({ url: exchange.url }) as Required<VenuePort> },
    post: async (path, body) => {
      const response = await fetch(`${exchange.url}${path}`, { method: 'POST', body: JSON.stringify(body) });
      return { status: response.status, answer: await response.json() };
    },
  };
}

const named = (clOrdId: string): AskedOrder => ({ account: 'acc', venueOrderId: null, clOrdId });
const execTypes = (reports: readonly { readonly execType?: string | undefined }[]): string =>
  reports.map(({ execType }) => execType).join(' ');

/** What the exchange says of the order once that satisfies the condition: of what was dropped no webhook tells. */
function told({ port }: Stage, clOrdId: string, condition: (of: VenueStatement) => boolean) {
  return until(
    async () => {
      const [statement = null] = await port.ask([named(clOrdId)], signal);
      return condition(statement) ? statement : null;
    },
    { withinMs: 10_000 },
  );
}

const of = (receiver: Receiver, clOrdId: string): readonly Report[] =>
  receiver.accepted().filter((report) => report['clOrdId'] === clOrdId);

describe('a scripted order over HTTP', () => {
  it('does its steps, and is told as the exchange sees it', async () => {
    const stage = await open();
    const steps = [
      ...[{ do: 'accept' }, { do: 'fill', qty: '60', px: '9', afterMs: 1 }, { do: 'fill', px: '10' }],
      ...[
        { do: 'bust', fill: 1 },
        { do: 'correct', fill: 2, qty: '30', px: '11' },
        { do: 'overfill', qty: '80', px: '12' },
      ],
    ];
    expect(await stage.post('/scenarios', { clOrdId: 'c1', steps })).toMatchObject({ status: 202 });
    await stage.port.send(request(), signal);
    await stage.receiver.when(() => stage.receiver.tries.length === 6);
    expect(stage.receiver.accepted()).toMatchObject([
      { execType: 'NEW', status: 'NEW', leavesQty: '100' },
      { execType: 'TRADE', status: 'PARTIALLY_FILLED', lastQty: '60', lastPx: '9', leavesQty: '40' },
      { execType: 'TRADE', status: 'FILLED', lastQty: '40', lastPx: '10', avgPx: '9.4' },
      { execType: 'TRADE_CANCEL', status: 'PARTIALLY_FILLED', execRefId: 'Pr1-1-2', cumQty: '40', avgPx: '10' },
      { execType: 'TRADE_CORRECT', status: 'PARTIALLY_FILLED', execRefId: 'Pr1-1-3', cumQty: '30', avgPx: '11' },
      { execType: 'TRADE', status: 'FILLED', cumQty: '110', leavesQty: '0', lastQty: '80' },
    ]);
  });

  it('can be told more later, and is refused what it cannot do', async () => {
    const stage = await open();
    await stage.post('/scenarios', { clOrdId: 'c1', scenario: 'fill' });
    await stage.port.send(request(), signal);
    await stage.receiver.when(() => of(stage.receiver, 'c1').length === 2);
    expect(await stage.post('/scenarios', { clOrdId: 'c1', steps: [{ do: 'cancel' }] })).toEqual({
      status: 409,
      answer: { status: 'refused', text: 'cancel: the order is filled' },
    });
    expect((await stage.post('/scenarios', { clOrdId: 'c1', steps: [{ do: 'bust', fill: 1 }] })).status).toBe(202);
    await stage.receiver.when(() => of(stage.receiver, 'c1').length === 3);
    expect(stage.receiver.accepted().at(-1)).toMatchObject({
      execType: 'TRADE_CANCEL',
      status: 'NEW',
      leavesQty: '100',
    });
    expect((await stage.post('/scenarios', { clOrdId: 'c1', steps: [{ do: 'none' }] })).status).toBe(422);
  });

  it('warns of a step that it has to leave out', async () => {
    const stage = await open();
    await stage.post('/scenarios', { clOrdId: 'c1', steps: [{ do: 'bust', fill: 1 }, { do: 'accept' }] });
    await stage.port.send(request(), signal);
    await stage.receiver.when(() => stage.receiver.tries.length === 1);
    expect(stage.warnings).toEqual([{ venueOrderId: 'Pr1-1', step: 'bust: there is no such fill' }]);
  });

  it('lets a fill race the cancel that its trader asked for', async () => {
    const stage = await open();
    const steps = [
      { do: 'accept' },
      { do: 'await_request' },
      { do: 'pending_cancel' },
      { do: 'fill', qty: '5' },
      { do: 'cancel' },
    ];
    await stage.post('/scenarios', { clOrdId: 'c1', steps });
    await stage.port.send(request({ orderType: 'LIMIT', price: d('10') }), signal);
    await stage.receiver.when(() => stage.receiver.tries.length === 1);
    const cancel = { kind: 'CANCEL', clOrdId: 'c2', origClOrdId: 'c1', account: 'acc', venueOrderId: null } as const;
    await stage.port.send(cancel, signal);
    await stage.receiver.when(() => stage.receiver.tries.length === 4);
    expect(execTypes(stage.receiver.accepted())).toBe('NEW PENDING_CANCEL TRADE CANCELED');
    expect(stage.receiver.accepted().at(-1)).toMatchObject({ clOrdId: 'c2', cumQty: '5', leavesQty: '0' });
  });
});

describe('orders that meet over HTTP', () => {
  it('are both told of it', async () => {
    const stage = await open({ matching: 'book' });
    const limit = { orderType: 'LIMIT', price: d('10') } as const;
    await stage.port.send(request({ clOrdId: 's', account: 'seller', side: 'SELL', ...limit }), signal);
    await stage.port.send(request({ clOrdId: 'b', account: 'buyer', quantity: d('30'), ...limit }), signal);
    await stage.receiver.when(() => of(stage.receiver, 's').length === 2 && of(stage.receiver, 'b').length === 2);
    const trades = stage.receiver.accepted().filter(({ execType }) => execType === 'TRADE');
    expect(trades.map(({ account, lastQty, lastPx, status }) => [account, lastQty, lastPx, status]).sort()).toEqual([
      ['buyer', '30', '10', 'FILLED'],
      ['seller', '30', '10', 'PARTIALLY_FILLED'],
    ]);
  });
});

describe('faults on request', () => {
  it('repeat and mix the reports of all orders: each is there, twice, under two ids, with one body', async () => {
    const stage = await open();
    const faults = { duplicate: 2, reorder: 4, jitterMs: 3 };
    expect(await stage.post('/faults', faults)).toEqual({
      status: 200,
      answer: { ...faults, delayMs: 0, drop: 0, rejectRate: 0 },
    });
    const steps = [{ do: 'accept' }, ...Array.from({ length: 7 }, () => ({ do: 'fill', qty: '10' }))];
    await stage.post('/scenarios', { clOrdId: 'c1', steps });
    await stage.port.send(request(), signal);
    await stage.receiver.when(() => stage.receiver.tries.length === 16);
    const numbers = stage.receiver.tries.map(({ report }) => Number(report['execId']?.split('-').at(-1)));
    expect(numbers.toSorted((a, b) => a - b)).toEqual([1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8]);
    expect(numbers).not.toEqual(numbers.toSorted((a, b) => a - b));
    // Mixed within four reports at a time.
    expect(new Set(numbers.slice(0, 8))).toEqual(new Set([1, 2, 3, 4]));
    expect(new Set(stage.receiver.tries.map(({ id }) => id)).size).toBe(16);
    expect(new Set(stage.receiver.tries.map(({ body: sent }) => sent)).size).toBe(8);
  });

  it('send what is held back to be mixed, also when nothing comes after it', async () => {
    const stage = await open({ faults: { reorder: 50 } });
    await stage.post('/scenarios', { clOrdId: 'c1', scenario: 'hold' });
    await stage.port.send(request(), signal);
    await stage.receiver.when(() => stage.receiver.tries.length === 1);
    expect(stage.receiver.accepted()).toMatchObject([{ execType: 'NEW' }]);
  });

  it('delay the reports of one order, in their order, and not those of another', async () => {
    const stage = await open();
    for (const clOrdId of ['slow', 'quick']) await stage.post('/scenarios', { clOrdId, scenario: 'fill' });
    await stage.post('/scenarios', { clOrdId: 'slow', delivery: { delayMs: 400 } });
    await stage.port.send(request({ clOrdId: 'slow' }), signal);
    await told(stage, 'slow', (statement) => statement?.length === 3);
    await stage.port.send(request({ clOrdId: 'quick' }), signal);
    await stage.receiver.when(() => stage.receiver.tries.length === 4);
    const came = stage.receiver.accepted().map(({ clOrdId, execType }) => `${clOrdId ?? ''} ${execType ?? ''}`);
    expect(came).toEqual(['quick NEW', 'quick TRADE', 'slow NEW', 'slow TRADE']);
  });

  it('reject a share of the orders', async () => {
    const stage = await open({ faults: { rejectRate: 1 } });
    await stage.port.send(request(), signal);
    await stage.receiver.when(() => stage.receiver.tries.length === 1);
    expect(stage.receiver.accepted()).toMatchObject([{ execType: 'REJECTED', text: 'rejected by chance, on request' }]);
    expect((await stage.post('/faults', {})).answer).toMatchObject({ rejectRate: 0, duplicate: 1 });
    expect((await stage.post('/faults', { drop: 2 })).status).toBe(422);
    expect((await stage.post('/faults', { dropp: 1 })).status).toBe(422);
  });
});

describe('asked about orders', () => {
  it('says what it has reported, word for word, and how the order stands', async () => {
    const stage = await open();
    await stage.port.send(request(), signal);
    await stage.receiver.when(() => of(stage.receiver, 'c1').some(({ status }) => status === 'FILLED'));
    const [statement] = await stage.port.ask([named('c1')], signal);
    expect(statement?.slice(0, -1)).toEqual(stage.receiver.accepted());
    expect(statement?.at(-1)).toMatchObject({
      execType: 'ORDER_STATUS',
      status: 'FILLED',
      cumQty: '100',
      leavesQty: '0',
    });
  });

  it('says what it dropped, under the ids that it would have had', async () => {
    const stage = await open();
    await stage.post('/scenarios', { clOrdId: 'c1', delivery: { drop: 1 }, steps: [{ do: 'accept' }, { do: 'fill' }] });
    await stage.post('/scenarios', { clOrdId: 'c2', scenario: 'fill' });
    await stage.port.send(request(), signal);
    await stage.port.send(request({ clOrdId: 'c2' }), signal);
    await stage.receiver.when(() => of(stage.receiver, 'c2').length === 2);
    const statement = await told(stage, 'c1', (known) => known?.length === 3);
    expect(statement).toMatchObject([
      { execId: 'Pr1-1-1', execType: 'NEW' },
      { execId: 'Pr1-1-2', execType: 'TRADE', lastQty: '100' },
      { execId: 'Pr1-1-s2', execType: 'ORDER_STATUS', status: 'FILLED' },
    ]);
    expect(of(stage.receiver, 'c1')).toEqual([]);
  });

  it('answers about many in their order, and about none that it does not know', async () => {
    const stage = await open();
    const ids = Array.from({ length: 120 }, (_, i) => `n${i}`);
    for (const clOrdId of ids.filter((_, i) => i % 2 === 0)) {
      await stage.port.send(request({ clOrdId, orderType: 'LIMIT', price: d('1') }), signal);
    }
    const statements = await stage.port.ask(ids.map(named), signal);
    expect(statements.map((statement) => statement?.at(-1)?.clOrdId ?? null)).toEqual(
      ids.map((clOrdId, i) => (i % 2 === 0 ? clOrdId : null)),
    );
    expect(await stage.port.ask([], signal)).toEqual([]);
  });

  it('refuses too many at once, and what is no name', async () => {
    const stage = await open();
    const names = Array.from({ length: 501 }, () => named('c1'));
    expect((await stage.post('/order-states', names)).status).toBe(422);
    expect((await stage.post('/order-states', names.slice(1))).status).toBe(200);
    expect((await stage.post('/order-states', [{ clOrdId: 'c1' }])).status).toBe(422);
    expect(
      (
        await stage.post(
          '/order-states',
          names.map((name) => ({ ...name, clOrdId: 'x'.repeat(2_000) })),
        )
      ).status,
    ).toBe(413);
  });

  it('throws when it cannot be asked', async () => {
    const stage = await open();
    await stage.exchange.stop();
    await expect(stage.port.ask([named('c1')], signal)).rejects.toThrow();
  });

  it('knows of an order of a former run what it was told, and what came since', async () => {
    const stage = await open({ run: 'r2' });
    const order: OpenOrder = {
      ...request(),
      venueOrderId: 'Pr1-1',
      accepted: true,
      cumQty: d('40'),
      cumAmount: d('400'),
    };
    await stage.port.memory.takeUp([order], signal);
    const statement = await told(stage, 'c1', (known) => known?.at(-1)?.status === 'FILLED');
    expect(execTypes(statement?.slice(0, -1) as Report[])).toMatch(/^TRADE( TRADE)*$/);
    expect(statement?.at(-1)).toMatchObject({ venueOrderId: 'Pr1-1', cumQty: '100', leavesQty: '0' });
    expect(statement?.[0]?.execId).toBe('Pr2-1-1');
  });
});
