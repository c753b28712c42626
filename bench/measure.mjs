// One configuration under every scenario.
import { readFile } from 'node:fs/promises';
import { linkAccounts, openSubscriber } from './app.mjs';
import { onClose } from './children.mjs';
import { countEvents } from './database.mjs';
import { createJournal } from './journal.mjs';
import { createBook, userOf, USERS } from './orders.mjs';
import { CONNECTIONS_MAX, SCENARIOS } from './scenarios.mjs';
import { openVenue } from './venue.mjs';

const WARM_UP_SHARE = 0.2;
const WARM_UP_SECONDS_MIN = 1;
const TICKS_PER_SECOND = 100;

/** Calls `report` with each scenario's numbers. Rejects when an event was lost, repeated or out of order. */
export async function measure(setup, { seconds, report }) {
  const journal = createJournal();
  const users = Array.from({ length: USERS }, (_, index) => userOf(index));
  await linkAccounts(setup.venueUrl, users);
  for (const user of users) {
    const subscriber = await openSubscriber(setup.appUrl, { user, see: journal.see, fault: journal.fault });
    onClose(() => subscriber.close());
  }
  const venue = openVenue(setup.venueUrl, { connectionsMax: CONNECTIONS_MAX, fault: journal.fault });
  onClose(() => venue.close());
  const load = { book: createBook(), venue, journal };
  const warmUpSeconds = Math.max(WARM_UP_SECONDS_MIN, seconds * WARM_UP_SHARE);
  for (const { name, run } of SCENARIOS) {
    await run(load, warmUpSeconds);
    const row = journal.isFaultless() && (await measureOne({ setup, load, name, run: () => run(load, seconds) }));
    if (!journal.isFaultless()) throw new Error(`${setup.name}, ${name}:\n  ${journal.faults().join('\n  ')}`);
    report(row);
  }
}

async function measureOne({ setup, load: { journal }, name, run }) {
  const before = await lookAt(setup);
  journal.begin();
  const startedAt = performance.now();
  await run();
  const elapsed = performance.now() - startedAt;
  const after = await lookAt(setup);
  const { latencies, seen, frameBytes } = journal.read();
  latencies.sort((a, b) => a - b);
  const logged = after.events - before.events;
  if (Number.isFinite(logged) && logged !== seen) journal.fault(`${logged} events are in the log, ${seen} were seen`);
  return {
    ...{ configuration: setup.name, scenario: name, frameBytes },
    eventsPerSecond: (seen / elapsed) * 1_000,
    p50: percentile(latencies, 0.5),
    p99: percentile(latencies, 0.99),
    cpuMs: ((after.cpuMs - before.cpuMs) / seen) * 1_000,
    eventsPerTransaction: seen / (after.transactions - before.transactions),
  };
}

const percentile = (sorted, share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];

/** NaN for what this configuration or this system does not tell. */
async function lookAt({ databaseUrl, pids }) {
  const counted = await countEvents(databaseUrl);
  const times = await Promise.all(pids.map(cpuMsOf));
  return {
    events: counted?.events ?? NaN,
    transactions: counted?.transactions ?? NaN,
    cpuMs: times.reduce((sum, time) => sum + time, 0),
  };
}

/** User and system time of a process, from Linux's /proc. */
async function cpuMsOf(pid) {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return ((Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND) * 1_000;
  } catch {
    return NaN;
  }
}
