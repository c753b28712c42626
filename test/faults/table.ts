import { type Kind, KINDS } from './clients.ts';
import type { KindCounts } from './judge.ts';
import type { Finished } from './run.ts';
import type { Row } from './rows/row.ts';

/** The command that does this run again. */
export const replayOf = ({ row, seed }: Pick<Finished, 'row' | 'seed'>, given: readonly string[]): string =>
  ['npm run faults --', '--row', row.id, '--seed', String(seed), ...given].join(' ');

export function lineOf(run: Finished): string {
  const { row, seed, deliveries, faults, reconnects, lost, repeated, reordered, catchUpMs, worstLagMs } = run;
  const counts = `${lost} lost, ${repeated} repeated, ${reordered} reordered`;
  const times = `caught up after ${catchUpMs} ms, worst lag ${worstLagMs} ms`;
  const verdict = run.findings.length === 0 ? 'passed' : 'FAILED';
  const notes = run.notes.length > 0 ? ` (${run.notes.join('; ')})` : '';
  const head = `${verdict} ${row.id} ${row.title}, seed ${seed}`;
  const kit = KINDS.slice(1).map((kind) => `${kind} ${shortly(run.byKind[kind])}`);
  return `${head}: ${deliveries} deliveries, ${faults} faults, ${reconnects} reconnects; ${counts}; ${kit.join(', ')}; ${times}; ${(run.tookMs / 1_000).toFixed(1)} s${notes}`;
}

export interface Unfit {
  readonly row: Row;
  readonly why: string;
}

const HEAD = [
  ...['', 'fault', 'runs', 'deliveries', 'faults', 'reconnects', 'lost', 'repeated', 'reordered', 'worst catch-up'],
  'verdict',
];

/** The whole as a Markdown table, with what differs from the matrix below it. */
export function tableOf(rows: readonly Row[], runs: readonly Finished[], unfit: readonly Unfit[]): string {
  const lines = rows.map((row) => rowOf(row, runs, unfit));
  const differing = rows.filter(({ differs }) => differs !== undefined);
  const notes = differing.map(({ id, differs }) => `- ${id}: ${String(differs)}.`);
  const total = totalOf(runs);
  return [
    cells(HEAD),
    cells(HEAD.map(() => '---')),
    ...lines,
    total,
    ...['', `Deliveries, reconnects and lost/repeated/reordered by what the app is made of:`, ''],
    ...kindLines(rows, runs),
    ...(notes.length > 0 ? ['', 'Where a run is not as long or not the same as the matrix has it:', '', ...notes] : []),
  ].join('\n');
}

const cells = (values: readonly (string | number)[]): string => `| ${values.join(' | ')} |`;
const sum = (runs: readonly Finished[], of: (run: Finished) => number): number =>
  runs.reduce((total, run) => total + of(run), 0);
const grouped = (value: number): string => value.toLocaleString('en-US');

function countsOf(runs: readonly Finished[]): readonly string[] {
  const columns = ['deliveries', 'faults', 'reconnects', 'lost', 'repeated', 'reordered'] as const;
  return [
    String(runs.length),
    ...columns.map((column) => grouped(sum(runs, (run) => run[column]))),
    `${grouped(runs.reduce((worst, { catchUpMs }) => Math.max(worst, catchUpMs), 0))} ms`,
  ];
}

function rowOf(row: Row, all: readonly Finished[], unfit: readonly Unfit[]): string {
  const runs = all.filter((run) => run.row === row);
  const why = unfit.find((each) => each.row === row)?.why;
  if (why !== undefined) return cells([row.id, row.title, 0, '', '', '', '', '', '', '', `not run: ${why}`]);
  const failed = runs.filter(({ findings }) => findings.length > 0).length;
  return cells([row.id, row.title, ...countsOf(runs), failed === 0 ? 'passed' : `${failed} FAILED`]);
}

function totalOf(runs: readonly Finished[]): string {
  const failed = runs.filter(({ findings }) => findings.length > 0).length;
  return cells(['', 'all', ...countsOf(runs), failed === 0 ? 'passed' : `${failed} FAILED`]);
}

const KIND_NAMES: Readonly<Record<Kind, string>> = {
  recorder: 'recorder',
  client: '`fillstream/client`',
  apollo: 'with Apollo Client',
  urql: 'with urql',
};

const shortly = ({ deliveries, reconnects, lost, repeated, reordered }: KindCounts): string =>
  `${grouped(deliveries)}, ${grouped(reconnects)}, ${lost}/${repeated}/${reordered}`;

function kindLines(rows: readonly Row[], runs: readonly Finished[]): readonly string[] {
  const line = (name: string, of: readonly Finished[]): string =>
    cells([name, ...KINDS.map((kind) => shortly(summed(of.map(({ byKind }) => byKind[kind]))))]);
  return [
    cells(['', ...KINDS.map((kind) => KIND_NAMES[kind])]),
    cells(['---', ...KINDS.map(() => '---')]),
    ...rows.map((row) =>
      line(
        row.id,
        runs.filter((run) => run.row === row),
      ),
    ),
    line('all', runs),
  ];
}

function summed(counts: readonly KindCounts[]): KindCounts {
  const total = (of: keyof KindCounts): number => counts.reduce((sum, each) => sum + each[of], 0);
  return {
    ...{ deliveries: total('deliveries'), reconnects: total('reconnects'), lost: total('lost') },
    ...{ repeated: total('repeated'), reordered: total('reordered') },
  };
}
