import type { Window } from './rows/row.ts';
import type { Attempt } from './sender.ts';

const STEP_MS = 500;

/** What became of the webhooks, by the half second in which they were sent, beside the faults: for whoever looks into a failure. */
export function timelineOf(windows: readonly Window[], attempts: readonly Attempt[]): string {
  const beginning = Math.min(...attempts.map(({ startedAt }) => startedAt));
  const secondsOf = (at: number): string => ((at - beginning) / 1_000).toFixed(1);
  const faults = windows.map(({ what, from, to }) => `fault from ${secondsOf(from)} s to ${secondsOf(to)} s: ${what}`);
  const steps = new Map<number, Attempt[]>();
  for (const attempt of attempts) {
    const step = Math.floor((attempt.startedAt - beginning) / STEP_MS);
    steps.set(step, [...(steps.get(step) ?? []), attempt]);
  }
  const lines = [...steps]
    .sort(([a], [b]) => a - b)
    .map(([step, sent]) => `${((step * STEP_MS) / 1_000).toFixed(1)} s: ${describe(sent)}`);
  return [...faults, ...lines].join('\n');
}

function describe(sent: readonly Attempt[]): string {
  const taken = sent.filter(({ status }) => status === 200).length;
  const silent = sent.filter(({ status }) => status === 0).length;
  const longest = Math.max(...sent.map(({ startedAt, endedAt }) => endedAt - startedAt));
  return `${sent.length} webhooks, ${taken} taken, ${sent.length - taken - silent} refused, ${silent} without an answer, ${longest} ms at most`;
}
