// From an order's event to its deliveries: `npm run bench:notifications`. See README.md.
import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { linkAccounts } from './app.mjs';
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

/** A few rejections a second: from the post of each to the notification on the bus, as a connection of the user hears it. */
async function steady({ app, venue }) {
  const sentAt = new Map();
  const latencies = [];
  for (const user of users) {
    const followed = app.deps.bus.follow(user, (message) => {
      if (message.type !== 'notificationReceived') return;
      latencies.push(performance.now() - sentAt.get(message.data.notification.orderId));
    });
    const orders = app.deps.bus.follow(user, (message) => {
      if (message.type === 'orderUpdated') sentAt.set(message.data.order.id, sentAt.get(message.data.event.execId));
    });
    onClose(() => void (followed.close(), orders.close()));
  }
  for (let n = 0; n < STEADY_PER_SECOND * seconds; n++) {
    const report = reportOf(users[n % USERS], 'REJECTED');
    sentAt.set(report.execId, performance.now());
    void venue.post(venue.sign([report]));
    await pause(1_000 / STEADY_PER_SECOND);
  }
  const until = performance.now() + 15_000;
  while (latencies.length < STEADY_PER_SECOND * seconds && performance.now() < until) await pause(50);
  if (latencies.length < STEADY_PER_SECOND * seconds) throw new Error('notifications are missing');
  latencies.sort((a, b) => a - b);
  return { p50: latencies[Math.floor(latencies.length * 0.5)], p99: latencies[Math.floor(latencies.length * 0.99)] };
}

closeOnSignals();
try {
  console.log(`${machineLine()}\n${seconds} s of orders of ${USERS} users, 16 x 20 reports\n`);
  const alone = await flood(await open({ NOTIFICATIONS: '0' }), false);
  await closeAll();
  const service = await open(await openFcm());
  await addPhones(service.app.deps.db);
  const told = await flood(service, true);
  const { p50, p99 } = await steady(service);
  const rate = (count, ms) => (count / ms) * 1_000;
  const [before, beside] = [rate(alone.events, alone.ordersMs), rate(told.events, told.ordersMs)];
  const through = rate(told.events, told.toldMs);
  console.log(`orders alone              ${before.toFixed(0)} events/s`);
  console.log(`orders beside them        ${beside.toFixed(0)} events/s, x ${(beside / before).toFixed(2)}`);
  console.log(
    `events told, all settled  ${through.toFixed(0)} events/s, x ${(through / before).toFixed(2)}; ${rate(told.rows, told.toldMs).toFixed(0)} deliveries/s`,
  );
  console.log(`critical, post to live    p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms`);
} catch (error) {
  process.exitCode = 1;
  if (!isInterrupted()) console.error(`\nThe benchmark failed. ${error.stack}`);
} finally {
  await closeAll();
}
