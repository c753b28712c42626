import { spawnSync } from 'node:child_process';
import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import path from 'node:path';
import { removeFolder, temporaryFolder } from './processes.ts';

/** A small disk in memory, to be filled. */
export interface MemoryFolder {
  /** A folder in it. */
  readonly path: string;
  fill(): void;
  empty(): void;
  close(): void;
}

const MEBIBYTE = Buffer.alloc(1_024 * 1_024);
const mounted = new Set<string>();

process.on('exit', () => {
  for (const point of mounted) unmount(point);
});

/** Null when it can; or why it can't: only root may mount a file system. */
export function whyNoMemoryFolder(): string | null {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'only root may mount a small disk';
  try {
    openMemoryFolder(1).close();
    return null;
  } catch (error) {
    return `a small disk can’t be mounted: ${error instanceof Error ? error.message.trim() : ''}`;
  }
}

export function openMemoryFolder(mebibytes: number): MemoryFolder {
  const point = temporaryFolder('disk');
  const options = `size=${mebibytes}m,mode=0755`;
  const { status, stderr } = spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', point], { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  mounted.add(point);
  const ballast = path.join(point, 'ballast');
  return {
    path: path.join(point, 'wal'),
    fill() {
      const file = openSync(ballast, 'w');
      try {
        for (let left = mebibytes; left > 0; left--) writeSync(file, MEBIBYTE);
      } catch {
        // Full: that is what it is for.
      } finally {
        closeSync(file);
      }
    },
    empty: () => rmSync(ballast, { force: true }),
    close() {
      unmount(point);
      removeFolder(point);
    },
  };
}

function unmount(point: string): void {
  spawnSync('umount', ['-l', point]);
  mounted.delete(point);
}
