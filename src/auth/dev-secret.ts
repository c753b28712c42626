import { createHmac, randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Secrets } from '../config.ts';
import { StartupError } from '../kernel/startup-error.ts';

const SECRET_BYTES = 32;

/**
 * The secret of a development machine, `<data folder>/dev-secret`, readable by its owner alone; made by whichever of
 * server and command comes first.
 * @throws StartupError when the folder can't be written, or the file holds no secret
 */
export function developmentSecrets(dataDir: string): Secrets {
  const secret = readOrMake(dataDir);
  if (Buffer.from(secret, 'base64').length < SECRET_BYTES) {
    throw new StartupError(`${join(dataDir, 'dev-secret')} holds no secret: remove it, and a new one is made.`);
  }
  return { derive: (purpose) => createHmac('sha256', secret).update(purpose).digest('base64') };
}

function readOrMake(dataDir: string): string {
  const path = join(dataDir, 'dev-secret');
  const draft = `${path}.${process.pid}`;
  try {
    const known = readKnown(path);
    if (known) return known;
    mkdirSync(dataDir, { recursive: true, mode: 0o755 });
    writeFileSync(draft, randomBytes(SECRET_BYTES).toString('base64'), { mode: 0o600 });
    try {
      // A link appears whole and never replaces one that another process has just made.
      linkSync(draft, path);
    } catch (error) {
      if (!hasCode(error, 'EEXIST')) throw error;
    } finally {
      rmSync(draft, { force: true });
    }
    return readFileSync(path, 'utf8');
  } catch (error) {
    const why = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    throw new StartupError(`The data folder ${dataDir} can't be written (${why}): set DATA_DIR to a folder of yours.`);
  }
}

function readKnown(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null;
    throw error;
  }
}

const hasCode = (error: unknown, code: string): boolean =>
  error instanceof Error && 'code' in error && error.code === code;
