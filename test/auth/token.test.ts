import { createHmac, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { SignJWT } from 'jose';
import { createVerifier, signToken, type Verified } from '../../src/auth/token.ts';
import type { JwtConfig } from '../../src/config.ts';
import { StartupError } from '../../src/kernel/startup-error.ts';

const NOW = new Date('2026-01-31T15:04:05Z');
const SECONDS = NOW.getTime() / 1_000;
const clock = { now: () => NOW };
const SECRET = 'a secret of the tests of 32 bytes';

const keys = (type: 'rsa' | 'ec' | 'ed25519') => {
  if (type === 'rsa') return generateKeyPairSync('rsa', { modulusLength: 2_048 });
  return type === 'ec' ? generateKeyPairSync('ec', { namedCurve: 'P-256' }) : generateKeyPairSync('ed25519');
};
const pem = (key: KeyObject): string => key.export({ type: 'spki', format: 'pem' }) as string;
const rsa = keys('rsa');
const PUBLIC_PEM = pem(rsa.publicKey);

const verifyWith = (config: JwtConfig) => createVerifier(config, clock);
const bySecret = verifyWith({ kind: 'secret', secret: SECRET });
const ISSUED = { issuer: 'https://issuer.test', audience: 'fillstream' };
const byKey = verifyWith({ kind: 'key', jwksUrl: null, publicKey: PUBLIC_PEM, ...ISSUED });

const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const CLAIMS = { sub: 'ann', exp: SECONDS + 60, scope: 'trade read' };

/** A token by hand, signed with HMAC, so that nothing keeps its header or claims from being wrong. */
function token(claims: object = CLAIMS, { header = {}, secret = SECRET, hash = 'sha256' } = {}): string {
  const signed = `${part({ alg: 'HS256', typ: 'JWT', ...header })}.${part(claims)}`;
  return `${signed}.${createHmac(hash, secret).update(signed).digest('base64url')}`;
}
const without = (name: keyof typeof CLAIMS): object =>
  Object.fromEntries(Object.entries(CLAIMS).filter(([key]) => key !== name));

async function viewerOf(verified: Promise<Verified>) {
  const answer = await verified;
  if (!('viewer' in answer)) throw new Error(`refused: ${answer.refused}`);
  return answer.viewer;
}
const INVALID = { refused: 'invalid' };

describe('a token', () => {
  it('says who asks, with which scopes and until when', async () => {
    expect(await viewerOf(bySecret(`Bearer ${token()}`))).toEqual({
      id: 'ann',
      scopes: new Set(['read', 'trade']),
      expiresAt: new Date((SECONDS + 65) * 1_000),
    });
  });

  it.each([
    ['client_id, before azp', { client_id: 'acme-ios', azp: 'other' }, { client: 'acme-ios' }],
    ['azp', { azp: 'acme-web' }, { client: 'acme-web' }],
    ['azp, where client_id can’t be recorded', { client_id: 7, azp: 'acme-web' }, { client: 'acme-web' }],
    ['platform', { platform: 'ios' }, { platform: 'ios' }],
    ['nothing that can’t be recorded', { client_id: 'x'.repeat(129), azp: 'a\0b', platform: 5 }, {}],
  ])('says which app it was issued to: %s', async (_what, claims, app) => {
    const { platform, client } = await viewerOf(bySecret(token({ ...CLAIMS, ...claims })));
    expect({ ...(platform !== undefined && { platform }), ...(client !== undefined && { client }) }).toEqual(app);
  });

  it.each([
    [
      'both',
      { email: 'a@b.c', email_verified: true, phone_number: '+1', phone_number_verified: true },
      { email: 'a@b.c', phone: '+1' },
    ],
    [
      'one',
      { email: 'a@b.c', email_verified: false, phone_number: '+1', phone_number_verified: true },
      { phone: '+1' },
    ],
    ['none that is not said to be verified', { email: 'a@b.c', phone_number: '+1' }, undefined],
    ['none by a word that only looks like yes', { email: 'a@b.c', email_verified: 'true' }, undefined],
    ['none that is no text', { email: ['a@b.c'], email_verified: true }, undefined],
  ])('vouches for the addresses that its issuer has verified: %s', async (_what, claims, vouched) => {
    expect((await viewerOf(bySecret(token({ ...CLAIMS, ...claims })))).vouched).toEqual(vouched);
  });

  it('of the command names the app', async () => {
    const facts = { user: 'ann', scopes: ['read'], now: NOW, ttlSeconds: 60, platform: 'IOS', client: 'acme' } as const;
    expect(await viewerOf(bySecret(await signToken(SECRET, facts)))).toMatchObject({ platform: 'IOS', client: 'acme' });
  });

  it('may come without the word Bearer, or with it in any case', async () => {
    for (const text of [token(), `bearer ${token()}`, `BEARER   ${token()}`])
      expect((await viewerOf(bySecret(text))).id).toBe('ann');
  });

  it('signed by the command is verified by the service', async () => {
    const signed = await signToken(SECRET, { user: 'böb', scopes: ['admin'], now: NOW, ttlSeconds: 60 });
    expect(await viewerOf(bySecret(signed))).toMatchObject({ id: 'böb', scopes: new Set(['admin']) });
  });

  it.each([undefined, null, '', 'Bearer ', 'bearer    '])('that is not there is missing: %j', async (text) => {
    expect(await bySecret(text)).toEqual({ refused: 'missing' });
  });

  it.each([
    ['another secret', token(CLAIMS, { secret: 'another secret of more than 32 bytes' })],
    ['no signature', token().replace(/[^.]+$/, '')],
    ['a signature cut short', token().slice(0, -3)],
    ['claims of somebody else', token().replace(/\.[^.]+\./, `.${part({ ...CLAIMS, sub: 'bob' })}.`)],
    ['alg none', `${part({ alg: 'none' })}.${part(CLAIMS)}.`],
    ['alg None', `${part({ alg: 'None' })}.${part(CLAIMS)}.`],
    ['alg none and a signature', token(CLAIMS, { header: { alg: 'none' } })],
    ['alg HS512 over the same secret', token(CLAIMS, { header: { alg: 'HS512' }, hash: 'sha512' })],
    ['no alg', token(CLAIMS, { header: { alg: undefined } })],
    ['a critical header that nobody knows', token(CLAIMS, { header: { crit: ['x'], x: 1 } })],
    ['two parts', token().split('.').slice(0, 2).join('.')],
    ['four parts', `${token()}.x`],
    ['no JSON', 'a.b.c'],
    ['no subject', token(without('sub'))],
    ['an empty subject', token({ ...CLAIMS, sub: '' })],
    ['a subject that is a number', token({ ...CLAIMS, sub: 7 })],
    ['a subject of 256 characters', token({ ...CLAIMS, sub: 'a'.repeat(256) })],
    ['a subject that PostgreSQL can’t hold', token({ ...CLAIMS, sub: 'a\0b' })],
    ['a subject with a lone surrogate', token({ ...CLAIMS, sub: '\ud800' })],
    ['no expiry', token(without('exp'))],
    ['an expiry that is text', token({ ...CLAIMS, exp: String(SECONDS + 60) })],
    ['an expiry of null', token({ ...CLAIMS, exp: null })],
    ['an expiry that no clock shows', token({ ...CLAIMS, exp: 1e20 })],
    ['a beginning in the future', token({ ...CLAIMS, nbf: SECONDS + 60 })],
    ['16 KB', token({ ...CLAIMS, padding: 'x'.repeat(16_384) })],
    ['words around it', `please ${token()}`],
    ['another scheme', `Basic ${token()}`],
  ])('with %s is invalid', async (_name, text) => {
    expect(await bySecret(text)).toEqual(INVALID);
  });

  it('that has run out is expired, with five seconds for clocks that differ', async () => {
    expect(await bySecret(token({ ...CLAIMS, exp: SECONDS - 60 }))).toEqual({ refused: 'expired' });
    expect(await bySecret(token({ ...CLAIMS, exp: SECONDS - 5 }))).toEqual({ refused: 'expired' });
    expect((await viewerOf(bySecret(token({ ...CLAIMS, exp: SECONDS - 4 })))).id).toBe('ann');
    expect((await viewerOf(bySecret(token({ ...CLAIMS, nbf: SECONDS + 4 })))).id).toBe('ann');
  });

  it.each([
    ['no scope', without('scope'), []],
    ['an empty scope', { ...CLAIMS, scope: '' }, []],
    ['unknown scopes', { ...CLAIMS, scope: 'root ADMIN admin2 x-admin' }, []],
    ['some that are known', { ...CLAIMS, scope: 'openid  ingest profile' }, ['ingest']],
    ['the same twice', { ...CLAIMS, scope: 'read read' }, ['read']],
    ['a list, which is not how OAuth writes it', { ...CLAIMS, scope: ['admin'] }, []],
    ['other white space', { ...CLAIMS, scope: 'read\tadmin' }, []],
  ])('with %s has just those that this service knows', async (_name, claims, scopes) => {
    expect([...(await viewerOf(bySecret(token(claims)))).scopes]).toEqual(scopes);
  });
});

describe('a token of an issuer', () => {
  const claims = { ...CLAIMS, iss: ISSUED.issuer, aud: ISSUED.audience };
  const sign = (own: object, { alg = 'RS256', key = rsa.privateKey } = {}): Promise<string> =>
    new SignJWT({ ...own }).setProtectedHeader({ alg, typ: 'JWT' }).sign(key);

  it('is taken under its key', async () => {
    expect((await viewerOf(byKey(await sign(claims)))).id).toBe('ann');
    expect((await viewerOf(byKey(await sign({ ...claims, aud: ['other', 'fillstream'] })))).id).toBe('ann');
    expect((await viewerOf(byKey(await sign(claims, { alg: 'PS256' })))).id).toBe('ann');
  });

  it.each(['ec', 'ed25519'] as const)('is taken under a key of type %s', async (type) => {
    const { publicKey, privateKey } = keys(type);
    const verify = verifyWith({ kind: 'key', jwksUrl: null, publicKey: pem(publicKey), ...ISSUED });
    const signed = await sign(claims, { alg: type === 'ec' ? 'ES256' : 'EdDSA', key: privateKey });
    expect((await viewerOf(verify(signed))).id).toBe('ann');
    expect(await verify(await sign(claims))).toEqual(INVALID);
  });

  it.each([
    ['the wrong issuer', { ...claims, iss: 'https://evil.test' }],
    ['no issuer', { ...claims, iss: undefined }],
    ['the wrong audience', { ...claims, aud: 'other' }],
    ['no audience', { ...claims, aud: undefined }],
  ])('with %s is invalid', async (_name, own) => {
    expect(await byKey(await sign(own))).toEqual(INVALID);
  });

  it('signed with the public key as if it were a secret is invalid', async () => {
    const secrets = [PUBLIC_PEM, PUBLIC_PEM.trim(), PUBLIC_PEM.replace(/-----[^-]+-----|\n/g, '')];
    for (const secret of secrets) expect(await byKey(token(claims, { secret }))).toEqual(INVALID);
  });

  it('of another key is invalid, whatever key it brings along', async () => {
    const own = keys('rsa');
    expect(await byKey(await sign(claims, { key: own.privateKey }))).toEqual(INVALID);
    const header = { alg: 'RS256', jwk: own.publicKey.export({ format: 'jwk' }), kid: '../../etc/passwd' } as const;
    const bringing = await new SignJWT(claims).setProtectedHeader(header).sign(own.privateKey);
    expect(await byKey(bringing)).toEqual(INVALID);
    const pointing = { alg: 'RS256', jku: 'http://127.0.0.1:9/jwks', x5u: 'http://127.0.0.1:9/x5u' } as const;
    expect(await byKey(await new SignJWT(claims).setProtectedHeader(pointing).sign(own.privateKey))).toEqual(INVALID);
  });

  it('made by the development secret is invalid', async () => {
    expect(await byKey(token(claims))).toEqual(INVALID);
    expect(await bySecret(await sign(claims))).toEqual(INVALID);
  });

  it('can’t be verified while the issuer’s keys can’t be fetched, which is not the token’s fault', async () => {
    const verify = verifyWith({ kind: 'key', jwksUrl: 'http://127.0.0.1:1/jwks', publicKey: null, ...ISSUED });
    expect(await verify(await sign(claims))).toEqual({ refused: 'unavailable' });
    expect(await verify('a.b.c')).toEqual(INVALID);
  });

  it('needs a key that can be read, or the service does not start', () => {
    const garbled = {
      kind: 'key',
      jwksUrl: null,
      publicKey: `-----BEGIN PUBLIC KEY-----\n${randomBytes(9).toString('hex')}`,
    } as const;
    expect(() => verifyWith({ ...garbled, ...ISSUED })).toThrow(StartupError);
  });
});
