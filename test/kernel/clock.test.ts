import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import * as service from '../../src/kernel/clock.ts';
import * as checker from '../../src/verify/time.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

describe.each([
  ['the service', service.withinTime],
  ['the checker', checker.withinTime],
])('the time that %s gives', (_whose, withinTime) => {
  it('ends though only what it ends knows of it, also after garbage was collected', async () => {
    const ended = new Promise((resolve) => {
      const signal = withinTime(100, new AbortController().signal);
      signal.addEventListener('abort', () => resolve(signal.reason));
    });
    await new Promise(setImmediate);
    collectGarbage();
    expect(await ended).toMatchObject({ name: 'TimeoutError' });
  });

  it('ends at once when it is stopped', () => {
    const stopping = new AbortController();
    const signal = withinTime(60_000, stopping.signal);
    stopping.abort(new Error('we are stopping'));
    expect(signal.reason).toMatchObject({ message: 'we are stopping' });
  });
});
