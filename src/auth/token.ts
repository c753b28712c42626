import {
  createRemoteJWKSet,
  errors,
  importSPKI,
  jwtVerify,
  type JWTVerifyGetKey,
  type JWTPayload,
  SignJWT,
} from 'jose';
import type { JwtConfig } from '../config.ts';
import { userId } from '../kernel/brand.ts';
import type { Clock } from '../kernel/clock.ts';
import { type Scope, SCOPES, type Viewer } from './viewer.ts';

export const TOKEN_BYTES_MAX = 8_192;
export const USER_ID_CHARACTERS_MAX = 255;
/** How far the issuer's clock may be from ours. */
export const CLOCK_SKEW_SECONDS = 5;
const SECRET_ALGORITHMS = ['HS256'];
const KEY_ALGORITHMS = ['RS256', 'PS256', 'ES256', 'EdDSA'];
const KEY_ALGORITHM_OF = { rsa: 'RS256', ec: 'ES256', ed25519: 'EdDSA' } as const;

export type Verified = { readonly viewer: Viewer } | { readonly refused: 'missing' | 'expired' | 'invalid' };

/** Verifies the value of an Authorization header or connection parameter: `Bearer <JWT>`, or the JWT alone. */
export type VerifyToken = (authorization: string | null | undefined) => Promise<Verified>;

export async function createVerifier(config: JwtConfig, clock: Clock): Promise<VerifyToken> {
  const verify = await signatureCheck(config, clock);
  return async (authorization) => {
    const token = authorization?.replace(/^Bearer +/i, '') ?? '';
    if (token === '') return { refused: 'missing' };
    if (token.length > TOKEN_BYTES_MAX) return { refused: 'invalid' };
    try {
      const viewer = viewerOf(await verify(token));
      return viewer ? { viewer } : { refused: 'invalid' };
    } catch (error) {
      return { refused: error instanceof errors.JWTExpired ? 'expired' : 'invalid' };
    }
  };
}

async function signatureCheck(config: JwtConfig, clock: Clock): Promise<(token: string) => Promise<JWTPayload>> {
  const options = { clockTolerance: CLOCK_SKEW_SECONDS, requiredClaims: ['sub', 'exp'] };
  const now = () => ({ ...options, currentDate: clock.now() });
  if (config.kind === 'secret') {
    const key = new TextEncoder().encode(config.secret);
    return async (token) => (await jwtVerify(token, key, { ...now(), algorithms: SECRET_ALGORITHMS })).payload;
  }
  const { issuer, audience, jwksUrl, publicKey } = config;
  const claims = { issuer, audience, algorithms: KEY_ALGORITHMS };
  if (jwksUrl !== null) {
    const keys: JWTVerifyGetKey = createRemoteJWKSet(new URL(jwksUrl));
    return async (token) => (await jwtVerify(token, keys, { ...now(), ...claims })).payload;
  }
  const { createPublicKey } = await import('node:crypto');
  const pem = publicKey ?? '';
  const type = createPublicKey(pem).asymmetricKeyType as keyof typeof KEY_ALGORITHM_OF;
  const key = await importSPKI(pem, KEY_ALGORITHM_OF[type]);
  return async (token) => (await jwtVerify(token, key, { ...now(), ...claims })).payload;
}

function viewerOf({ sub, exp, scope }: JWTPayload): Viewer | null {
  if (!sub || sub.length > USER_ID_CHARACTERS_MAX || sub.includes('\0') || !sub.isWellFormed() || !exp) return null;
  const named = typeof scope === 'string' ? scope.split(' ') : [];
  return {
    id: userId(sub),
    scopes: new Set(SCOPES.filter((known) => named.includes(known))),
    expiresAt: new Date((exp + CLOCK_SKEW_SECONDS) * 1_000),
  };
}

/** Signs a development token (HS256). */
export function signToken(
  secret: string,
  { user, scopes, now, ttlSeconds }: { user: string; scopes: readonly Scope[]; now: Date; ttlSeconds: number },
): Promise<string> {
  const issuedAt = Math.floor(now.getTime() / 1_000);
  return new SignJWT({ scope: scopes.join(' ') })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setSubject(user)
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + ttlSeconds)
    .sign(new TextEncoder().encode(secret));
}
