import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/kernel/clock.ts';
import { paperPort } from '../../../src/venues/paper-port.ts';
import { openPaperExchange, type PaperExchange, type PaperOptions } from '../../../src/venues/paper/server.ts';
import type { CancelRequest, OpenOrder, ReplaceRequest } from '../../../src/venues/venue.ts';
import { executionReportSchema } from '../../../src/ingest/execution-report.ts';
import { d, request, sum } from './book-steps.ts';
import { openReceiver, SECRET, type Receiver, type Report } from './receiver.ts';

const QUICK = { ackDelayMs: 0, partDelayMs: 0, tickMs: 1, retryMinMs: 1, retryMaxMs: 5 };
const signal = new AbortController().signal;
const warnings: string[] = [];

const opened: AsyncDisposable[] = [];
afterEach(async () => {
  warnings.length = 0;
  for (const each of opened.splice(0).reverse()) await each[Symbol.asyncDispose]();
});

async function openExchange(receiver: Receiver, options: Partial<PaperOptions> = {}): Promise<PaperExchange> {
  const exchange = await openPaperExchange({
    webhookUrl: receiver.url,
    secret: SECRET,
    run: 'r1',
    seed: 1,
    clock: systemClock,
    log: { warn: (_, message) => warnings.push(message), debug: () => undefined },
    pacing: QUICK,
    ...options,
  });
  opened.push({ [Symbol.asyncDispose]: () => exchange.stop() });
  return exchange;
}

async function receiving(...[answer]: Parameters<typeof openReceiver>): Promise<Receiver> {
  const receiver = await openReceiver(answer);
  opened.push(receiver);
  return receiver;
}

const post = async (url: string, body: unknown): Promise<{ status: number; answer: unknown }> => {
  const response = await fetch(url, { method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body) });
  return { status: response.status, answer: await response.json().catch(() => null) };
};

const reportsOf = (receiver: Receiver, clOrdId: string): readonly Report[] =>
  receiver.accepted().filter((report) => report['clOrdId'] === clOrdId || report['origClOrdId'] === clOrdId);
const hasEnded = (receiver: Receiver, clOrdId: string) => (): boolean =>
  reportsOf(receiver, clOrdId).some(({ status }) => status !== 'NEW' && status !== 'PARTIALLY_FILLED');
const course = (reports: readonly Report[]): string => reports.map(({ execType }) => execType).join(' ');

const cancelOf = (clOrdId: string): CancelRequest => ({
  kind: 'CANCEL',
  clOrdId: `${clOrdId}-cancel`,
  origClOrdId: clOrdId,
  account: 'acc',
  venueOrderId: null,
});

