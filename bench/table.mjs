// The numbers for people.
import { cpus, platform, release } from 'node:os';

const COLUMNS = [
  ['configuration', ({ configuration }) => configuration],
  ['scenario', ({ scenario }) => scenario],
  ['events/s', ({ eventsPerSecond }) => eventsPerSecond.toFixed(0)],
  ['p50 ms', ({ p50 }) => p50.toFixed(2)],
  ['p99 ms', ({ p99 }) => p99.toFixed(2)],
  ['events/s x', (row, base) => ratio(row.eventsPerSecond, base.eventsPerSecond)],
  ['p50 x', (row, base) => ratio(row.p50, base.p50)],
  ['p99 x', (row, base) => ratio(row.p99, base.p99)],
  ['CPU ms/1k', ({ cpuMs }) => number(cpuMs, 0)],
  ['events/commit', ({ eventsPerTransaction }) => number(eventsPerTransaction, 1)],
];

const number = (value, digits) => (Number.isFinite(value) ? value.toFixed(digits) : '-');
const ratio = (value, base) => number(value / base, value < base ? 2 : 1);

export function machineLine() {
  const [cpu] = cpus();
  return `${cpus().length} x ${cpu?.model.trim() ?? 'unknown CPU'}, ${platform()} ${release()}, Node ${process.versions.node}`;
}

export const progressLine = ({ configuration, scenario, eventsPerSecond, p50, p99 }) =>
  `${configuration}, ${scenario}: ${eventsPerSecond.toFixed(0)} events/s, p50 ${p50.toFixed(2)} ms, p99 ${p99.toFixed(2)} ms`;

/** Columns with an x are ratios to the baseline's same scenario. */
export function table(rows) {
  const baselineOf = ({ scenario }) =>
    rows.find((row) => row.configuration === 'baseline' && row.scenario === scenario) ?? {};
  const lines = [
    COLUMNS.map(([title]) => title),
    ...rows.map((row) => COLUMNS.map(([, print]) => print(row, baselineOf(row)))),
  ];
  const widths = COLUMNS.map((_, column) => Math.max(...lines.map((line) => line[column].length)));
  const isText = (column) => column < 2;
  return lines
    .map((line) =>
      line
        .map((cell, column) => (isText(column) ? cell.padEnd(widths[column]) : cell.padStart(widths[column])))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
