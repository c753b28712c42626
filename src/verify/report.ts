import { type Counts, PROPERTIES, type Verdict } from './verdict.ts';
import type { Outcome } from './verify.ts';

const WORDS = ['lost', 'repeated', 'reordered', 'invented', 'foreign', 'diverged', 'late'] as const;

/** The run as a table, its findings, and the verdict in the last line. */
export function reportOf(outcome: Outcome): readonly string[] {
  const { verdict, orders, events } = outcome;
  const refusal = cannotVouch(outcome);
  return [
    ...tableOf(outcome),
    '',
    `${counted(orders.placed, 'order')} placed, ${orders.failed} requests failed, ${counted(events, 'event')} in the log`,
    ...findingsOf(verdict),
    '',
    refusal ?? `${verdict.passed ? 'PASS' : 'FAIL'}: ${summaryOf(outcome)}`,
  ];
}

export const isPass = (outcome: Outcome): boolean => outcome.verdict.passed && cannotVouch(outcome) === null;

/** A run in which nothing happened proves nothing. */
function cannotVouch(outcome: Outcome): string | null {
  const idle = outcome.verdict.clients.filter(({ deliveries }) => deliveries === 0).map(({ name }) => name);
  if (outcome.verdict.passed && idle.length > 0) {
    return `FAIL: ${idle.join(', ')} had no delivery, so the run can’t vouch for anything (${summaryOf(outcome)})`;
  }
  if (outcome.verdict.passed && cutsOf(outcome) === 0) {
    return `FAIL: no connection was cut, so the run can’t vouch for anything (${summaryOf(outcome)})`;
  }
  return null;
}

const cutsOf = ({ clients }: Outcome): number => clients.reduce((sum, { cuts }) => sum + cuts, 0);

function summaryOf(outcome: Outcome): string {
  const { counts, clients } = outcome.verdict;
  const breaches = WORDS.filter((word, i) => i < 3 || counts[word] > 0).map(
    (word) => `${grouped(counts[word])} ${word}`,
  );
  const what = [
    counted(clients.length, 'client'),
    `${grouped(counts.deliveries)} deliveries`,
    counted(cutsOf(outcome), 'cut'),
  ];
  return `${what.join(', ')}: ${breaches.join(', ')}`;
}

function findingsOf({ findings, counts }: Verdict): readonly string[] {
  if (findings.length === 0) return [];
  const total = WORDS.reduce((sum, word) => sum + counts[word], 0);
  return [
    '',
    ...findings.map(({ property, client, user, event, says }) => {
      const who = client === null ? `the log of ${user}` : `client ${client} of ${user}`;
      return `${property} ${PROPERTIES[property]}: ${who}${event === null ? '' : `, event ${event}`}: ${says}`;
    }),
    ...(total > findings.length ? [`… ${grouped(total)} breaches in all`] : []),
  ];
}

const HEAD = ['client', 'connections', 'cuts', 'deliveries', 'lost', 'repeated', 'reordered', 'other', 'slowest ms'];

function tableOf({ verdict, clients }: Outcome): readonly string[] {
  const rows = verdict.clients.map((client, i) => {
    const { connections = 0, cuts = 0 } = clients[i] ?? {};
    return [client.name, ...[connections, cuts].map(grouped), ...cellsOf(client)];
  });
  const widths = HEAD.map((head, i) => Math.max(head.length, ...rows.map((row) => row[i]?.length ?? 0)));
  const lineOf = (cells: readonly string[]): string =>
    cells.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join('  ');
  return [HEAD, ...rows].map(lineOf);
}

function cellsOf({ deliveries, lost, repeated, reordered, catchUpMs, ...others }: Counts): readonly string[] {
  const { invented, foreign, diverged, late } = others;
  return [deliveries, lost, repeated, reordered, invented + foreign + diverged + late, catchUpMs].map(grouped);
}

const grouped = (count: number): string => Math.round(count).toLocaleString('en-US');
const counted = (count: number, noun: string): string => `${grouped(count)} ${noun}${count === 1 ? '' : 's'}`;
