import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { StartupError } from './kernel/startup-error.ts';
import { isWeak, protocolOf, SECRET_BYTES_MIN } from './kernel/secret.ts';
import { readChannelSettings } from './notifications/channels/read-settings.ts';
import type { ChannelSettings } from './notifications/channels/settings.ts';
import type { FormatName } from './venues/formats/format.ts';
import { readVenueSettings, type VenueLink, type VenueSettings } from './venues/settings.ts';

/** The folder of the installation: it is right above this file, in src/, and above what the build puts it into, in dist/. */
export const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** All that the environment says, checked; no other file reads it. Names and meanings stand in .env.example. */
export interface Config {
  readonly production: boolean;
  readonly host: string;
  readonly port: number;
  readonly dataDir: string;
  /** Null: embedded PostgreSQL in the data folder. */
  readonly databaseUrl: string | null;
  /** Null: fan-out within this process. */
  readonly redisUrl: string | null;
  readonly redisPrefix: string;
  readonly demo: boolean;
  readonly demoSeed: number;
  readonly defaultVenue: string;
  /** Where the simulated exchange listens; null where there is none. */
  readonly paperUrl: string | null;
  readonly jwt: JwtConfig;
  readonly cursorSecret: string;
  /** By venue: every secret that its deliveries may be signed with. */
  readonly webhookSecrets: ReadonlyMap<string, readonly string[]>;
  /** By venue: the format that it writes in, where it does not follow from its name. */
  readonly venueFormats: ReadonlyMap<string, FormatName>;
  /** By venue: where its API is, for the venues that are sent to or asked. */
  readonly venueLinks: ReadonlyMap<string, VenueLink>;
  /** The providers that carry notifications. */
  readonly channels: ChannelSettings;
  readonly corsOrigins: readonly string[];
  /** The ways that updates are pushed; polling is always there. */
  readonly transports: ReadonlySet<Transport>;
  readonly logLevel: string;
  readonly graphiql: boolean;
  /** Whether the order blotter is served at `/`. */
  readonly blotter: boolean;
  /** Whether this process makes notifications of what happens, and sends them. */
  readonly notifications: boolean;
  readonly drainMs: number;
  /** Between two sweeps that compare orders with their venue; 0: none. */
  readonly reconcileMs: number;
  /** A venue with open orders of which nothing is heard for so long is stale. */
  readonly venueStaleMs: number;
  readonly retention: { readonly days: number; readonly eventsPerUser: number };
}

export type JwtConfig =
  | { readonly kind: 'secret'; readonly secret: string }
  | {
      readonly kind: 'key';
      readonly jwksUrl: string | null;
      readonly publicKey: string | null;
      /** Required in production. */
      readonly issuer: string | null;
      readonly audience: string | null;
    };

const flag = z.enum(['0', '1']).transform((text) => text === '1');
const secret = z.string().refine((text) => !isWeak(text), {
  message: `must be at least ${SECRET_BYTES_MIN} random bytes`,
});
const url = (protocols: readonly string[]) =>
  z.string().refine((text) => protocols.includes(protocolOf(text)), `must be a URL of ${protocols.join(' or ')}`);

const TRANSPORTS = ['websocket', 'sse', 'polling'] as const;
export type Transport = (typeof TRANSPORTS)[number];
const transportList = z
  .string()
  .transform((text) => text.split(/[\s,]+/).filter(Boolean))
  .pipe(z.array(z.enum(TRANSPORTS)))
  .transform((list): ReadonlySet<Transport> => new Set(list))
  .refine((list) => list.has('polling'), 'must hold polling, on which apps fall back');

