import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { developmentSecrets } from '../../src/auth/dev-secret.ts';
import { StartupError } from '../../src/kernel/startup-error.ts';

const RACERS = 8;
const MODULE = path.resolve(import.meta.dirname, '../../dist/auth/dev-secret.js');

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'fillstream-secret-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

/** Another process that derives a secret as soon as it is told to start. */
function openRacer(dataDir: string) {
  const program = `import { developmentSecrets } from ${JSON.stringify(MODULE)};
    process.stdin.once('data', () => { process.stdout.write(developmentSecrets(${JSON.stringify(dataDir)}).derive('jwt')); process.exit(0); });
    process.stderr.write('here');`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: 'pipe' });
  return {
    isHere: once(child.stderr, 'data'),
    async race(): Promise<string> {
      let printed = '';
      child.stdout.on('data', (chunk: Buffer) => (printed += chunk.toString()));
      const closed = once(child, 'close');
      child.stdin.write('go');
      await closed;
      return printed;
    },
  };
}

describe('the development secret', () => {
  it('is made once, in the data folder, for its owner’s eyes only', async () => {
    const folder = path.join(dir, 'made', 'on', 'demand');
    const derived = developmentSecrets(folder).derive('jwt');
    expect((await stat(path.join(folder, 'dev-secret'))).mode & 0o777).toBe(0o600);
    expect(Buffer.from(await readFile(path.join(folder, 'dev-secret'), 'utf8'), 'base64')).toHaveLength(32);
    expect(await readdir(folder)).toEqual(['dev-secret']);
    expect(developmentSecrets(folder).derive('jwt')).toBe(derived);
  });

  it('gives each purpose a secret of its own, of 32 bytes, and no two folders the same', () => {
    const secrets = developmentSecrets(dir);
    const derived = ['jwt', 'cursor', 'webhook:paper'].map((purpose) => secrets.derive(purpose));
    expect(new Set(derived).size).toBe(3);
    for (const text of derived) expect(Buffer.from(text, 'base64')).toHaveLength(32);
    expect(developmentSecrets(path.join(dir, 'other')).derive('jwt')).not.toBe(derived[0]);
  });

  it('is the same for all processes that come first at once', async () => {
    const racers = Array.from({ length: RACERS }, () => openRacer(dir));
    for (const { isHere } of racers) await isHere;
    const derived = await Promise.all(racers.map((racer) => racer.race()));
    expect(derived[0]).toMatch(/^[A-Za-z0-9+/]{43}=$/);
    expect(new Set(derived).size).toBe(1);
    expect(await readdir(dir)).toEqual(['dev-secret']);
  });

  it('that can’t be written is one clear sentence', async () => {
    const file = path.join(dir, 'file');
    await writeFile(file, '');
    expect(() => developmentSecrets(path.join(file, 'data'))).toThrow(StartupError);
    expect(() => developmentSecrets(path.join(file, 'data'))).toThrow(/can't be written \(ENOTDIR\): set DATA_DIR/);
  });

  it('that is empty is not taken for one', async () => {
    await writeFile(path.join(dir, 'dev-secret'), '');
    await chmod(path.join(dir, 'dev-secret'), 0o600);
    expect(() => developmentSecrets(dir).derive('jwt')).toThrow(/holds no secret: remove it/);
  });
});
