import { parseArgs } from 'node:util';

const USAGE = `Breaks real processes under load, and judges what every client was shown.

  npm run faults [-- --row F9,F12] [--seeds 4] [--seed 1] [--seconds 10] [--rate 250] [--kit 9] [--ci] [--out FILE]

  --row        these rows of the fault matrix alone
  --seeds      runs of each row: the seeds from --seed on (4)
  --seed       the first seed (1); given without --seeds, that seed alone: it replays a run
  --seconds    of load at least; a schedule that takes longer has its time
  --rate       events a second
  --users      that orders are reported of
  --clients    apps of each user, over WebSocket and the other transports by turns
  --kit        apps on fillstream/client, by itself, with Apollo Client and with urql by turns
  --long       faults as long as the matrix has them: freezes of 30 s, absences of 60 s
  --ci         a short selection, one seed each; beside other tests, so that it compares no times
  --out        writes the table into this file as well`;

export interface Options {
  readonly rows: readonly string[] | null;
  readonly seeds: readonly number[];
  readonly seconds: number | null;
  readonly rate: number | null;
  readonly users: number | null;
  readonly clients: number | null;
  readonly kit: number | null;
  readonly long: boolean;
  /** Nothing else runs on this machine, so that times can be judged. */
  readonly alone: boolean;
  readonly out: string | null;
}

/** Few rows, of which each breaks something else, one seed each: what a merge waits for. */
const SELECTION = {
  rows: ['F2', 'F17', 'F20', 'F27', 'F37'],
  // Without apps on the kit: beside other tests they come back too late for the row's bound on a small machine.
  load: { seconds: 5, rate: 120, kit: 0 },
};
const SEEDS = 4;
const MAXIMA = { seeds: 1_000, seed: 2 ** 31 - 1, seconds: 600, rate: 5_000, users: 64, clients: 100, kit: 100 };

/** Prints what is wrong, or the help, and ends the process. */
export function readOptions(): Options {
  const values = readArguments();
  if (values.help) end(0);
  const number = (name: keyof typeof MAXIMA): number | null => {
    const given = values[name];
    if (given === undefined) return null;
    const value = Number(given);
    if (!/^\d+$/.test(given) || value < 1 || value > MAXIMA[name])
      end(1, `--${name} is a whole number from 1 to ${MAXIMA[name]}.`);
    return value;
  };
  const first = number('seed');
  const count = number('seeds') ?? (first !== null || values.ci ? 1 : SEEDS);
  const rows = values.row?.split(',').map((row) => row.trim().toUpperCase()) ?? (values.ci ? SELECTION.rows : null);
  return {
    rows,
    seeds: Array.from({ length: count }, (_, i) => (first ?? 1) + i),
    seconds: number('seconds') ?? (values.ci ? SELECTION.load.seconds : null),
    rate: number('rate') ?? (values.ci ? SELECTION.load.rate : null),
    ...{ users: number('users'), clients: number('clients') },
    kit: number('kit') ?? (values.ci ? SELECTION.load.kit : null),
    long: values.long,
    alone: !values.ci,
    out: values.out ?? null,
  };
}

function readArguments() {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean', default: false } as const;
  const options = {
    ...{
      row: text,
      seeds: text,
      seed: text,
      seconds: text,
      rate: text,
      users: text,
      clients: text,
      kit: text,
      out: text,
    },
    ...{ long: flag, ci: flag, help: { ...flag, short: 'h' } },
  } as const;
  try {
    return parseArgs({ options }).values;
  } catch (error) {
    return end(1, error instanceof Error ? error.message : String(error));
  }
}

function end(code: number, fault = ''): never {
  console.log(fault ? `${fault}\n\n${USAGE}` : USAGE);
  process.exit(code);
}
