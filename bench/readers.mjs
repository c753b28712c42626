// What readers cost who have stopped reading: `npm run bench:readers`. See README.md.
import { readFile } from 'node:fs/promises';
import { clearInterval, setInterval } from 'node:timers';
import { WebSocket } from 'ws';
import { linkAccounts, openSubscriber, WATCH } from './app.mjs';
import { closeAll, closeOnSignals, isInterrupted, onClose } from './children.mjs';
import { createBook, userOf, USERS } from './orders.mjs';
import { openPostgresAndRedis } from './setups.mjs';
import { tokenOf } from './sign.mjs';
import { machineLine } from './table.mjs';
import { openVenue } from './venue.mjs';
import { openWriter } from './writer.mjs';

const STOPPED = 100;
const EVENTS_PER_SECOND = 5_000;
const WARM_UP_SECONDS = 15;
const SECONDS = 30;
const GROWTH_MIB_MAX = 150;
const SAMPLE_MS = 200;
const MIB = 1_024;

const users = Array.from({ length: USERS }, (_, index) => userOf(index));

/** A socket that subscribes and then reads nothing more, until it is told to. */
async function openStopped(url, user) {
  const socket = new WebSocket(`${url.replace(/^http/, 'ws')}/graphql`, 'graphql-transport-ws');
  const send = (message) => socket.send(JSON.stringify(message));
  const closed = new Promise((resolve) => socket.once('close', resolve));
  socket.on('error', () => undefined);
  await new Promise((resolve) => socket.once('open', resolve));
  send({ type: 'connection_init', payload: { authorization: `Bearer ${tokenOf(user, 'read')}` } });
  await new Promise((resolve) => socket.once('message', resolve));
  socket.pause();
  send({ id: '1', type: 'subscribe', payload: { query: WATCH } });
  return { socket, closed };
}

async function rssMib(pid) {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1]) / MIB;
}

/** Writes events for a while; what the live readers see, and the most memory that their server takes. */
async function run(writer, live, { seconds, pid }) {
  live.begin();
  let peakMib = 0;
  const sample = setInterval(async () => {
    peakMib = Math.max(peakMib, await rssMib(pid).catch(() => 0));
  }, SAMPLE_MS);
  const { events, elapsedMs } = await writer.write({
    eventsPerSecond: EVENTS_PER_SECOND,
    seconds,
    sentAt: live.sentAt,
  });
  await live.settle();
  clearInterval(sample);
  return { peakMib, eventsPerSecond: (events / elapsedMs) * 1_000, ...live.read() };
}

/** One live reader for each user, and how long each event took from its commit to them. */
async function openLive(url, fault) {
  const sent = new Map();
  let latencies = [];
  const see = ({ event }, { at }) => {
    const sentAt = sent.get(event.execId);
    if (sentAt === undefined) return;
    sent.delete(event.execId);
    latencies.push(at - sentAt);
  };
  for (const user of users) {
    const subscriber = await openSubscriber(url, { user, see, fault });
    onClose(() => subscriber.close());
  }
  return {
    begin: () => void (latencies = []),
    sentAt: (execId) => void sent.set(execId, performance.now()),
    async settle() {
      const until = performance.now() + 15_000;
      while (sent.size > 0 && performance.now() < until) await new Promise((resolve) => setTimeout(resolve, 50));
      if (sent.size > 0) throw new Error(`${sent.size} events were not seen by the live readers`);
    },
    read() {
      latencies.sort((a, b) => a - b);
      return { seen: latencies.length, p99: latencies[Math.floor(latencies.length * 0.99)] };
    },
  };
}

async function measure() {
  const setup = await openPostgresAndRedis({});
  if (!setup) throw new Error('there is neither REDIS_URL nor a redis-server on the PATH');
  const [, pid] = setup.pids;
  await linkAccounts(setup.venueUrl, users);
  const fault = (text) => {
    throw new Error(text);
  };
  const venue = openVenue(setup.venueUrl, { connectionsMax: 1, fault });
  onClose(() => venue.close());
  // One real event for each user: the pattern of those that the writer adds.
  const book = createBook();
  for (let n = 0; n < USERS; n++) await venue.post(venue.sign([(await book.take()).report]));
  const writer = await openWriter(setup);
  const live = await openLive(setup.appUrl, fault);
  await run(writer, live, { seconds: WARM_UP_SECONDS, pid });
  const before = await run(writer, live, { seconds: SECONDS, pid });
  const stopped = await Promise.all(
    Array.from({ length: STOPPED }, (_, n) => openStopped(setup.appUrl, users[n % USERS])),
  );
  const after = await run(writer, live, { seconds: SECONDS, pid });
  for (const { socket } of stopped) socket.resume();
  const codes = await Promise.all(stopped.map(({ closed }) => closed));
  return { before, after, codes };
}

closeOnSignals();
try {
  console.log(
    `${machineLine()}\n${USERS} live readers, ${SECONDS} s without and ${SECONDS} s with ${STOPPED} stopped ones\n`,
  );
  const { before, after, codes } = await measure();
  for (const [name, { eventsPerSecond, peakMib, p99 }] of Object.entries({ without: before, with: after })) {
    console.log(
      `${name.padEnd(8)} ${eventsPerSecond.toFixed(0)} events/s, peak ${peakMib.toFixed(0)} MiB, p99 of the live ones ${p99.toFixed(1)} ms`,
    );
  }
  const growth = after.peakMib - before.peakMib;
  const counts = [...new Set(codes)].map((code) => `${codes.filter((each) => each === code).length} with ${code}`);
  console.log(
    `\nstopped readers cost ${growth.toFixed(0)} MiB (at most ${GROWTH_MIB_MAX}); p99 x ${(after.p99 / before.p99).toFixed(2)}; closed: ${counts.join(', ')}`,
  );
  if (growth > GROWTH_MIB_MAX) process.exitCode = 1;
} catch (error) {
  process.exitCode = 1;
  if (!isInterrupted()) console.error(`\nThe benchmark failed. ${error.stack}`);
} finally {
  await closeAll();
}
