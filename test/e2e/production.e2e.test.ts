import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { ask, wsClient } from '../support/client.ts';
import { cloneDatabase, type TestDatabase } from '../support/database.ts';
import { build, runProcess } from '../support/processes.ts';
import { type ServiceProcess, startProcess } from '../support/service.ts';
import { watchSocket } from '../support/watch.ts';

const ISSUER = 'https://id.example';
const AUDIENCE = 'fillstream';
const KEYS = generateKeyPairSync('ed25519');
const PUBLIC_KEY = KEYS.publicKey.export({ type: 'spki', format: 'pem' }).toString();

let database: TestDatabase;
let dataDir: string;
let complete: Record<string, string>;

beforeAll(async () => {
  await build();
  database = await cloneDatabase();
  dataDir = await mkdtemp(path.join(tmpdir(), 'fillstream-production-'));
  complete = {
    NODE_ENV: 'production',
    PORT: '0',
    HOST: '127.0.0.1',
    DATA_DIR: dataDir,
    DATABASE_URL: database.url,
    REDIS_URL: inject('redisUrl'),
    JWT_PUBLIC_KEY: PUBLIC_KEY,
    JWT_ISSUER: ISSUER,
    JWT_AUDIENCE: AUDIENCE,
    CURSOR_SECRET: randomBytes(32).toString('base64'),
    WEBHOOK_SECRET_STANDARD: `whsec_${randomBytes(32).toString('base64')}`,
  };
});
afterAll(async () => {
  await database.drop();
  await rm(dataDir, { recursive: true, force: true });
});

const without = (name: string): Record<string, string> =>
  Object.fromEntries(Object.entries(complete).filter(([each]) => each !== name));

/** One sentence for the operator on standard error, and nothing else anywhere. */
async function expectRefusal(env: Record<string, string>, said: RegExp): Promise<void> {
  const { code, stdout, stderr } = await runProcess(env);
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toMatch(said);
  expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  expect(stderr).not.toMatch(/\n\s+at /);
}

describe('production refuses to start', () => {
  it.each(
    [
      'DATABASE_URL',
      'REDIS_URL',
      'JWT_PUBLIC_KEY',
      'JWT_ISSUER',
      'JWT_AUDIENCE',
      'CURSOR_SECRET',
      ['WEBHOOK_SECRET_STANDARD', 'WEBHOOK_SECRET_<VENUE>'],
    ].map((each) => (typeof each === 'string' ? [each, each] : each) as [string, string]),
  )('without %s', (name, named) => expectRefusal(without(name), new RegExp(`${named}[^;]* is missing`)));

  it('on all faults at once, in one sentence', () =>
    expectRefusal({ NODE_ENV: 'production' }, /DATABASE_URL.*REDIS_URL.*JWT_ISSUER.*CURSOR_SECRET.*WEBHOOK_SECRET/));

  it.each([
    ['CURSOR_SECRET', 'short'],
    ['CURSOR_SECRET', 'change-me'.repeat(4)],
    ['WEBHOOK_SECRET_STANDARD', 'whsec_change-me'],
    ['WEBHOOK_SECRET_STANDARD', `whsec_${'A'.repeat(44)}`],
    ['JWT_PUBLIC_KEY', 'not a key'],
    ['DEMO', '1'],
  ])('on %s=%s', (name, value) => expectRefusal({ ...complete, [name]: value }, new RegExp(name)));
});

describe('production with every variable', () => {
  let service: ServiceProcess;
  beforeAll(async () => {
    service = await startProcess(complete);
  });
  afterAll(() => service.end('SIGKILL'));

  const claims = (alg: string): SignJWT =>
    new SignJWT({ scope: 'read trade' })
      .setProtectedHeader({ alg })
      .setSubject('ann')
      .setIssuedAt()
      .setExpirationTime('5m')
      .setIssuer(ISSUER)
      .setAudience(AUDIENCE);
  const viewerOf = (token: string) => ask({ url: service.url, token }, '{ viewer { id scopes } }');
  const refused = { errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] };

  it('takes a token of the issuer', async () => {
    const token = await claims('EdDSA').sign(KEYS.privateKey);
    expect(await viewerOf(token)).toEqual({ data: { viewer: { id: 'ann', scopes: ['read', 'trade'] } } });
    const client = wsClient({ url: service.url, token });
    const result: IteratorResult<unknown, unknown> = await client.iterate({ query: '{ viewer { id } }' }).next();
    expect(result.value).toEqual({ data: { viewer: { id: 'ann' } } });
    await client.dispose();
  });

  it.each([
    ['signed with the public key as a secret', () => claims('HS256').sign(new TextEncoder().encode(PUBLIC_KEY))],
    [
      'signed with the trimmed public key as a secret',
      () => claims('HS256').sign(new TextEncoder().encode(PUBLIC_KEY.trim())),
    ],
    ['of another key', () => claims('EdDSA').sign(generateKeyPairSync('ed25519').privateKey)],
    ['of another issuer', () => claims('EdDSA').setIssuer('https://evil.example').sign(KEYS.privateKey)],
    ['for another audience', () => claims('EdDSA').setAudience('other').sign(KEYS.privateKey)],
    ['without an end', () => withoutEnd().sign(KEYS.privateKey)],
    ['without a signature', () => Promise.resolve(unsigned())],
  ])('refuses a token %s', async (_what, sign) => {
    const token = await sign();
    expect(await viewerOf(token)).toMatchObject(refused);
    expect(await watchSocket({ url: service.url, token }).ended).toEqual({ by: 'close', code: 4401 });
  });

  const withoutEnd = (): SignJWT =>
    new SignJWT({ scope: 'read' })
      .setProtectedHeader({ alg: 'EdDSA' })
      .setSubject('ann')
      .setIssuer(ISSUER)
      .setAudience(AUDIENCE);

  function unsigned(): string {
    const encode = (part: object): string => Buffer.from(JSON.stringify(part)).toString('base64url');
    const body = { sub: 'ann', scope: 'read trade', iss: ISSUER, aud: AUDIENCE, exp: 4_102_444_800 };
    return `${encode({ alg: 'none' })}.${encode(body)}.`;
  }

  it('serves no GraphiQL and no introspection', async () => {
    const page = await fetch(`${service.url}/graphql`, { headers: { accept: 'text/html' } });
    expect(await page.text()).not.toContain('GraphiQL');
    const token = await claims('EdDSA').sign(KEYS.privateKey);
    const { data, errors } = await ask({ url: service.url, token }, '{ __schema { types { name } } }');
    expect(data).toBeUndefined();
    expect(new Set(errors?.map(({ extensions }) => extensions.code))).toEqual(new Set(['GRAPHQL_VALIDATION_FAILED']));
  });

  it('says nothing of its secrets and ends with 0', async () => {
    expect(await service.end('SIGTERM')).toBe(0);
    for (const name of ['CURSOR_SECRET', 'WEBHOOK_SECRET_STANDARD', 'DATABASE_URL']) {
      expect(service.output()).not.toContain(complete[name]!);
    }
  });
});
