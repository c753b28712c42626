import { developmentSecrets } from '../auth/dev-secret.ts';
import { signToken } from '../auth/token.ts';
import { type Scope, SCOPES } from '../auth/viewer.ts';
import { environment, readConfig } from '../config.ts';
import { systemClock } from '../kernel/clock.ts';
import { StartupError } from '../kernel/startup-error.ts';
import { ID_CHARACTERS_MAX, idSchema } from '../kernel/text.ts';
import { PLATFORMS } from '../orders/words.ts';

const SECONDS = { s: 1, m: 60, h: 3_600, d: 86_400 } as const;

function readTtl(text: string): number {
  const match = /^(\d{1,9})([smhd])$/.exec(text);
  if (!match) throw new StartupError(`--ttl ${text} is not a number with s, m, h or d.`);
  return Number(match[1]) * SECONDS[match[2] as keyof typeof SECONDS];
}

function readScopes(text: string): readonly Scope[] {
  const names = text.split(/[\s,]+/).filter(Boolean);
  const unknown = names.filter((name) => !SCOPES.some((scope) => scope === name));
  if (unknown.length > 0)
    throw new StartupError(`Unknown scope ${unknown.join(', ')}: there are ${SCOPES.join(', ')}.`);
  return SCOPES.filter((scope) => names.includes(scope));
}

function readPlatform(text: string | undefined): string | undefined {
  if (text === undefined || PLATFORMS.some((known) => known === text.toUpperCase())) return text?.toUpperCase();
  throw new StartupError(`Unknown platform ${text}: there are ${PLATFORMS.join(', ')}.`);
}

function readClient(text: string | undefined): string | undefined {
  if (text === undefined || idSchema.safeParse(text).success) return text;
  throw new StartupError(`--client has 1 to ${ID_CHARACTERS_MAX} characters.`);
}

export interface TokenOptions {
  readonly scope: string;
  readonly ttl: string;
  readonly platform?: string;
  readonly client?: string;
}

/** A development token, signed with the secret that a service in the same folder signs with. @throws StartupError */
export async function makeToken(user: string, { scope, ttl, platform, client }: TokenOptions): Promise<string> {
  const scopes = readScopes(scope);
  const ttlSeconds = readTtl(ttl);
  const app = { platform: readPlatform(platform), client: readClient(client) };
  const { jwt } = readConfig(environment(), developmentSecrets);
  if (jwt.kind !== 'secret') {
    throw new StartupError('Tokens come from your identity provider: JWT_JWKS_URL or JWT_PUBLIC_KEY is set.');
  }
  return signToken(jwt.secret, { user, scopes, now: systemClock.now(), ttlSeconds, ...app });
}
