// Sees to the programs that the tests start themselves: a Redis server and a browser. On Debian, and as root, it installs what is
// missing; elsewhere it says what to install.
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const BROWSERS = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'microsoft-edge'];
const BROWSER_APPS = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];
const FONT_FOLDERS = ['/usr/share/fonts/truetype', '/usr/share/fonts/opentype', '/usr/local/share/fonts'];
const NO_SERVICES = '/usr/sbin/policy-rc.d';

const debian = process.platform === 'linux' && existsSync('/etc/debian_version') && onPath(['apt-get']);
if (missing().length > 0 && debian && process.getuid() === 0)
  install(missing().map(({ debianPackage }) => debianPackage));
const stillMissing = missing().filter(({ required }) => required);
if (stillMissing.length > 0) {
  for (const { advice } of stillMissing) console.error(advice);
  process.exit(1);
}

function missing() {
  const { REDIS_URL, CHROMIUM } = process.env;
  return [
    {
      found: Boolean(REDIS_URL) || onPath(['redis-server', 'valkey-server']),
      debianPackage: 'redis-server',
      required: true,
      advice: `The tests need redis-server or valkey-server on the PATH, or REDIS_URL. ${howTo('redis-server', 'redis')}`,
    },
    {
      found: CHROMIUM ? existsSync(CHROMIUM) : onPath(BROWSERS) || BROWSER_APPS.some((app) => existsSync(app)),
      debianPackage: 'chromium',
      required: true,
      advice: `The tests need Chromium or Chrome on the PATH, or its path in CHROMIUM. ${howTo('chromium', '--cask chromium')}`,
    },
    // Without any font the screenshots show boxes.
    { found: !debian || hasFont(), debianPackage: 'fonts-dejavu-core', required: false },
  ].filter(({ found }) => !found);
}

function howTo(debianPackage, brewFormula) {
  if (process.platform === 'darwin') return `Install it: brew install ${brewFormula}`;
  if (debian) return `Install it: sudo apt-get install -y --no-install-recommends ${debianPackage}`;
  return 'Install it with the package manager of your system.';
}

function onPath(names) {
  const folders = (process.env.PATH ?? '').split(path.delimiter).filter(Boolean);
  const suffix = process.platform === 'win32' ? '.exe' : '';
  return names.some((name) => folders.some((folder) => isExecutable(path.join(folder, name + suffix))));
}

function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function hasFont() {
  return FONT_FOLDERS.some((folder) => existsSync(folder) && readdirSync(folder).length > 0);
}

function install(packages) {
  console.error(`Installing ${packages.join(', ')} for the tests…`);
  const restore = forbidServices();
  try {
    aptGet(['update']);
    aptGet(['install', '-y', '--no-install-recommends', ...packages]);
  } finally {
    restore();
  }
}

/** The tests start their own servers: the one that comes with the package must not take the usual port. */
function forbidServices() {
  try {
    writeFileSync(NO_SERVICES, '#!/bin/sh\nexit 101\n', { flag: 'wx', mode: 0o755 });
    return () => rmSync(NO_SERVICES, { force: true });
  } catch {
    return () => {};
  }
}

function aptGet(args) {
  const { status, stdout, stderr } = spawnSync('apt-get', ['-qq', '-o', 'DPkg::Lock::Timeout=300', ...args], {
    encoding: 'utf8',
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' },
    maxBuffer: 64 * 1024 * 1024,
  });
  if (status !== 0) console.error(`apt-get ${args.join(' ')} failed:\n${stdout ?? ''}${stderr ?? ''}`);
}
