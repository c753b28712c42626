import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Edit } from './bugs.ts';

const root = path.resolve(import.meta.dirname, '../..');
const COPIED = ['src', 'test', 'prisma', 'package.json', 'tsconfig.json', 'vitest.config.ts', 'prisma.config.ts'];
const OWN_FOLDER = path.join(root, 'test/planted');
/** A bug may make a check wait for what never comes; and a busy machine takes its time. */
const TEST_TIMEOUT_MS = 60_000;
const RUN_MS_MAX = 540_000;

export interface Tree {
  /** The name of its folder. */
  readonly name: string;
  readonly edits: readonly Edit[];
  /** The test files that run in it. */
  readonly files: readonly string[];
}

/** @throws when an edit's text does not stand exactly once in its file */
export function edited(text: string, { file, find, replace }: Edit): string {
  const count = text.split(find).length - 1;
  if (count !== 1) throw new Error(`${file} has ${count} times, not once: ${find}`);
  return text.replace(find, () => replace);
}

/** Copies this tree, as it stands, and applies the edits. */
export function plant(scratch: string, { name, edits }: Tree): void {
  const tree = path.join(scratch, name);
  mkdirSync(tree);
  for (const part of COPIED) {
    cpSync(path.join(root, part), path.join(tree, part), { recursive: true, filter: (from) => from !== OWN_FOLDER });
  }
  linkPackages(tree);
  for (const edit of edits) {
    const file = path.join(tree, edit.file);
    writeFileSync(file, edited(readFileSync(file, 'utf8'), edit));
  }
}

const linkPackages = (folder: string): void =>
  symlinkSync(realpathSync(path.join(root, 'node_modules')), path.join(folder, 'node_modules'));

const hasOwnTables = ({ edits }: Tree): boolean => edits.some(({ file }) => file.startsWith('prisma/'));

/**
 * One vitest for all trees, with this tree's own settings otherwise. They share its workers, and what these have loaded of the
 * packages; a tree with other tables is a project by itself, whose databases are made by its own migrations.
 */
function configOf(scratch: string, trees: readonly Tree[]): string {
  const groups = [trees.filter((tree) => !hasOwnTables(tree)), ...trees.filter(hasOwnTables).map((tree) => [tree])];
  const projects = groups.map((group) => ({
    name: group[0]?.name,
    include: group.flatMap(({ name, files }) => files.map((file) => path.join(name, file))),
  }));
  return `
    import base from '${path.join(root, 'vitest.config.ts')}';
    const { reporters, maxWorkers, sequence, ...test } = base.test;
    const projects = ${JSON.stringify(projects)}.map(({ name, include }) => ({
      ...base, root: '${scratch}', cacheDir: '${scratch}/.vite',
      test: { ...test, name, include, testTimeout: ${TEST_TIMEOUT_MS}, globalSetup: name + '/test/support/global-setup.ts' },
    }));
    export default { cacheDir: '${scratch}/.vite', test: { maxWorkers, sequence, pool: 'forks', projects } };`;
}

export interface Outcome {
  readonly status: string;
  readonly message: string;
}

/** Of each test that ran: its tree, its file and its name. */
export type Outcomes = ReadonlyMap<string, Outcome>;
export const outcomeKey = (tree: string, file: string, test: string): string => [tree, file, test].join(' > ');

interface JsonReport {
  readonly testResults: readonly {
    readonly name: string;
    readonly assertionResults: readonly {
      readonly title: string;
      readonly status: string;
      readonly failureMessages: readonly string[] | null;
    }[];
  }[];
}

/** Runs the tests whose name is among these, in all trees. */
export async function runTrees(
  scratch: string,
  trees: readonly Tree[],
  { tests, env }: { tests: readonly string[]; env: Record<string, string> },
): Promise<{ readonly code: number; readonly outcomes: Outcomes }> {
  linkPackages(scratch);
  const [config, report] = [path.join(scratch, 'vitest.config.mjs'), path.join(scratch, 'report.json')];
  writeFileSync(config, configOf(scratch, trees));
  const named = tests.map((test) => test.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|');
  const args = ['run', '--config', config, '--root', scratch, '-t', named, '--reporter=json', `--outputFile=${report}`];
  const code = await run([path.join(root, 'node_modules/vitest/vitest.mjs'), ...args], env);
  const { testResults } = JSON.parse(readFileSync(report, 'utf8')) as JsonReport;
  const outcomes = testResults.flatMap(({ name, assertionResults }) => {
    const [tree = '', ...file] = path.relative(realpathSync(scratch), name).split(path.sep);
    return assertionResults.map(({ title, status, failureMessages }): [string, Outcome] => [
      outcomeKey(tree, file.join('/'), title),
      { status, message: (failureMessages ?? []).join('\n') },
    ]);
  });
  return { code, outcomes: new Map(outcomes) };
}

/** Without the variables of the vitest that we are in. */
function run(args: readonly string[], env: Record<string, string>): Promise<number> {
  const { PATH = '', HOME = '' } = process.env;
  return new Promise((resolve, reject) => {
    const settings = { env: { PATH, HOME, ...env }, timeout: RUN_MS_MAX, maxBuffer: 64 * 1024 * 1024 };
    const child = execFile(process.execPath, [...args], settings, (error, stdout, stderr) => {
      if (child.exitCode === null)
        reject(new Error(`vitest did not end by itself: ${stdout}\n${stderr}`, { cause: error }));
      else resolve(child.exitCode);
    });
  });
}
