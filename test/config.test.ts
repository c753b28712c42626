import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Config, type RawEnvironment, readConfig } from '../src/config.ts';
import { StartupError } from '../src/kernel/startup-error.ts';

const random = (): string => randomBytes(32).toString('base64');
const WEBHOOK = `whsec_${random()}`;
const derived = { derive: (purpose: string) => `derived for ${purpose}` };
const never = (): never => {
  throw new Error('no development secret is needed here');
};
const read = (raw: RawEnvironment = {}): Config => readConfig(raw, () => derived);

/** The sentence of the StartupError. */
function faultOf(raw: RawEnvironment): string {
  try {
    readConfig(raw, never);
  } catch (error) {
    if (error instanceof StartupError) return error.message;
    throw error;
  }
  throw new Error('it was taken');
}

const PRODUCTION: RawEnvironment = {
  NODE_ENV: 'production',
  DATABASE_URL: 'postgres://db/fillstream',
  REDIS_URL: 'rediss://redis',
  JWT_JWKS_URL: 'https://issuer.test/jwks',
  JWT_ISSUER: 'https://issuer.test',
  JWT_AUDIENCE: 'fillstream',
  CURSOR_SECRET: random(),
  WEBHOOK_SECRET_STANDARD: WEBHOOK,
};

describe('without any variable', () => {
  it('everything is embedded, local, and the demo runs', () => {
    expect(read()).toMatchObject({
      ...{ production: false, host: '127.0.0.1', port: 4_000, dataDir: path.resolve('data') },
      retention: { days: 30, eventsPerUser: 100_000 },
      ...{ databaseUrl: null, redisUrl: null, demo: true, defaultVenue: 'paper', graphiql: true, logLevel: 'warn' },
    });
  });

  it('each secret is derived for its own purpose', () => {
    const { jwt, cursorSecret, webhookSecrets } = read();
    expect(jwt).toEqual({ kind: 'secret', secret: 'derived for jwt' });
    expect(cursorSecret).toBe('derived for cursor');
    expect([...webhookSecrets]).toEqual([['paper', ['whsec_derived for webhook:paper']]]);
  });

  it('the secret is of the data folder that is given', () => {
    const folders: string[] = [];
    readConfig({ DATA_DIR: 'elsewhere' }, (folder) => {
      folders.push(folder);
      return derived;
    });
    expect(folders).toEqual([path.resolve('elsewhere')]);
  });

  it('an empty variable is none', () => {
    expect(read({ PORT: '', DATABASE_URL: '', NODE_ENV: '' })).toEqual(read());
  });
});