describe('the simulated exchange over HTTP', () => {
  it('takes an order, and reports its course in signed webhooks that the service can read', async () => {
    const receiver = await receiving();
    const exchange = await openExchange(receiver);
    const port = paperPort({ url: exchange.url });
    expect(await port.send(request(), signal)).toEqual({ status: 'taken' });
    expect(await port.send(request(), signal)).toEqual({ status: 'taken' });
    await receiver.when(hasEnded(receiver, 'c1'));
    expect(course(receiver.accepted())).toMatch(/^NEW( TRADE){2,4}$/);
    for (const { body, report, id } of receiver.tries) {
      expect(JSON.parse(body)).toMatchObject({ type: 'execution.reported', timestamp: report['transactTime'] });
      expect(executionReportSchema.safeParse(report).success).toBe(true);
      expect(report).toMatchObject({ account: 'acc', symbol: 'AAPL', venueOrderId: 'Pr1-1' });
      expect(id).not.toContain('.');
    }
  });

  it('repeats a run with the same seed', async () => {
    const results = [];
    for (let time = 0; time < 2; time += 1) {
      const receiver = await receiving();
      const exchange = await openExchange(receiver, { seed: 99 });
      const port = paperPort({ url: exchange.url });
      for (const clOrdId of ['a', 'b', 'c']) await port.send(request({ clOrdId }), signal);
      for (const clOrdId of ['a', 'b', 'c']) await receiver.when(hasEnded(receiver, clOrdId));
      results.push(
        ['a', 'b', 'c'].map((clOrdId) =>
          reportsOf(receiver, clOrdId).map((report) => ({ ...report, transactTime: '' })),
        ),
      );
    }
    expect(results[0]).toEqual(results[1]);
  });

  it('delivers every report of every order in order, through failures, under one id and with one body', async () => {
    // Every delivery fails once or twice; so does the service as a whole for a while.
    const receiver = await receiving(({ n, tried }) => (n < 30 ? 503 : tried === 0 ? 500 : n % 7 === 0 ? 429 : 200));
    const exchange = await openExchange(receiver);
    const port = paperPort({ url: exchange.url });
    const ids = Array.from({ length: 40 }, (_, i) => `c${i}`);
    for (const clOrdId of ids) await port.send(request({ clOrdId }), signal);
    for (const clOrdId of ids) await receiver.when(hasEnded(receiver, clOrdId));
    for (const clOrdId of ids) {
      const reports = reportsOf(receiver, clOrdId);
      expect(course(reports)).toMatch(/^NEW( TRADE){2,4}$/);
      expect(sum(reports.map(({ lastQty }) => lastQty))).toBe('100');
      const numbers = reports.map(({ execId = '' }) => Number(execId.split('-').at(-1)));
      expect(numbers).toEqual(reports.map((_, i) => i + 1));
    }
    const bodies = new Map(receiver.tries.map(({ id, body }) => [id, body]));
    expect(receiver.tries.every(({ id, body }) => bodies.get(id) === body)).toBe(true);
    expect(receiver.tries.filter(({ status }) => status === 200)).toHaveLength(bodies.size);
    expect(warnings).toEqual([]);
  });

  it('drops a delivery that is refused for good, and goes on with the next', async () => {
    const receiver = await receiving(({ report }) => (report['execType'] === 'NEW' ? 422 : 200));
    const exchange = await openExchange(receiver);
    await paperPort({ url: exchange.url }).send(request(), signal);
    await receiver.when(hasEnded(receiver, 'c1'));
    expect(course(receiver.accepted())).toMatch(/^TRADE( TRADE){1,3}$/);
    expect(warnings).toEqual(['webhook was refused and is dropped']);
  });

  it('waits for a service that is not there yet', async () => {
    const reserved = await receiving();
    await reserved[Symbol.asyncDispose]();
    opened.pop();
    const exchange = await openExchange(reserved);
    await paperPort({ url: exchange.url }).send(request(), signal);
    const late = createServer((_, response) => response.end('{}'));
    late.listen(Number(new URL(reserved.url).port), '127.0.0.1');
    await once(late, 'request');
    late.closeAllConnections();
    late.close();
  });

  it('replaces and cancels', async () => {
    const receiver = await receiving();
    const exchange = await openExchange(receiver);
    const port = paperPort({ url: exchange.url });
    await port.send(request({ orderType: 'LIMIT', price: d('100') }), signal);
    const replace: ReplaceRequest = {
      ...cancelOf('c1'),
      kind: 'REPLACE',
      clOrdId: 'c2',
      quantity: d('0.0000001'),
      price: d('101'),
      stopPx: null,
    };
    expect(await port.send(replace, signal)).toEqual({ status: 'taken' });
    expect(await port.send(cancelOf('c2'), signal)).toEqual({ status: 'taken' });
    await receiver.when(hasEnded(receiver, 'c2'));
    expect(receiver.accepted()).toMatchObject([
      { execType: 'NEW', clOrdId: 'c1' },
      { execType: 'REPLACED', clOrdId: 'c2', origClOrdId: 'c1', quantity: '0.0000001', price: '101' },
      { execType: 'CANCELED', clOrdId: 'c2-cancel', origClOrdId: 'c2', status: 'CANCELED' },
    ]);
  });

  it('takes up what was open when it was killed, and fills it to the end', async () => {
    const receiver = await receiving();
    const killed = await openExchange(receiver, { run: 'r1', pacing: { ...QUICK, partDelayMs: 600_000 } });
    await paperPort({ url: killed.url }).send(request(), signal);
    await receiver.when(() => receiver.accepted().length === 1);
    await killed.stop();
    const exchange = await openExchange(receiver, { run: 'r2' });
    const port = paperPort({ url: exchange.url });
    expect(await port.memory?.run(signal)).toBe('r2');
    await expect(port.send(cancelOf('c1'), signal)).rejects.toThrow('404');
    const open: OpenOrder = {
      ...request(),
      venueOrderId: 'Pr1-1',
      accepted: true,
      cumQty: d('0'),
      cumAmount: d('0'),
    };
    const many = Array.from({ length: 1_200 }, (_, i): OpenOrder => ({
      ...open,
      clOrdId: `resting${i}`,
      venueOrderId: `Pr1-x${i}`,
      orderType: 'LIMIT',
      price: d('1'),
    }));
    await port.memory?.takeUp([...many, open], signal);
    await port.memory?.takeUp([open], signal);
    await receiver.when(hasEnded(receiver, 'c1'));
    expect(course(receiver.accepted())).toMatch(/^NEW( TRADE){2,4}$/);
    expect(new Set(receiver.accepted().map(({ venueOrderId }) => venueOrderId))).toEqual(new Set(['Pr1-1']));
    expect(await port.send(cancelOf('resting1199'), signal)).toEqual({ status: 'taken' });
  });

  it('does what a scenario asks', async () => {
    const receiver = await receiving();
    const exchange = await openExchange(receiver);
    const port = paperPort({ url: exchange.url });
    const scenario = (clOrdId: string, kind: string) => post(`${exchange.url}/scenarios`, { clOrdId, scenario: kind });
    expect(await scenario('c1', 'reject')).toEqual({ status: 202, answer: { status: 'taken' } });
    await port.send(request(), signal);
    await receiver.when(hasEnded(receiver, 'c1'));
    expect(receiver.accepted()).toMatchObject([{ execType: 'REJECTED', status: 'REJECTED', rejectReason: 'OTHER' }]);
    await scenario('c2', 'hold');
    await port.send(request({ clOrdId: 'c2' }), signal);
    await receiver.when(() => reportsOf(receiver, 'c2').length === 1);
    expect(await scenario('c2', 'reject')).toMatchObject({ status: 409, answer: { status: 'refused' } });
    await scenario('c2', 'fill');
    await receiver.when(hasEnded(receiver, 'c2'));
    expect(course(reportsOf(receiver, 'c2'))).toBe('NEW TRADE');
    expect((await scenario('c2', 'expire')).status).toBe(409);
  });

  it('refuses what it cannot read, with the reason, and too much of it', async () => {
    const { url } = await openExchange(await receiving());
    const order = { clOrdId: 'c1', account: 'a', symbol: 'AAPL', side: 'BUY', orderType: 'MARKET', quantity: '1' };
    const texts = [];
    const faulty = [
      { ...order, quantity: '1e3' },
      { ...order, quantity: '0' },
      { ...order, quantity: 5 },
    ];
    for (const body of ['{', '[]', ...faulty, { ...order, orderType: 'LIMIT' }, { ...order, quantity: null }]) {
      const { status, answer } = await post(`${url}/orders`, body);
      expect(status).toBe(422);
      texts.push((answer as { text: string }).text);
    }
    expect(texts[0]).toBe('the body is not JSON');
    expect(texts.at(-2)).toBe('LIMIT needs a price');
    expect(texts.at(-1)).toBe('an order needs a quantity or a notional');
    expect((await post(`${url}/orders`, { ...order, symbol: 'x'.repeat(70_000) })).status).toBe(413);
    expect((await post(`${url}/orders`, order)).status).toBe(202);
    expect((await post(`${url}/open-orders`, [{ clOrdId: 'nonsense' }])).status).toBe(202);
    expect(warnings).toEqual(['an open order could not be taken up']);
    const refused = await paperPort({ url }).send(request({ clOrdId: 'c9', quantity: d('-1') }), signal);
    expect(refused).toEqual({ status: 'refused', text: 'quantity: must be above zero' });
  });

  it('stops at once, with deliveries under way', async () => {
    const silent = createServer(() => undefined);
    silent.listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const webhookUrl = `http://127.0.0.1:${(silent.address() as AddressInfo).port}/webhooks/paper`;
    const exchange = await openExchange({ url: webhookUrl } as Receiver);
    await paperPort({ url: exchange.url }).send(request(), signal);
    await once(silent, 'request');
    await exchange.stop();
    await expect(paperPort({ url: exchange.url }).send(request(), signal)).rejects.toThrow();
    silent.closeAllConnections();
    silent.close();
  });

  it('says in one sentence what keeps it from opening', async () => {
    const receiver = await receiving();
    const { url } = await openExchange(receiver);
    const port = Number(new URL(url).port);
    await expect(openExchange(receiver, { port })).rejects.toThrow(`127.0.0.1:${port} is taken by another process`);
    await expect(openExchange(receiver, { run: 'a.b' })).rejects.toThrow('the name of a run');
    await expect(openExchange(receiver, { secret: 'whsec_%' })).rejects.toThrow('the secret must be');
  });

  it('lets a request give up on an exchange that does not answer', async () => {
    const silent = createServer(() => undefined);
    silent.listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const url = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
    await expect(paperPort({ url, timeoutMs: 20 }).send(request(), signal)).rejects.toThrow();
    silent.closeAllConnections();
    silent.close();
  });
});
