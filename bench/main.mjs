// From a signed webhook to the frame that a subscriber receives, in one run: `npm run bench`. See README.md.
import { closeAll, closeOnSignals, isInterrupted } from './children.mjs';
import { measure } from './measure.mjs';
import { readOptions } from './options.mjs';
import { openBaseline, openEmbedded, openPostgresAndRedis } from './setups.mjs';
import { machineLine, progressLine, table } from './table.mjs';

const OPENERS = { embedded: openEmbedded, redis: openPostgresAndRedis };
const { seconds, configurations, profileDir } = readOptions();
closeOnSignals();

const rows = [];
const report = (row) => {
  rows.push(row);
  console.log(progressLine(row));
};

async function run(open) {
  const setup = await open();
  if (!setup) console.log('postgres + redis: left out, for there is neither REDIS_URL nor a redis-server on the PATH');
  else await measure(setup, { seconds, report });
  await closeAll();
}

try {
  console.log(`${machineLine()}\n${seconds} s for each scenario, 50 users with one subscription each\n`);
  for (const configuration of configurations) await run(() => OPENERS[configuration]({ profileDir }));
  const frameBytes = rows[0]?.frameBytes ?? 0;
  await run(() => openBaseline({ frameBytes }));
  console.log(`\n${table(rows)}\n\nA frame has ${frameBytes} bytes. No event was lost, repeated or out of order.`);
} catch (error) {
  process.exitCode = 1;
  if (!isInterrupted()) console.error(`\nThe benchmark failed. ${error.stack}`);
  await closeAll();
}
