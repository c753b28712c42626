import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/kernel/clock.ts';
import { NotYet, VenueBusy } from '../../../src/venues/faults.ts';
import { FAILURES_MAX } from '../../../src/limits/guard.ts';
import { guardedPort } from '../../../src/venues/guarded-port.ts';
import { paperPort } from '../../../src/venues/paper-port.ts';
import { openPaperExchange } from '../../../src/venues/paper/server.ts';
import { silent } from '../../stream/fakes.ts';
import { until } from '../../support/until.ts';
import { cancelOf } from '../alpaca/requests.ts';
import { openEndless } from '../endless.ts';
import { request } from './book-steps.ts';
import { openReceiver, SECRET } from './receiver.ts';

const { signal } = new AbortController();
const opened: (() => PromiseLike<unknown>)[] = [];
afterEach(async () => {
  for (const close of opened.splice(0).reverse()) await close();
});

async function openExchange(): Promise<string> {
  const receiver = await openReceiver();
  const exchange = await openPaperExchange({
    ...{ webhookUrl: receiver.url, secret: SECRET, run: 'r1', seed: 1, clock: systemClock },
    log: { warn: () => undefined, debug: () => undefined },
  });
  opened.push(
    () => receiver[Symbol.asyncDispose](),
    () => exchange.stop(),
  );
  return exchange.url;
}

/** A server that gives the same answer to all. */
async function openAnswering(status: number, headers: Record<string, string>): Promise<string> {
  const server: Server = createServer((_request, response) => {
    response.writeHead(status, headers).end('{"status":"busy"}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  opened.push(() => new Promise((resolve) => server.close(resolve)));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const failureOf = (sent: Promise<unknown>): Promise<unknown> =>
  sent.then(
    () => null,
    (error: unknown) => error,
  );

describe('no failure of the exchange is', () => {
  it('that it has forgotten orders: others are sent to it meanwhile', async () => {
    const port = guardedPort(
      { clock: systemClock, log: silent },
      { venue: 'paper', port: paperPort({ url: await openExchange() }) },
    );
    for (let n = 0; n <= FAILURES_MAX; n++) {
      const failure = await failureOf(port.send(cancelOf({ origClOrdId: `forgotten-${n}` }), signal));
      expect(failure).toBeInstanceOf(NotYet);
    }
    expect(await port.send(request(), signal)).toEqual({ status: 'taken' });
  });

  it('that its book is full: it says when to come back', async () => {
    const url = await openAnswering(503, { 'retry-after': '7' });
    const failure = await failureOf(paperPort({ url }).send(request(), signal));
    expect(failure).toBeInstanceOf(VenueBusy);
    expect(failure).toMatchObject({ retryAfterMs: 7_000 });
  });
});

describe('a failure is', () => {
  it.each([
    ['another server at its address', 404],
    ['one that says no time', 503],
    ['what went wrong there', 500],
  ])('%s: %i', async (_what, status) => {
    const url = await openAnswering(status, {});
    const failure = await failureOf(paperPort({ url }).send(request(), signal));
    expect(failure).toMatchObject({ name: 'Error', message: `the simulated exchange answered ${status}` });
  });

  it('an answer without end, which is not read', async () => {
    const endless = await openEndless();
    opened.push(() => endless.close());
    const port = paperPort({ url: endless.url });
    const asked = [{ account: 'a', venueOrderId: 'v', clOrdId: null }];
    for (const call of [port.send(request(), signal), port.ask!(asked, signal)])
      expect(await failureOf(call)).toMatchObject({ message: 'the answer is too long' });
    await until(() => endless.left() === 2, { withinMs: 5_000 });
  });
});
