import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

/** The rules of the house that a linter does not hold. */

const FILE_LINES_MAX = 300;
const root = path.resolve(import.meta.dirname, '..');
const files = listFiles().filter((file) => !file.startsWith('src/generated/'));
const sources = new Map(files.map((file) => [file, readFileSync(path.join(root, file), 'utf8')]));
const production = files.filter((file) => file.startsWith('src/'));

function listFiles(): readonly string[] {
  return ['src', 'test', 'bench', 'tools']
    .flatMap((folder) => walk(folder))
    .filter((file) => !file.includes('/generated/'));
}

function walk(folder: string): readonly string[] {
  return readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(tsx?|mjs)$/.test(name))
    .map((name) => path.posix.join(folder, name.replaceAll(path.sep, '/')));
}

/** The layers, lowest first: a file may import from its own layer's folder or from a lower one. */
const LAYERS: readonly (readonly string[])[] = [
  ['kernel'],
  ['db'],
  ['stream'],
  ['auth', 'limits'],
  ['graphql'],
  ['orders', 'ingest', 'venues', 'notifications'],
  ['demo'],
  ['ops'],
  ['transport'],
  ['verify'],
  ['client'],
  ['web', 'cli'],
];
/** What features may import of each other; everything else meets in the stream. */
const SIDEWAYS = ['ingest -> orders', 'ingest -> venues'];

interface Import {
  readonly from: string;
  readonly to: string;
  readonly isType: boolean;
}

