import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import path from 'node:path';
import { offsetOf } from '../../src/verify/cursor.ts';
import type { Options } from '../../src/verify/options.ts';
import { isPass, reportOf } from '../../src/verify/report.ts';
import { verify } from '../../src/verify/verify.ts';
import { positionOf } from '../support/client.ts';
import { tokenOf } from '../support/env.ts';
import { build, freePort, type Run, runProcess } from '../support/processes.ts';
import { startService, type TestService } from '../support/service.ts';
import { until } from '../support/until.ts';
import { type Lie, openLyingProxy } from './lying-proxy.ts';

const MAIN = path.resolve(import.meta.dirname, '../../dist/verify/main.js');
const LONG_MS = 60_000;

let service: TestService;
let token: string;

beforeAll(async () => {
  [service] = await Promise.all([startService({ env: { DEMO: '1' } }), build()]);
  token = await tokenOf('alice');
  // The demo trades from when its exchange is there.
  await until(async () => offsetOf(await positionOf({ url: service.url, token })) > 0, { withinMs: 30_000 });
}, LONG_MS);
afterAll(() => service.stop());

const run = (args: readonly string[], env: Record<string, string> = {}): Promise<Run> =>
  runProcess(env, [MAIN, ...args]);
const runHere = (url: string, overrides: Partial<Options> = {}) =>
  verify(
    {
      ...{ url, token, seconds: 4, rate: 4, seed: 7, venue: 'paper', account: null, catchUpMs: 5_000, verbose: false },
      ...overrides,
    },
    () => undefined,
  );

describe('npm run verify', () => {
  it(
    'says PASS of a service that loses nothing, and never the token',
    async () => {
      const { code, stdout, stderr } = await run([
        '--url',
        service.url,
        '--token',
        token,
        '--seconds',
        '4',
        '--verbose',
      ]);
      expect(stdout.trimEnd().split('\n').at(-1)).toMatch(
        /^PASS: 8 clients, [\d,]+ deliveries, [1-9]\d* cuts: 0 lost, 0 repeated, 0 reordered$/,
      );
      expect(code).toBe(0);
      expect(stdout).toMatch(/seed \d+/);
      expect(`${stdout}${stderr}`).not.toContain(token);
    },
    LONG_MS,
  );

  it.each<[string, readonly string[], RegExp]>([
    ['no address', ['--token', 'T'], /--url is needed/],
    ['an address that is none', ['--url', 'here', '--token', 'T'], /--url must be an http or https address/],
    ['no token', ['--url', 'http://127.0.0.1'], /--token or FILLSTREAM_TOKEN is needed/],
    ['an unknown flag', ['--sedd', '1'], /--sedd/],
    ['a token in the wrong place', ['secret-token'], /an argument that belongs to no flag/],
    ['a rate that is no number', ['--url', 'http://127.0.0.1', '--token', 'T', '--rate', 'fast'], /--rate must be/],
  ])('refuses %s with one sentence', async (_, args, says) => {
    const { code, stdout, stderr } = await run(args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(says);
    expect(stderr).not.toContain('secret-token');
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  });

  it('says in one sentence that the service can’t be reached', async () => {
    const { code, stderr } = await run(['--url', `http://127.0.0.1:${await freePort()}`], { FILLSTREAM_TOKEN: token });
    expect(code).toBe(2);
    expect(stderr).toMatch(/^No Fillstream answers at http:\S+: ECONNREFUSED\.\n$/);
  });

  it.each([
    {
      why: 'a token that is not taken',
      newToken: () => Promise.resolve('not-a-token-of-anybody'),
      args: [],
      says: /^The service does not take the token: .*\.\n$/,
    },
    {
      why: 'a token that may not trade',
      newToken: () => tokenOf('alice', { scopes: ['read'] }),
      args: [],
      says: /^The token lacks the scope trade\.\n$/,
    },
    {
      why: 'a venue that is not there',
      newToken: () => tokenOf('alice'),
      args: ['--venue', 'none'],
      says: /^The first order was not taken: .*none.*\n$/,
    },
  ])('refuses $why with one sentence', async ({ newToken, args, says }) => {
    const { code, stderr } = await run(['--url', service.url, '--token', await newToken(), ...args]);
    expect(code).toBe(2);
    expect(stderr).toMatch(says);
  });
});

describe.concurrent('a proxy that lies', () => {
  it.each<{ lie: Lie; property: string; word: RegExp }>([
    { lie: { about: 'ws', how: 'drop' }, property: 'C1', word: /[1-9]\d* lost, 0 repeated, 0 reordered$/ },
    { lie: { about: '/v1/stream', how: 'drop' }, property: 'C1', word: /[1-9]\d* lost, 0 repeated, 0 reordered$/ },
    { lie: { about: '/graphql', how: 'repeat' }, property: 'C2', word: /0 lost, [1-9]\d* repeated, 0 reordered$/ },
    { lie: { about: 'ws', how: 'alter' }, property: 'C4', word: /0 lost, 0 repeated, 0 reordered, [1-9]\d* invented$/ },
  ])(
    'is found: $lie',
    async ({ lie, property, word }) => {
      const proxy = await openLyingProxy(service.url, lie);
      try {
        const outcome = await runHere(proxy.url);
        expect(proxy.lies()).toBeGreaterThan(0);
        expect(new Set(outcome.verdict.findings.map((finding) => finding.property))).toEqual(new Set([property]));
        expect(isPass(outcome)).toBe(false);
        expect(reportOf(outcome).at(-1)).toMatch(/^FAIL: 8 clients, /);
        expect(reportOf(outcome).at(-1)).toMatch(word);
      } finally {
        await proxy.close();
      }
    },
    LONG_MS,
  );
});
