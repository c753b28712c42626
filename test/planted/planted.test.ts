import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { type Bug, BUGS } from './bugs.ts';
import { edited, type Outcome, type Outcomes, outcomeKey, plant, runTrees, type Tree } from './trees.ts';

const CONTROL = 'control';
/** Many lives without a bug pass in this time; with one, few are needed. */
const SEEDS = 1_000;
const LONG_MS = 600_000;
/** A patch that does not even run has shown nothing. */
const BROKEN = /SyntaxError|ReferenceError|Cannot find|Failed to (load|resolve)|does not provide an export/;

const treeOf = (bug: Bug): string => `bug-${BUGS.indexOf(bug) + 1}`;
const trees: readonly Tree[] = [
  { name: CONTROL, edits: [], files: [...new Set(BUGS.map(({ caughtBy }) => caughtBy.file))] },
  ...BUGS.map((bug) => ({ name: treeOf(bug), edits: bug.edits, files: [bug.caughtBy.file] })),
];

let scratch: string;
let code: number;
let outcomes: Outcomes;
beforeAll(async () => {
  scratch = await mkdtemp(path.join(tmpdir(), 'fillstream-planted-'));
  for (const tree of trees) plant(scratch, tree);
  const env = {
    ...{ DATABASE_URL: inject('databaseAdminUrl'), REDIS_URL: inject('redisUrl') },
    SIM_SEEDS: String(SEEDS),
  };
  const tests = [...new Set(BUGS.map(({ caughtBy }) => caughtBy.test))];
  ({ code, outcomes } = await runTrees(scratch, trees, { tests, env }));
}, LONG_MS);
afterAll(() => rm(scratch, { recursive: true, force: true }));

const outcomeOf = (tree: string, { file, test }: Bug['caughtBy']): Outcome | undefined =>
  outcomes.get(outcomeKey(tree, file, test));

describe('a service that', () => {
  it.each(BUGS)('$name, is caught by the check for it', (bug) => {
    const { status, message } = outcomeOf(treeOf(bug), bug.caughtBy) ?? { status: 'not run', message: '' };
    expect({ status, message }).toMatchObject({ status: 'failed' });
    expect(message).not.toMatch(BROKEN);
    expect(message).toMatch(bug.caughtBy.says);
  });

  it('has none of these bugs passes the same checks', () => {
    const failed = BUGS.map((bug) => outcomeOf(CONTROL, bug.caughtBy)).filter(
      (outcome) => outcome?.status !== 'passed',
    );
    expect(failed).toEqual([]);
  });
});

it('a run with a bug ends with a code that is not 0', () => {
  expect(code).not.toBe(0);
});

it('an edit is refused unless its text stands exactly once in the file', () => {
  const edit = { file: 'src/a.ts', find: 'b;', replace: '' };
  expect(edited('a;b;c;', edit)).toBe('a;c;');
  expect(() => edited('a;c;', edit)).toThrow('0 times');
  expect(() => edited('b;b;', edit)).toThrow('2 times');
});
