import path from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { build, runProcess } from '../support/processes.ts';

const MAIN = path.join(import.meta.dirname, 'main.ts');
const RUNS = 5;
/** It takes about two minutes by itself, and has other tests beside it. */
const LIMIT_MS = 5 * 60_000;

beforeAll(build);

it(
  'loses, repeats and reorders nothing through a short selection of the fault matrix',
  async () => {
    const { code, stdout, stderr } = await runProcess({}, ['--import', 'tsx', MAIN, '--ci']);
    expect({ code, end: stdout.trim().split('\n').at(-1), stderr }, stdout).toMatchObject({
      ...{ code: 0, end: `${RUNS} runs, 0 failed` },
    });
    const verdicts = stdout.split('\n').filter((line) => line.startsWith('passed '));
    expect(verdicts).toHaveLength(RUNS);
    for (const verdict of verdicts) expect(verdict).toContain('0 lost, 0 repeated, 0 reordered');
  },
  LIMIT_MS,
);