describe('with a variable', () => {
  it('the configuration can’t be changed any more', () => {
    expect(Object.isFrozen(read())).toBe(true);
  });

  it('of every secret, none is made', () => {
    const raw = { DATABASE_URL: 'postgres://db/x', JWT_SECRET: random(), CURSOR_SECRET: random() };
    expect(readConfig(raw, never)).toMatchObject({
      demo: false,
      defaultVenue: 'standard',
      cursorSecret: raw.CURSOR_SECRET,
    });
  });

  it('for a venue, its secrets are in use, several while they rotate', () => {
    const [old, fresh] = [WEBHOOK, `whsec_${random()}`];
    const { webhookSecrets } = read({ WEBHOOK_SECRET_STANDARD: ` ${old}  ${fresh} `, WEBHOOK_SECRET_PAPER: old });
    expect(webhookSecrets.get('standard')).toEqual([old, fresh]);
    expect(webhookSecrets.get('paper')).toEqual([old]);
  });

  it('for a venue, its format follows from its name unless one is configured', () => {
    expect([...read({ VENUE_FORMAT_DESK: 'kraken', VENUE_FORMAT_ALPACA: 'standard' }).venueFormats]).toEqual([
      ['desk', 'kraken'],
      ['alpaca', 'standard'],
    ]);
    expect([...read().venueFormats]).toEqual([]);
  });

  it('for a venue that has a checksum, its secret is the one that the venue gave', () => {
    const secrets = { WEBHOOK_SECRET_ZERODHA: 'abcdefgh12345678', WEBHOOK_SECRET_KITE: 'hgfedcba87654321' };
    const { webhookSecrets } = read({ ...secrets, VENUE_FORMAT_KITE: 'zerodha' });
    expect(webhookSecrets.get('zerodha')).toEqual(['abcdefgh12345678']);
    expect(webhookSecrets.get('kite')).toEqual(['hgfedcba87654321']);
  });

  it('for a venue that is called, its link is its address and our key there', () => {
    const link = { VENUE_URL_ALPACA: 'https://broker.test', VENUE_CREDENTIALS_ALPACA: 'key-1:secret:with:colons' };
    expect([...read(link).venueLinks]).toEqual([
      ['alpaca', { url: 'https://broker.test', keyId: 'key-1', secret: 'secret:with:colons' }],
    ]);
    expect(faultOf({ ...link, VENUE_CREDENTIALS_ALPACA: undefined })).toContain('VENUE_CREDENTIALS_ALPACA');
    expect(faultOf({ ...link, VENUE_URL_ALPACA: undefined })).toContain('VENUE_URL_ALPACA');
    expect(faultOf({ ...link, VENUE_URL_ALPACA: 'broker.test' })).toContain('VENUE_URL_ALPACA');
    expect(faultOf({ ...link, VENUE_FORMAT_ALPACA: 'kraken' })).toContain('VENUE_URL_ALPACA');
  });

  it('of origins, both spaces and commas part them', () => {
    expect(read({ CORS_ORIGINS: 'https://a.test, https://b.test' }).corsOrigins).toEqual([
      'https://a.test',
      'https://b.test',
    ]);
  });

  it('of transports, any may be left out but polling', () => {
    expect([...read({}).transports]).toEqual(['websocket', 'sse', 'polling']);
    expect([...read({ TRANSPORTS: 'sse, polling' }).transports]).toEqual(['sse', 'polling']);
    expect(faultOf({ TRANSPORTS: 'websocket' })).toContain('TRANSPORTS');
    expect(faultOf({ TRANSPORTS: 'telepathy polling' })).toContain('TRANSPORTS');
  });

  it('of a public key, it may be written in one line', () => {
    const key = { JWT_PUBLIC_KEY: '-----BEGIN PUBLIC KEY-----\\nabc\\n-----END PUBLIC KEY-----' };
    const { jwt, demo } = read(key);
    expect(jwt).toMatchObject({ kind: 'key', publicKey: '-----BEGIN PUBLIC KEY-----\nabc\n-----END PUBLIC KEY-----' });
    expect(demo).toBe(false);
  });

  it.each([
    ['PORT', 'http'],
    ['PORT', '65536'],
    ['PORT', '-1'],
    ['PORT', '1.5'],
    ['DEMO', 'yes'],
    ['DATABASE_URL', 'mysql://db/x'],
    ['DATABASE_URL', 'db'],
    ['REDIS_URL', 'http://redis'],
    ['PAPER_URL', 'localhost'],
    ['JWT_SECRET', 'short'],
    ['JWT_SECRET', 'change-me'.repeat(8)],
    ['JWT_JWKS_URL', 'file:///keys'],
    ['JWT_PUBLIC_KEY', 'ssh-ed25519 AAAA'],
    ['CURSOR_SECRET', 'x'.repeat(31)],
    ['LOG_LEVEL', 'loud'],
    ['DRAIN_SECONDS', '601'],
    ['RECONCILE_SECONDS', '-1'],
    ['RECONCILE_SECONDS', '0.1'],
    ['VENUE_STALE_SECONDS', '0'],
    ['RETENTION_DAYS', '0'],
    ['RETENTION_DAYS', '1.5'],
    ['RETENTION_EVENTS_PER_USER', '999'],
    ['WEBHOOK_SECRET_STANDARD', 'secret'],
    ['WEBHOOK_SECRET_STANDARD', 'whsec_short'],
    ['WEBHOOK_SECRET_STANDARD', `whsec_${'A'.repeat(44)}`],
    ['WEBHOOK_SECRET_STANDARD', `${WEBHOOK} and more`],
    ['WEBHOOK_SECRET_ALPACA', 'abcdefgh12345678'],
    ['WEBHOOK_SECRET_ZERODHA', 'short'],
    ['VENUE_FORMAT_DESK', 'coinbase-pro'],
    ['VENUE_FORMAT_DESK', 'Kraken-v2-ws'],
    ['VENUE_FORMAT_DESK', 'constructor'],
  ])('%s=%s is refused by name, without its value', (name, value) => {
    const fault = faultOf({ [name]: value });
    expect(fault).toContain(name);
    if (value.length > 9) expect(fault).not.toContain(value);
  });

  it('all faults are named at once', () => {
    const fault = faultOf({ PORT: 'http', REDIS_URL: 'x', WEBHOOK_SECRET_PAPER: 'y', JWT_SECRET: 'z' });
    for (const name of ['PORT', 'REDIS_URL', 'WEBHOOK_SECRET_PAPER', 'JWT_SECRET']) expect(fault).toContain(name);
  });
});

describe('in production', () => {
  it('nothing is derived, and GraphiQL and the demo are off', () => {
    expect(readConfig(PRODUCTION, never)).toMatchObject({
      ...{
        production: true,
        host: '0.0.0.0',
        demo: false,
        graphiql: false,
        logLevel: 'info',
        defaultVenue: 'standard',
      },
      jwt: { kind: 'key', issuer: 'https://issuer.test', audience: 'fillstream' },
    });
  });

  it.each(Object.keys(PRODUCTION).filter((name) => name !== 'NODE_ENV'))('%s is required', (name) => {
    const kept = Object.entries(PRODUCTION).filter(([key]) => key !== name);
    expect(faultOf(Object.fromEntries(kept))).toContain(name.replace('STANDARD', '<VENUE>'));
  });

  it('all that is missing is named at once', () => {
    const fault = faultOf({ NODE_ENV: 'production' });
    for (const name of [
      'DATABASE_URL',
      'REDIS_URL',
      'JWT_ISSUER',
      'JWT_AUDIENCE',
      'CURSOR_SECRET',
      'JWT_JWKS_URL',
      'WEBHOOK_SECRET_',
    ]) {
      expect(fault).toContain(name);
    }
  });

  it('a development secret does not stand in for the issuer’s keys', () => {
    expect(faultOf({ ...PRODUCTION, JWT_JWKS_URL: undefined, JWT_SECRET: random() })).toContain(
      'JWT_JWKS_URL or JWT_PUBLIC_KEY is missing',
    );
  });

  it('there is no demo', () => {
    expect(faultOf({ ...PRODUCTION, DEMO: '1' })).toContain('DEMO=1');
  });

  it('is only where NODE_ENV says so', () => {
    for (const word of ['development', 'test', 'Production', 'prod'])
      expect(read({ NODE_ENV: word }).production).toBe(false);
  });
});
