// Real processes, broken under load on a schedule that a seed decides: `npm run faults`.
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { readOptions } from './options.ts';
import { logs } from './processes.ts';
import { CONTROLS, ROWS } from './rows/all.ts';
import type { Load, Row } from './rows/row.ts';
import { type Finished, run } from './run.ts';
import { type Infrastructure, openInfrastructure } from './infrastructure.ts';
import { lineOf, replayOf, tableOf, type Unfit } from './table.ts';

const options = readOptions();
const finished: Finished[] = [];
const unfit: Unfit[] = [];
let crashed = 0;

const load: Partial<Load> = {
  ...(options.seconds !== null && { seconds: options.seconds }),
  ...(options.rate !== null && { rate: options.rate }),
  ...(options.users !== null && { users: options.users }),
  ...(options.clients !== null && { appsPerUser: options.clients }),
  ...(options.kit !== null && { kitApps: options.kit }),
};
/** What else was said, for a command that is to do the same. */
const given = (['seconds', 'rate', 'users', 'clients', 'kit'] as const).flatMap((name) =>
  options[name] === null ? [] : [`--${name}`, String(options[name])],
);
if (options.long) given.push('--long');

for (const [signal, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const)
  process.on(signal, () => process.exit(code));

function selectedRows(): readonly Row[] {
  const all = [...ROWS, ...CONTROLS];
  const known = new Set(all.map(({ id }) => id));
  const unknown = options.rows?.filter((id) => !known.has(id)) ?? [];
  if (unknown.length > 0) {
    console.log(`There is no row ${unknown.join(', ')}. The rows are ${[...known].join(', ')}.`);
    process.exit(1);
  }
  return options.rows ? all.filter(({ id }) => options.rows?.includes(id)) : ROWS;
}

async function runRow(infrastructure: Infrastructure, row: Row): Promise<void> {
  const why = row.unfit?.() ?? null;
  if (why !== null) {
    unfit.push({ row, why });
    console.log(`not run ${row.id} ${row.title}: ${why}`);
    return;
  }
  for (const seed of options.seeds) {
    try {
      const result = await run(infrastructure, { row, seed, load, long: options.long, alone: options.alone });
      finished.push(result);
      console.log(lineOf(result));
      if (result.findings.length > 0) {
        appendFileSync(result.log, `\nThe webhooks\n${result.timeline}\n`);
        complain({ row, seed }, result.findings);
      }
    } catch (error) {
      crashed += 1;
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
      console.log(`CRASHED ${row.id} ${row.title}, seed ${seed}`);
      complain({ row, seed }, [text]);
    }
  }
}

function complain(of: Pick<Finished, 'row' | 'seed'>, findings: readonly string[]): void {
  logs.areKept = true;
  for (const finding of findings) console.log(`    ${finding}`);
  console.log(`    again: ${replayOf(of, given)}\n    what the processes wrote: ${logs.folder}`);
}

async function main(): Promise<boolean> {
  const rows = selectedRows();
  console.log(`${rows.length} rows, seeds ${options.seeds.join(', ')}`);
  const infrastructure = await openInfrastructure(logs.folder);
  try {
    for (const row of rows) await runRow(infrastructure, row);
  } finally {
    await infrastructure.stop();
  }
  const table = tableOf(rows, finished, unfit);
  console.log(`\n${table}`);
  if (options.out !== null) {
    mkdirSync(path.dirname(path.resolve(options.out)), { recursive: true });
    writeFileSync(options.out, `${table}\n`);
  }
  const runs = finished.length;
  const failed = finished.filter(({ findings }) => findings.length > 0).length + crashed;
  console.log(`\n${runs + crashed} runs, ${failed} failed`);
  return failed === 0 && runs > 0;
}

process.exit((await main()) ? 0 : 1);
