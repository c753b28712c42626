// From an order's event to its deliveries: `npm run bench:notifications`. See README.md.
import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { linkAccounts, NOTIFICATIONS, openSubscriber } from './app.mjs';
import { closeAll, closeOnSignals, isInterrupted, onClose, temporaryFolder } from './children.mjs';
import { CURSOR_SECRET, JWT_SECRET, WEBHOOK_SECRET } from './sign.mjs';
import { machineLine } from './table.mjs';
import { openVenue } from './venue.mjs';

const USERS = 200;
const LANES = 16;
const REPORTS = 20;
const STEADY_PER_SECOND = 50;
const SETTLED_WITHIN_MS = 120_000;

const { values } = parseArgs({ options: { seconds: { type: 'string', default: '10' } } });
const seconds = Number(values.seconds);
const users = Array.from({ length: USERS }, (_, n) => `bench-user-${n}`);

/** An order that is filled at once: an everyday notification, by push; or one that is rejected: a critical one. */
function reportOf(user, execType) {
  const name = randomUUID();
  return {
    ...{ execId: name, execType, venueOrderId: `V-${name}`, clOrdId: `C-${name}`, account: user, symbol: 'AAPL' },
    ...{ side: 'BUY', orderType: 'LIMIT', timeInForce: 'DAY', assetClass: 'EQUITY', quantity: '100', price: '187.25' },
    ...(execType === 'TRADE' && { lastQty: '100', lastPx: '187.25' }),
  };
}