const environmentSchema = z.object({
  NODE_ENV: z.string().optional(),
  PORT: z.coerce.number().int().min(0).max(65_535).default(4_000),
  HOST: z.string().min(1).optional(),
  DATA_DIR: z.string().min(1).default('data'),
  DATABASE_URL: url(['postgres:', 'postgresql:']).optional(),
  REDIS_URL: url(['redis:', 'rediss:', 'unix:']).optional(),
  REDIS_PREFIX: z.string().max(64).default('fillstream:'),
  DEMO: flag.optional(),
  DEMO_SEED: z.coerce.number().int().min(0).default(1),
  DEFAULT_VENUE: z.string().min(1).optional(),
  PAPER_URL: url(['http:', 'https:']).optional(),
  JWT_SECRET: secret.optional(),
  JWT_JWKS_URL: url(['https:', 'http:']).optional(),
  JWT_PUBLIC_KEY: z.string().includes('BEGIN PUBLIC KEY').optional(),
  JWT_ISSUER: z.string().min(1).optional(),
  JWT_AUDIENCE: z.string().min(1).optional(),
  CURSOR_SECRET: secret.optional(),
  CORS_ORIGINS: z.string().optional(),
  TRANSPORTS: transportList.default(new Set(TRANSPORTS)),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).optional(),
  GRAPHIQL: flag.optional(),
  BLOTTER: flag.optional(),
  NOTIFICATIONS: flag.default(true),
  DRAIN_SECONDS: z.coerce.number().min(0).max(600).default(10),
  RECONCILE_SECONDS: z.coerce.number().int().min(0).max(86_400).default(60),
  VENUE_STALE_SECONDS: z.coerce.number().int().min(1).max(86_400).default(120),
  RETENTION_DAYS: z.coerce.number().int().min(1).max(3_650).default(30),
  RETENTION_EVENTS_PER_USER: z.coerce.number().int().min(1_000).max(100_000_000).default(100_000),
});

type Environment = z.infer<typeof environmentSchema>;
export type RawEnvironment = Readonly<Record<string, string | undefined>>;

export const environment = (): RawEnvironment => process.env;

/**
 * @param developmentSecret makes the one secret that development needs, from which all others are derived; not called
 *   in production, nor when every secret is given
 * @throws StartupError that names every fault at once
 */
export function readConfig(raw: RawEnvironment, developmentSecret: (dataDir: string) => Secrets): Config {
  const given = Object.fromEntries(Object.entries(raw).filter(([, value]) => value !== undefined && value !== ''));
  const parsed = environmentSchema.safeParse(given);
  const venues = readVenueSettings(given);
  const secrets = parsed.success ? secretsOf(parsed.data, developmentSecret) : null;
  const { channels, faults: channelFaults } = readChannelSettings(given, secrets && (() => secrets.derive('vapid')));
  const faults = [
    ...(parsed.error?.issues ?? []).map(({ path, message }) => `${path.join('.')}: ${message}`),
    ...venues.faults,
    ...channelFaults,
    ...(parsed.success ? venueFaults(parsed.data, venues.webhookSecrets) : []),
    ...(parsed.success && parsed.data.DEMO && hasKey(parsed.data)
      ? ['DEMO=1 signs tokens itself: unset JWT_JWKS_URL and JWT_PUBLIC_KEY']
      : []),
    ...(parsed.success && parsed.data.NODE_ENV === 'production'
      ? productionFaults(parsed.data, venues.webhookSecrets)
      : []),
  ];
  if (!parsed.success || faults.length > 0)
    throw new StartupError(`The configuration is not right: ${faults.join('; ')}.`);
  return Object.freeze({ ...configOf(parsed.data, venues, secrets), channels });
}

/** Derives a secret of its own for each purpose. */
export interface Secrets {
  derive(purpose: string): string;
}

/** Those of development, made when the first of them is asked for. */
function secretsOf(env: Environment, developmentSecret: (dataDir: string) => Secrets): Secrets | null {
  if (env.NODE_ENV === 'production') return null;
  let made: Secrets | undefined;
  return { derive: (purpose) => (made ??= developmentSecret(resolve(env.DATA_DIR))).derive(purpose) };
}

