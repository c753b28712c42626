import type { Draw } from './random.ts';
import type { Recorder } from './recorder.ts';
import { delay } from './time.ts';

const PAUSE_MIN_MS = 100;
const PAUSE_MAX_MS = 700;

/** Cuts one connection after the other at random moments until the signal, each client once a round. */
export async function cutAtRandom(recorders: readonly Recorder[], draw: Draw, signal: AbortSignal): Promise<void> {
  for (let round = shuffled(recorders, draw); !signal.aborted;) {
    await delay(draw(PAUSE_MIN_MS, PAUSE_MAX_MS), signal);
    round.pop()?.cut();
    if (round.length === 0) round = shuffled(recorders, draw);
  }
}

function shuffled<Item>(items: readonly Item[], draw: Draw): Item[] {
  const from = [...items];
  return items.flatMap(() => from.splice(draw(0, from.length - 1), 1));
}
