import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { STALL_CHECK_MS, STALL_CHECKS_MAX } from '../../src/limits/limits.ts';
import { cutStalledStreams, SLOW_LINE_BYTES } from '../../src/transport/stall.ts';

const CHUNK = Buffer.alloc(64 * 1_024, ' ');

let server: Server;
let stalls: Disposable;
beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  server = createServer();
  stalls = cutStalledStreams(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterEach(() => {
  stalls[Symbol.dispose]();
  vi.useRealTimers();
  server.closeAllConnections();
  server.close();
});

/** Writes as long as the reader takes it; resolves when it does not any more. */
async function fill(response: ServerResponse): Promise<void> {
  for (;;) {
    if (response.write(CHUNK)) continue;
    const stuck = new Promise<boolean>((resolve) => setImmediate(() => setImmediate(() => resolve(true))));
    if (await Promise.race([stuck, once(response, 'drain').then(() => false)])) return;
  }
}

/** A response to a reader who reads nothing. */
async function openStopped(contentType: string): Promise<{ response: ServerResponse; client: Socket }> {
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1').pause();
  client.on('error', () => undefined);
  client.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n');
  const [, response] = (await once(server, 'request')) as [unknown, ServerResponse];
  response.setHeader('content-type', contentType);
  await fill(response);
  return { response, client };
}

const checks = (count: number): void => void vi.advanceTimersByTime(count * STALL_CHECK_MS);

describe('an event stream', () => {
  it('whose reader takes nothing is cut off after the bound, not before', async () => {
    const { response } = await openStopped('text/event-stream');
    // What waits may be one large write, of which a slow line takes a while.
    const more = Math.ceil((response.socket?.writableLength ?? 0) / SLOW_LINE_BYTES);
    checks(STALL_CHECKS_MAX);
    expect(response.destroyed).toBe(false);
    checks(1 + more);
    expect(response.destroyed).toBe(true);
  });

  it('whose reader takes something now and then stays', async () => {
    const { response, client } = await openStopped('text/event-stream; charset=utf-8');
    for (let n = 0; n < 3; n++) {
      checks(STALL_CHECKS_MAX);
      const taken = once(response, 'drain');
      client.resume();
      await taken;
      client.pause();
      await fill(response);
    }
    expect(response.destroyed).toBe(false);
  });
});

it('an answer of another kind may take as long as it takes', async () => {
  const { response } = await openStopped('application/json');
  checks(3 * STALL_CHECKS_MAX);
  expect(response.destroyed).toBe(false);
});
