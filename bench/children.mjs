// Everything that outlives a function call: processes and folders. Whatever way the benchmark ends, they go with it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const STOP_LIMIT_MS = 20_000;
const OUTPUT_CHARACTERS_MAX = 4_000;

let interrupted = false;
const closers = [];
const children = new Set();
const folders = new Set();
let closing;

/** Whether a signal ends us: what fails from now on fails because of that. */
export const isInterrupted = () => interrupted;

/** Undone by `closeAll`, the last one first. */
export const onClose = (closer) => void closers.push(closer);

/** Undoes everything once, also when it is asked for again meanwhile. */
export function closeAll() {
  return (closing ??= undo().finally(() => (closing = undefined)));
}

async function undo() {
  for (let closer = closers.pop(); closer; closer = closers.pop()) {
    try {
      await closer();
    } catch (error) {
      console.error(`while closing: ${error.message}`);
    }
  }
}

/** Ctrl-C reaches the children as well, which end by themselves; ours is to wait for them and to tidy up. */
export function closeOnSignals() {
  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ]) {
    process.on(signal, () => {
      interrupted = true;
      void closeAll().then(() => process.exit(code));
    });
  }
  process.on('exit', () => {
    for (const child of children) child.kill('SIGKILL');
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  });
}

export function temporaryFolder() {
  const folder = mkdtempSync(path.join(tmpdir(), 'fillstream-bench-'));
  folders.add(folder);
  onClose(() => {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    folders.delete(folder);
  });
  return folder;
}

/**
 * Starts a program and resolves once its output matches `ready`, with that match. Null when there is no such program.
 */
export async function start(program, args, { env = process.env, ready }) {
  const child = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  children.add(child);
  onClose(() => stopChild(child));
  child.once('exit', () => children.delete(child));
  let output = '';
  const match = await new Promise((resolve, reject) => {
    const read = (chunk) => {
      output = (output + chunk).slice(-OUTPUT_CHARACTERS_MAX);
      const found = ready.exec(output);
      if (found) resolve(found);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('error', (error) => (error.code === 'ENOENT' ? resolve(null) : reject(error)));
    child.once('exit', (code) => reject(new Error(`${path.basename(program)} exited with ${code}: ${output}`)));
  });
  return match && { pid: child.pid, match };
}

async function stopChild(child) {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  const limit = setTimeout(() => child.kill('SIGKILL'), STOP_LIMIT_MS);
  child.kill('SIGTERM');
  await exited;
  clearTimeout(limit);
}
