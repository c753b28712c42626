import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { linkAccount, positionOf, postReports, report } from '../support/client.ts';
import { tokenOf } from '../support/env.ts';
import { startService, type TestService } from '../support/service.ts';
import { until } from '../support/until.ts';
import { openSocket } from './ways.ts';

const SOCKETS = 80;
const SOON = { withinMs: 10_000 };

let service: TestService;
let token: string;
beforeEach(async () => {
  service = await startService({ env: { DRAIN_SECONDS: '8' } });
  token = await tokenOf('ann');
  await linkAccount({ url: service.url, token: await tokenOf('ops', { scopes: ['admin'] }) }, 'ann');
});
afterEach(() => service.stop());

const headers = (accept: string) => ({ authorization: `Bearer ${token}`, accept });

/** The answer to a WebSocket's request to be let in. */
async function refusalOf(): Promise<{ status: number | undefined; retryAfter: string | undefined }> {
  const socket = new WebSocket(`${service.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
  const [, response] = (await once(socket, 'unexpected-response')) as [
    unknown,
    { statusCode?: number; headers: Record<string, string> },
  ];
  return { status: response.statusCode, retryAfter: response.headers['retry-after'] };
}

describe('a drain', () => {
  it('closes the sockets one by one with 1012, refuses new streams with a hint, and takes webhooks meanwhile', async () => {
    const { url } = service;
    const after = await positionOf({ url, token });
    const sockets = await Promise.all(Array.from({ length: SOCKETS }, () => openSocket({ url, token })));
    const stopped = service.stop();
    const first = await Promise.race(sockets.map(({ closed }) => closed));
    expect(first).toBe(1012);
    expect(sockets.filter(({ isOpen }) => isOpen()).length).toBeGreaterThan(SOCKETS / 2);

    expect(await refusalOf()).toEqual({ status: 503, retryAfter: '1' });
    expect((await fetch(`${url}/readyz`)).status).toBe(503);
    // An EventSource would give up for good on a 503.
    const stream = await fetch(`${url}/v1/stream?after=${after}`, { headers: headers('text/event-stream') });
    expect({ status: stream.status, text: await stream.text() }).toEqual({ status: 200, text: 'retry: 1000\n\n' });
    const poll = await fetch(`${url}/v1/stream?after=${after}&wait=20`, { headers: headers('application/json') });
    expect({ status: poll.status, hint: poll.headers.get('retry-after') }).toEqual({ status: 503, hint: '1' });
    expect(await poll.json()).toMatchObject({ error: { code: 'UNAVAILABLE' } });
    const webhook = await postReports(url, report({ execId: 'late' }));
    expect(webhook).toMatchObject({ status: 200, body: { accepted: 1 } });
    expect(webhook.headers.get('connection')).toBe('close');
    const page = await fetch(`${url}/v1/stream?after=${after}`, { headers: headers('application/json') });
    expect(await page.json()).toMatchObject({ items: [{ data: { event: { execId: 'late' } } }] });
    expect(sockets.some(({ isOpen }) => isOpen())).toBe(true);

    expect(await Promise.all(sockets.map(({ closed }) => closed))).toEqual(sockets.map(() => 1012));
    await stopped;
    await until(
      () =>
        fetch(`${url}/healthz`).then(
          () => false,
          () => true,
        ),
      SOON,
    );
  });

  it('waits for no socket that answers nothing, and ends the event streams in order', async () => {
    const { url } = service;
    const dead = new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
    dead.on('error', () => undefined);
    await once(dead, 'open');
    dead.pause();
    const stream = await fetch(`${url}/v1/stream`, { headers: headers('text/event-stream') });
    const before = performance.now();
    const stopped = service.stop();
    expect(await stream.text()).toContain('"code":"UNAVAILABLE"');
    await stopped;
    expect(performance.now() - before).toBeLessThan(6_000);
    dead.terminate();
  });

  it('closes who has connected and asked nothing, and waits for who is asking', async () => {
    const { port } = new URL(service.url);
    const silent = connect(Number(port), '127.0.0.1');
    const asking = connect(Number(port), '127.0.0.1').setEncoding('utf8');
    await Promise.all([once(silent, 'connect'), once(asking, 'connect')]);
    asking.write('POST /webhooks/standard HTTP/1.1\r\nHost: here\r\nContent-Length: 2\r\n\r\n');
    const answered = once(asking, 'data') as Promise<[string]>;
    const stopped = service.stop();
    await once(silent, 'close');
    asking.write('{}');
    expect(await answered).toEqual([expect.stringContaining('HTTP/1.1 401')]);
    await stopped;
  });
});