function configOf(
  env: Environment,
  { webhookSecrets, venueFormats, venueLinks }: VenueSettings,
  secrets: Secrets | null,
): Omit<Config, 'channels'> {
  const production = env.NODE_ENV === 'production';
  const dataDir = resolve(env.DATA_DIR);
  const demo = !production && (env.DEMO ?? (env.DATABASE_URL === undefined && !hasKey(env)));
  return {
    ...{ production, dataDir, demo, venueFormats, venueLinks },
    host: env.HOST ?? (production ? '0.0.0.0' : '127.0.0.1'),
    port: env.PORT,
    databaseUrl: env.DATABASE_URL ?? null,
    redisUrl: env.REDIS_URL ?? null,
    redisPrefix: env.REDIS_PREFIX,
    demoSeed: env.DEMO_SEED,
    defaultVenue: env.DEFAULT_VENUE ?? (demo || env.PAPER_URL ? 'paper' : 'standard'),
    paperUrl: env.PAPER_URL ?? null,
    jwt: jwtOf(env, secrets),
    cursorSecret: env.CURSOR_SECRET ?? secrets?.derive('cursor') ?? '',
    webhookSecrets: demo && secrets ? withPaperSecret(webhookSecrets, secrets) : webhookSecrets,
    corsOrigins: env.CORS_ORIGINS?.split(/[\s,]+/).filter(Boolean) ?? [],
    transports: env.TRANSPORTS,
    logLevel: env.LOG_LEVEL ?? (production ? 'info' : 'warn'),
    graphiql: env.GRAPHIQL ?? !production,
    blotter: env.BLOTTER ?? !production,
    notifications: env.NOTIFICATIONS,
    drainMs: env.DRAIN_SECONDS * 1_000,
    reconcileMs: env.RECONCILE_SECONDS * 1_000,
    venueStaleMs: env.VENUE_STALE_SECONDS * 1_000,
    retention: { days: env.RETENTION_DAYS, eventsPerUser: env.RETENTION_EVENTS_PER_USER },
  };
}

const hasKey = (env: Environment): boolean => !!env.JWT_JWKS_URL || !!env.JWT_PUBLIC_KEY;

function jwtOf(env: Environment, secrets: Secrets | null): JwtConfig {
  if (secrets && !hasKey(env)) {
    return { kind: 'secret', secret: env.JWT_SECRET ?? secrets.derive('jwt') };
  }
  return {
    kind: 'key',
    jwksUrl: env.JWT_JWKS_URL ?? null,
    publicKey: env.JWT_PUBLIC_KEY?.replaceAll('\\n', '\n') ?? null,
    issuer: env.JWT_ISSUER ?? null,
    audience: env.JWT_AUDIENCE ?? null,
  };
}

function withPaperSecret(
  secrets: ReadonlyMap<string, readonly string[]>,
  development: Secrets,
): ReadonlyMap<string, readonly string[]> {
  if (secrets.has('paper')) return secrets;
  return new Map([...secrets, ['paper', [`whsec_${development.derive('webhook:paper')}`]]]);
}

/** A default venue that nobody knows would refuse every order that names none. */
function venueFaults({ DEFAULT_VENUE: name }: Environment, webhooks: ReadonlyMap<string, unknown>): readonly string[] {
  const isKnown = name === undefined || ['standard', 'paper', ...webhooks.keys()].includes(name);
  return isKnown ? [] : [`DEFAULT_VENUE: there is no venue called ${name}`];
}

function productionFaults(env: Environment, webhooks: ReadonlyMap<string, readonly string[]>): readonly string[] {
  const needed = ['DATABASE_URL', 'REDIS_URL', 'JWT_ISSUER', 'JWT_AUDIENCE', 'CURSOR_SECRET'] as const;
  return [
    ...needed.filter((name) => env[name] === undefined).map((name) => `${name} is missing`),
    ...(hasKey(env) ? [] : ['JWT_JWKS_URL or JWT_PUBLIC_KEY is missing']),
    ...(webhooks.size > 0 ? [] : ['WEBHOOK_SECRET_<VENUE> is missing for every venue']),
    ...(env.DEMO ? ['DEMO=1 is for development only'] : []),
  ];
}