/** FCM on this machine: it takes every message, as quickly as HTTP goes. */
async function openFcm() {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
  const server = createServer((request, response) => {
    const answer = request.url === '/token' ? { access_token: 'token', expires_in: 3_600 } : { name: randomUUID() };
    request.resume().once('end', () => response.end(JSON.stringify(answer)));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  onClose(() => server.close());
  const url = `http://127.0.0.1:${server.address().port}`;
  const account = {
    ...{ type: 'service_account', project_id: 'bench', client_email: 'bench@example.com', token_uri: `${url}/token` },
    private_key: privateKey.export({ type: 'pkcs8', format: 'pem' }),
  };
  return { NOTIFICATIONS: '1', FCM_URL: url, FCM_SERVICE_ACCOUNT: JSON.stringify(account) };
}

/** The whole service in this process, on an embedded PostgreSQL of its own. */
async function open(notifications) {
  const { startApp } = await import('../dist/app.js');
  const { readConfig } = await import('../dist/config.js');
  const { developmentSecrets } = await import('../dist/auth/dev-secret.js');
  const env = {
    ...{ PORT: '0', HOST: '127.0.0.1', DEMO: '0', LOG_LEVEL: 'error', DRAIN_SECONDS: '1', DATA_DIR: temporaryFolder() },
    ...{ JWT_SECRET, CURSOR_SECRET, WEBHOOK_SECRET_STANDARD: WEBHOOK_SECRET, ...notifications },
  };
  const app = await startApp(readConfig(env, developmentSecrets));
  onClose(() => app.stop());
  const fault = (text) => {
    throw new Error(text);
  };
  const venue = openVenue(app.url, { connectionsMax: LANES, fault });
  onClose(() => venue.close());
  await linkAccounts(app.url, users);
  return { app, venue };
}

/** A phone each, and no cap that a flood would reach. */
async function addPhones(db) {
  const caps = { PUSH: { perMinute: 1_000, perHour: 10_000, perDay: 100_000 } };
  const at = new Date();
  await db.device.createMany({
    data: users.map((userId) => ({
      ...{
        id: randomUUID(),
        userId,
        installation: 'phone',
        platform: 'ANDROID',
        provider: 'FCM',
        token: `to-${userId}`,
      },
      ...{ permission: 'GRANTED', registeredAt: at, seenAt: at },
    })),
  });
  await db.notificationPreferences.createMany({
    data: users.map((userId) => ({ userId, data: { caps }, version: 1, updatedAt: at })),
  });
}

/** As many orders as go through; then, where there are notifications, until nothing is owed. */
async function flood({ app, venue }, isTold) {
  const startedAt = performance.now();
  let events = 0;
  const lane = async (n) => {
    while (performance.now() < startedAt + seconds * 1_000) {
      const reports = Array.from({ length: REPORTS }, (_, k) => reportOf(users[(n * REPORTS + k) % USERS], 'TRADE'));
      await venue.post(venue.sign(reports));
      events += REPORTS;
    }
  };
  await Promise.all(Array.from({ length: LANES }, (_, n) => lane(n)));
  const ordersMs = performance.now() - startedAt;
  const rows = isTold ? await settled(app.deps.db, startedAt, events * 5) : 0;
  return { events, rows, ordersMs, toldMs: performance.now() - startedAt };
}

async function settled(db, startedAt, rows) {
  while (performance.now() < startedAt + seconds * 1_000 + SETTLED_WITHIN_MS) {
    const [all, owed] = [
      await db.notificationDelivery.count(),
      await db.notificationDelivery.count({ where: { state: 'PENDING' } }),
    ];
    if (all >= rows && owed === 0) return all;
    await pause(100);
  }
  throw new Error('deliveries are still owed');
}

/** When what was posted is seen, on the sockets of the users' apps: of the order itself, and of what is told of it. */
async function openApps({ app }) {
  const postedAt = new Map();
  // Told on its socket before the order's own was.
  const early = new Map();
  const seen = { order: [], everyday: [], critical: [] };
  const fault = (text) => {
    throw new Error(text);
  };
  for (const user of users) {
    const orders = await openSubscriber(app.url, {
      ...{ user, fault },
      see: ({ event, order }, { at }) => {
        const posted = postedAt.get(event.execId);
        if (posted === undefined) return;
        seen.order.push(at - posted);
        postedAt.set(order.id, posted);
        early.get(order.id)?.(posted);
      },
    });
    const told = await openSubscriber(app.url, {
      ...{ user, fault, what: NOTIFICATIONS },
      see: ({ change, notification: { orderId, critical } }, { at }) => {
        if (change !== 'RECEIVED') return;
        const tell = (posted) => seen[critical ? 'critical' : 'everyday'].push(at - posted);
        if (postedAt.has(orderId)) tell(postedAt.get(orderId));
        else early.set(orderId, tell);
      },
    });
    onClose(() => void (orders.close(), told.close()));
  }
  return { postedAt, seen };
}

/** A few fills and rejections a second, each its own post. */
async function steady(service) {
  const { postedAt, seen } = await openApps(service);
  const posts = STEADY_PER_SECOND * seconds;
  for (let n = 0; n < posts; n++) {
    const report = reportOf(users[n % USERS], n % 2 ? 'REJECTED' : 'TRADE');
    postedAt.set(report.execId, performance.now());
    void service.venue.post(service.venue.sign([report]));
    await pause(1_000 / STEADY_PER_SECOND);
  }
  const until = performance.now() + 15_000;
  const isOver = () => seen.everyday.length + seen.critical.length >= posts;
  while (!isOver() && performance.now() < until) await pause(50);
  if (!isOver()) throw new Error('notifications are missing');
  return Object.entries(seen).map(([what, latencies]) => {
    latencies.sort((a, b) => a - b);
    const at = (share) => latencies[Math.floor(latencies.length * share)].toFixed(1);
    return `${what.padEnd(8)} post to socket   p50 ${at(0.5)} ms, p99 ${at(0.99)} ms`;
  });
}

closeOnSignals();
try {
  console.log(`${machineLine()}\n${seconds} s of orders of ${USERS} users, 16 x 20 reports\n`);
  const alone = await flood(await open({ NOTIFICATIONS: '0' }), false);
  await closeAll();
  const service = await open(await openFcm());
  await addPhones(service.app.deps.db);
  const told = await flood(service, true);
  const latencies = await steady(service);
  const rate = (count, ms) => (count / ms) * 1_000;
  const [before, beside] = [rate(alone.events, alone.ordersMs), rate(told.events, told.ordersMs)];
  const through = rate(told.events, told.toldMs);
  console.log(`orders alone              ${before.toFixed(0)} events/s`);
  console.log(`orders beside them        ${beside.toFixed(0)} events/s, x ${(beside / before).toFixed(2)}`);
  console.log(
    `events told, all settled  ${through.toFixed(0)} events/s, x ${(through / before).toFixed(2)}; ${rate(told.rows, told.toldMs).toFixed(0)} deliveries/s`,
  );
  console.log(latencies.join('\n'));
} catch (error) {
  process.exitCode = 1;
  if (!isInterrupted()) console.error(`\nThe benchmark failed. ${error.stack}`);
} finally {
  await closeAll();
}
