import { chown, mkdtemp, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { systemIds } from '../kernel/clock.ts';
import { StartupError } from '../kernel/startup-error.ts';
import { locateBinaries, type Binaries } from './embedded-binaries.ts';
import { run, type RunAs } from './embedded-postmaster.ts';

/** A data folder that is ready to be started, with the programs for it. `runAs` is null for an ordinary user. */
export interface Cluster {
  dir: string;
  data: string;
  password: string;
  binaries: Binaries;
  runAs: RunAs | null;
}

/** "nobody" on Linux with glibc. PostgreSQL refuses to run as root, and as a uid that has no entry in /etc/passwd. */
const NOBODY: RunAs = { uid: 65534, gid: 65534 };
const FRESH_PREFIX = 'data.new-';

/** Opens the cluster in `dir`, or makes one. The caller holds the claim on `dir`. */
export async function openCluster(dir: string, options: { fast: boolean }): Promise<Cluster> {
  const asRoot = process.getuid?.() === 0;
  if (asRoot && process.platform !== 'linux') {
    throw new StartupError(
      'PostgreSQL refuses to run as root. Run Fillstream as an ordinary user, or set DATABASE_URL.',
    );
  }
  const binaries = await locateBinaries({ forOtherUser: asRoot });
  const data = path.join(dir, 'data');
  const version = await readIfThere(path.join(data, 'PG_VERSION'));
  if (version === null) {
    const cluster = { dir, data, binaries, password: systemIds.uuid(), runAs: asRoot ? NOBODY : null };
    await initialize(cluster, options);
    return cluster;
  }
  if (version.trim() !== binaries.major) {
    const versions = `was made by PostgreSQL ${version.trim()}, and this is PostgreSQL ${binaries.major}`;
    throw new StartupError(`The data folder ${dir} ${versions}. Set DATA_DIR to another folder, or DATABASE_URL.`);
  }
  const password = await readIfThere(path.join(dir, 'password'));
  if (password === null) throw new StartupError(`The file ${path.join(dir, 'password')} is missing. Restore it.`);
  // Data that an ordinary user made stay that user's, so that both may start the service.
  const { uid, gid } = await stat(data);
  return { dir, data, binaries, password, runAs: asRoot ? { uid, gid } : null };
}

/** How PostgreSQL finds its data: another user can't enter the folders above, so it is put inside and told to look around. */
export function asSeenBy(runAs: RunAs | null, data: string): string {
  return runAs ? '/proc/self/cwd' : data;
}

/** The data folder appears under its name only when it is whole: a start that was killed is simply begun anew. */
async function initialize(cluster: Cluster, options: { fast: boolean }): Promise<void> {
  const { dir, data, runAs } = cluster;
  for (const name of await readdir(dir)) {
    if (name.startsWith(FRESH_PREFIX)) await rm(path.join(dir, name), { recursive: true, force: true, maxRetries: 3 });
  }
  const passwordFile = path.join(dir, 'password');
  await writeFile(passwordFile, cluster.password, { mode: 0o600, flush: true });
  const fresh = await mkdtemp(path.join(dir, FRESH_PREFIX));
  try {
    if (runAs) for (const item of [fresh, passwordFile]) await chown(item, runAs.uid, runAs.gid);
    await initdb(cluster, { fresh, passwordFile, fast: options.fast });
    await rename(fresh, data);
    await flushFolder(dir);
  } catch (error) {
    await rm(fresh, { recursive: true, force: true });
    throw error;
  }
}

interface Fresh {
  fresh: string;
  passwordFile: string;
  fast: boolean;
}

async function initdb({ dir, binaries, runAs }: Cluster, { fresh, passwordFile, fast }: Fresh): Promise<void> {
  // Another user can't reach the password file by its path either, but it may read it, so it gets it open.
  await using passwordInput = await open(passwordFile, 'r');
  const args = ['-D', asSeenBy(runAs, fresh), '-U', 'postgres', '-A', 'scram-sha-256', '-E', 'UTF8', '--no-locale'];
  args.push(`--pwfile=${runAs ? '/dev/stdin' : passwordFile}`, ...(fast ? ['--no-sync'] : []));
  const program = run(binaries.initdb, args, { ...runAs, cwd: fresh, stdio: [passwordInput.fd, 'ignore', 'pipe'] });
  const code = await program.ended;
  if (code !== 0) throw new StartupError(`PostgreSQL can't make its data folder in ${dir}: ${program.tail().trim()}`);
}

async function readIfThere(file: string): Promise<string | null> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** Makes the renaming durable, where the system can open a folder (Windows can't). */
async function flushFolder(dir: string): Promise<void> {
  const folder = await open(dir, 'r').catch(() => null);
  await folder?.sync().catch(() => undefined);
  await folder?.close();
}
