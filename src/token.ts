import { parseArgs } from 'node:util';
import { developmentSecrets } from './auth/dev-secret.ts';
import { signToken } from './auth/token.ts';
import { type Scope, SCOPES } from './auth/viewer.ts';
import { environment, readConfig } from './config.ts';
import { systemClock } from './kernel/clock.ts';
import { StartupError } from './kernel/startup-error.ts';
import { ID_CHARACTERS_MAX, idSchema } from './kernel/text.ts';
import { printFault, printLine } from './ops/banner.ts';
import { PLATFORMS } from './orders/words.ts';

const USAGE = `Prints a development token.

  npm run --silent token -- <user> [--scope "trade read"] [--ttl 24h] [--platform ios] [--client acme-ios]

Scopes: ${SCOPES.join(', ')}. The time to live is a number with s, m, h or d.
The platform (${PLATFORMS.join(', ')}) and the client, an app's name, are recorded on the orders placed with it.`;

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

function readArguments() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        scope: { type: 'string', default: 'trade read' },
        ttl: { type: 'string', default: '24h' },
        platform: { type: 'string' },
        client: { type: 'string' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
  } catch (error) {
    throw new StartupError(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
  }
}

async function main(): Promise<string> {
  const { values, positionals } = readArguments();
  if (values.help) return USAGE;
  const [user] = positionals;
  if (user === undefined || positionals.length > 1) throw new StartupError(`Name one user.\n\n${USAGE}`);
  const scopes = readScopes(values.scope);
  const ttlSeconds = readTtl(values.ttl);
  const app = { platform: readPlatform(values.platform), client: readClient(values.client) };
  const { jwt } = readConfig(environment(), developmentSecrets);
  if (jwt.kind !== 'secret') {
    throw new StartupError('Tokens come from your identity provider: JWT_JWKS_URL or JWT_PUBLIC_KEY is set.');
  }
  return signToken(jwt.secret, { user, scopes, now: systemClock.now(), ttlSeconds, ...app });
}

try {
  printLine(await main());
} catch (error) {
  if (!(error instanceof StartupError)) throw error;
  printFault(error.message);
  process.exit(1);
}
