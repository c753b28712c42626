import { createPublicKey, type KeyObject } from 'node:crypto';
import { createRemoteJWKSet, errors, jwtVerify, type JWTVerifyGetKey, type JWTPayload, SignJWT } from 'jose';
import type { JwtConfig } from '../config.ts';
import { userId } from '../kernel/brand.ts';
import type { Clock } from '../kernel/clock.ts';
import { StartupError } from '../kernel/startup-error.ts';
import { idSchema, isStorable } from '../kernel/text.ts';
import { type Scope, SCOPES, type Viewer } from './viewer.ts';

export const TOKEN_BYTES_MAX = 8_192;
export const USER_ID_CHARACTERS_MAX = 255;
/** How far the issuer's clock may be from ours. */
export const CLOCK_SKEW_SECONDS = 5;
const SECRET_ALGORITHMS = ['HS256'];
const KEY_ALGORITHMS = ['RS256', 'PS256', 'ES256', 'EdDSA'];

/** `unavailable`: the issuer's keys can't be fetched now, so nothing can be said of the token. */
export type Refused = 'missing' | 'expired' | 'invalid' | 'unavailable';
export type Verified = { readonly viewer: Viewer } | { readonly refused: Refused };

/** Verifies the value of an Authorization header or connection parameter: `Bearer <JWT>`, or the JWT alone. */
export type VerifyToken = (authorization: string | null | undefined) => Promise<Verified>;

/** @throws StartupError when the configured key can't be read */
export function createVerifier(config: JwtConfig, clock: Clock): VerifyToken {
  const verify = signatureCheck(config, clock);
  return async (authorization) => {
    const token = authorization?.replace(/^Bearer +/i, '') ?? '';
    if (token === '') return { refused: 'missing' };
    if (token.length > TOKEN_BYTES_MAX) return { refused: 'invalid' };
    try {
      const viewer = viewerOf(await verify(token));
      return viewer ? { viewer } : { refused: 'invalid' };
    } catch (error) {
      return { refused: refusalOf(error, config) };
    }
  };
}

function signatureCheck(config: JwtConfig, clock: Clock): (token: string) => Promise<JWTPayload> {
  const options = { clockTolerance: CLOCK_SKEW_SECONDS, requiredClaims: ['sub', 'exp'] };
  const now = () => ({ ...options, currentDate: clock.now() });
  if (config.kind === 'secret') {
    const key = new TextEncoder().encode(config.secret);
    return async (token) => (await jwtVerify(token, key, { ...now(), algorithms: SECRET_ALGORITHMS })).payload;
  }
  const { issuer, audience, jwksUrl, publicKey } = config;
  const claims = { ...(issuer !== null && { issuer }), ...(audience !== null && { audience }) };
  const checks = () => ({ ...now(), ...claims, algorithms: KEY_ALGORITHMS });
  if (jwksUrl !== null) {
    const keys: JWTVerifyGetKey = createRemoteJWKSet(new URL(jwksUrl));
    return async (token) => (await jwtVerify(token, keys, checks())).payload;
  }
  const key = readPublicKey(publicKey ?? '');
  return async (token) => (await jwtVerify(token, key, checks())).payload;
}

const ISSUER_FAULTS = ['ERR_JOSE_GENERIC', 'ERR_JWKS_TIMEOUT', 'ERR_JWKS_INVALID'];

function refusalOf(error: unknown, config: JwtConfig): Refused {
  if (error instanceof errors.JWTExpired) return 'expired';
  const usesIssuer = config.kind === 'key' && config.jwksUrl !== null;
  const isIssuerAway = !(error instanceof errors.JOSEError) || ISSUER_FAULTS.includes(error.code);
  return usesIssuer && isIssuerAway ? 'unavailable' : 'invalid';
}

function readPublicKey(pem: string): KeyObject {
  try {
    return createPublicKey(pem);
  } catch {
    throw new StartupError('JWT_PUBLIC_KEY is no public key in PEM form.');
  }
}

function viewerOf({ sub, exp, scope, ...claims }: JWTPayload): Viewer | null {
  if (!sub || sub.length > USER_ID_CHARACTERS_MAX || !isStorable(sub) || !exp) return null;
  const expiresAt = new Date((exp + CLOCK_SKEW_SECONDS) * 1_000);
  // A time that no Date can hold would be neither past nor to come.
  if (Number.isNaN(expiresAt.getTime())) return null;
  const named = typeof scope === 'string' ? scope.split(' ') : [];
  return {
    id: userId(sub),
    scopes: new Set(SCOPES.filter((known) => named.includes(known))),
    expiresAt,
    ...appOf(claims),
    ...vouchedBy(claims),
  };
}

/** What the issuer says it has verified (OpenID Connect Core, 5.1). */
function vouchedBy(claims: JWTPayload): Pick<Viewer, 'vouched'> {
  const { email, email_verified: isEmail, phone_number: phone, phone_number_verified: isPhone } = claims;
  const vouched = {
    ...(isEmail === true && typeof email === 'string' && { email }),
    ...(isPhone === true && typeof phone === 'string' && { phone }),
  };
  return Object.keys(vouched).length > 0 ? { vouched } : {};
}

/**
 * The app that the token was issued to: `client_id` (RFC 9068, 2.2), else `azp` (OpenID Connect Core, 2), and the claim
 * `platform`, which is ours. What can't be recorded is as if it were not said: it is no reason to turn a user away.
 */
function appOf({ platform, client_id: clientId, azp }: JWTPayload): Pick<Viewer, 'platform' | 'client'> {
  const client = [clientId, azp].map((claim) => idSchema.safeParse(claim)).find(({ success }) => success)?.data;
  return {
    ...(typeof platform === 'string' && { platform }),
    ...(client !== undefined && { client }),
  };
}

export interface TokenFacts {
  readonly user: string;
  readonly scopes: readonly Scope[];
  readonly now: Date;
  readonly ttlSeconds: number;
  readonly platform?: string | undefined;
  readonly client?: string | undefined;
}

/** Signs a development token (HS256). */
export function signToken(secret: string, facts: TokenFacts): Promise<string> {
  const { user, scopes, now, ttlSeconds, platform, client } = facts;
  const issuedAt = Math.floor(now.getTime() / 1_000);
  return new SignJWT({ scope: scopes.join(' '), platform, client_id: client })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setSubject(user)
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + ttlSeconds)
    .sign(new TextEncoder().encode(secret));
}