function importsOf(file: string): readonly Import[] {
  const text = sources.get(file) ?? '';
  const found = text.matchAll(
    /^(?:import|export)\s+(type\s+)?(?:[^'";]*?\sfrom\s+)?'(\.[^']+)';|\bimport\('(\.[^']+)'\)/gms,
  );
  return [...found].map(([, type, named, loaded, target = named ?? loaded ?? '']) => ({
    from: file,
    to: path.posix.normalize(path.posix.join(path.posix.dirname(file), target)),
    isType: type !== undefined,
  }));
}

const folderOf = (file: string): string => /^src\/([^/]+)\//.exec(file)?.[1] ?? '';
const layerOf = (file: string): number => LAYERS.findIndex((layer) => layer.includes(folderOf(file)));

describe('imports', () => {
  const all = production.flatMap((file) => importsOf(file)).filter(({ to }) => !to.startsWith('src/generated/'));

  it('flow down: values from a lower layer, types from anywhere', () => {
    const climbing = all.filter(({ from, to, isType }) => {
      if (isType || folderOf(from) === '' || folderOf(from) === folderOf(to)) return false;
      if (folderOf(to) === '') return !['src/config.ts', 'src/schema.ts'].includes(to);
      if (SIDEWAYS.includes(`${folderOf(from)} -> ${folderOf(to)}`)) return false;
      return layerOf(to) >= layerOf(from);
    });
    expect(climbing.map(({ from, to }) => `${from} imports ${to}`)).toEqual([]);
  });

  it('know every folder of src', () => {
    expect(
      [...new Set(production.map(folderOf))].filter((folder) => folder !== '' && !LAYERS.flat().includes(folder)),
    ).toEqual([]);
  });

  it('keep the simulated exchange apart: it knows the service by HTTP only', () => {
    const inside = all.filter(
      ({ from, to, isType }) =>
        from.startsWith('src/venues/paper/') &&
        !isType &&
        !to.startsWith('src/venues/paper/') &&
        !to.startsWith('src/kernel/'),
    );
    expect(inside.map(({ from, to }) => `${from} imports ${to}`)).toEqual([]);
  });

  it('keep the checker apart: what it shared with the service it could not check', () => {
    const inside = all.filter(({ from, to }) => from.startsWith('src/verify/') && !to.startsWith('src/verify/'));
    expect(inside.map(({ from, to }) => `${from} imports ${to}`)).toEqual([]);
  });

  it('keep what apps import apart: it holds nothing of the service, and nothing of Node', () => {
    const inside = all.filter(({ from, to }) => from.startsWith('src/client/') && !to.startsWith('src/client/'));
    expect(inside.map(({ from, to }) => `${from} imports ${to}`)).toEqual([]);
    const ofNode = production.filter(
      (file) => file.startsWith('src/client/') && /\bfrom 'node:|\bprocess\.|\bBuffer\b/.test(sources.get(file) ?? ''),
    );
    expect(ofNode).toEqual([]);
  });

  it('leave no orphan file', () => {
    const entries = [
      'src/main.ts',
      'src/cli/main.ts',
      'src/web/main.tsx',
      'src/web/service-worker.ts',
      'src/web/vite.config.ts',
      'src/web/css.d.ts',
      'src/new-epoch.ts',
      'src/print-schema.ts',
      'src/venues/paper/main.ts',
      'src/verify/main.ts',
      ...['index', 'apollo', 'urql', 'react', 'orders', 'notifications', 'offline'].map(
        (name) => `src/client/${name}.ts`,
      ),
    ];
    const imported = new Set(
      files
        .flatMap((file) => importsOf(file))
        .filter(({ from }) => from.startsWith('src/'))
        .map(({ to }) => to),
    );
    expect(production.filter((file) => !imported.has(file) && !entries.includes(file))).toEqual([]);
  });
});

describe('size', () => {
  it(`is at most ${FILE_LINES_MAX} lines a file`, () => {
    const long = [...sources].filter(([, text]) => text.split('\n').length > FILE_LINES_MAX + 1);
    expect(long.map(([file]) => file)).toEqual([]);
  });
});

interface Ban {
  readonly pattern: RegExp;
  readonly except: readonly string[];
  readonly instead: string;
}

/** The checker and what apps import have nothing of the service, so they have clocks of their own. */
const CLOCKS = ['src/kernel/clock.ts', 'src/verify/time.ts', 'src/client/time.ts', 'src/web/time.ts'];

const CODE_BANS: readonly Ban[] = [
  { pattern: /\bDate\.now\(|\bnew Date\(\)/, except: CLOCKS, instead: 'clock.now()' },
  {
    pattern: /\bset(Timeout|Interval|Immediate)\(/,
    except: CLOCKS,
    instead: 'delay or every of kernel/clock',
  },
  {
    pattern: /\bMath\.random\(/,
    except: ['src/client/time.ts'],
    instead: 'ids of kernel/clock, or a seeded generator',
  },
  {
    pattern: /\bprocess\.env\b/,
    except: ['src/config.ts', 'src/venues/paper/main.ts', 'src/verify/main.ts'],
    instead: 'config.ts',
  },
  { pattern: /\bconsole\./, except: [], instead: 'the log, or ops/banner' },
  { pattern: /\bprocess\.std(out|err)\b/, except: ['src/venues/paper/main.ts'], instead: 'ops/banner' },
  { pattern: /@ts-(ignore|expect-error|nocheck)|eslint-disable|\bas any\b|: any\b/, except: [], instead: 'a type' },
  { pattern: /\bTODO\b|\bFIXME\b/, except: [], instead: 'an issue' },
];

const TEST_BANS: readonly Ban[] = [
  { pattern: /\b(it|test|describe)\.(skip|only|todo|skipIf|runIf)\b/, except: [], instead: 'a test that runs' },
  { pattern: /\bsetTimeout\(|\bsleep\(/, except: ['test/support/until.ts'], instead: 'an event, or until()' },
];

/** Comments may name what code may not. */
const withoutComments = (text: string): string => text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '');

function breaches(of: readonly string[], { pattern, except, instead }: Ban): readonly string[] {
  return of
    .filter((file) => !except.includes(file) && pattern.test(withoutComments(sources.get(file) ?? '')))
    .map((file) => `${file}: ${String(pattern)} is banned, use ${instead}`);
}

describe('words', () => {
  it.each(CODE_BANS)('$pattern has its own file', (ban) => {
    expect(breaches(production, ban)).toEqual([]);
  });

  it.each(TEST_BANS)('$pattern stands in no test', (ban) => {
    const tests = files.filter((file) => file.startsWith('test/') && file !== 'test/tidy.test.ts');
    expect(breaches(tests, ban)).toEqual([]);
  });

  it('keep the pure files pure: no clock, no I/O, nothing asynchronous', () => {
    const pure = [
      'event',
      'order',
      'status',
      'decide',
      'request',
      'view',
      'record',
      'words',
      'venue-request',
      'reasons',
      'origin',
    ].map((name) => `src/orders/${name}.ts`);
    const rules = [
      'facts',
      'preferences',
      'local-time',
      'quiet-hours',
      'caps',
      'reach',
      'route',
      'digest',
      'next-report',
    ];
    const impure = [
      ...pure,
      ...rules.map((name) => `src/notifications/${name}.ts`),
      ...production.filter((file) => folderOf(file) === 'kernel' && file !== 'src/kernel/clock.ts'),
      ...production.filter((file) => file.startsWith('src/venues/formats/')),
      ...production.filter((file) => file.startsWith('src/notifications/templates/')),
      ...production.filter((file) => /^src\/notifications\/(report(-\w+)?|fifo)\.ts$/.test(file)),
    ];
    expect(
      impure.filter((file) =>
        /\basync\b|\bawait\b|node:(fs|net|http)|\bfetch\(/.test(withoutComments(sources.get(file) ?? '')),
      ),
    ).toEqual([]);
  });
});
