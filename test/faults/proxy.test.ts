import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { until } from '../support/until.ts';
import { diceOf } from './dice.ts';
import { openProxy, type Proxy } from './proxy.ts';

const SOON = { withinMs: 5_000 };

let echo: Server;
let proxy: Proxy;
let sockets: Socket[] = [];

beforeEach(async () => {
  echo = createServer((socket) => socket.on('error', () => undefined).pipe(socket)).listen(0, '127.0.0.1');
  await once(echo, 'listening');
  proxy = await openProxy([(echo.address() as AddressInfo).port], diceOf(1));
});
afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  sockets = [];
  await proxy.close();
  echo.close();
});

async function open(): Promise<{ socket: Socket; heard: () => string; fault: () => string | null }> {
  const socket = connect(proxy.port, '127.0.0.1').setEncoding('utf8');
  sockets.push(socket);
  let heard = '';
  let fault: string | null = null;
  socket.on('data', (text: string) => (heard += text));
  socket.on('error', (error: NodeJS.ErrnoException) => (fault = error.code ?? error.message));
  await once(socket, 'connect');
  return { socket, heard: () => heard, fault: () => fault };
}

const say = async ({ socket, heard }: Awaited<ReturnType<typeof open>>, text: string): Promise<void> => {
  socket.write(text);
  await until(() => heard().endsWith(text), SOON);
};

it('passes what is said, both ways', async () => {
  await say(await open(), 'hello');
});

it('keeps the order of what it delays', async () => {
  const line = await open();
  await proxy.set({ delayMs: 20, jitterMs: 20 });
  const words = Array.from({ length: 50 }, (_, n) => `${n},`);
  for (const word of words) {
    line.socket.write(word);
    await new Promise((resolve) => setImmediate(resolve));
  }
  await proxy.set('pass');
  line.socket.write('end');
  await until(() => line.heard().endsWith('end'), SOON);
  expect(line.heard()).toBe(`${words.join('')}end`);
});

it('resets what it cuts, and takes new connections', async () => {
  const line = await open();
  await say(line, 'hello');
  expect(proxy.cut()).toBe(1);
  await until(() => line.fault() === 'ECONNRESET', SOON);
  await say(await open(), 'again');
});

it('swallows what goes into a black hole for good, and leaves the connection open', async () => {
  const line = await open();
  await say(line, 'hello');
  await proxy.set('blackhole');
  line.socket.write('lost');
  await proxy.set('pass');
  await say(await open(), 'again');
  line.socket.write('lost as well');
  await say(await open(), 'and again');
  expect(line.heard()).toBe('hello');
  expect(line.socket.readyState).toBe('open');
});

it('refuses connections while it is down', async () => {
  await proxy.set('down');
  await expect(open()).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  await proxy.set('pass');
  await say(await open(), 'back');
});
