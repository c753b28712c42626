import { Writable } from 'node:stream';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Db, openDb } from '../../src/db/client.ts';
import { userId } from '../../src/kernel/brand.ts';
import { systemIds } from '../../src/kernel/clock.ts';
import { closeChannelPorts, openChannelPorts } from '../../src/notifications/channels/ports.ts';
import { type ContactAnswer, sendCode, verifyContact } from '../../src/notifications/contact-codes.ts';
import {
  CODE_TRIES_MAX,
  CODES_OF_USER_MAX,
  CODES_TO_MAILBOX_MAX,
  type CodeChannel,
} from '../../src/notifications/contact.ts';
import type { Vouched } from '../../src/notifications/contacts-store.ts';
import { forgetterOf } from '../../src/notifications/forget-old.ts';
import { readVersioned, setPreferences } from '../../src/notifications/preferences-store.ts';
import type { PreferencesChange } from '../../src/notifications/preferences.ts';
import { cloneDatabase, type TestDatabase } from '../support/database.ts';
import { openSmtpDouble } from './channels/doubles/smtp.ts';
import { ACCOUNT, openTwilioDouble } from './channels/doubles/twilio.ts';
import { codesTo, type Doubles, sentTexts } from './codes.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const PHONE = '+14155550123';
const NO_CHANNELS = { webPush: null, fcm: null, apns: null, email: null, sms: null, webhook: null };

let database: TestDatabase;
let db: Db;
let doubles: Doubles;
let channels: ReturnType<typeof openChannelPorts>;
let logged: string;
/** Stands still until the test moves it. */
let now: Date;
const clock = { now: () => now };
const forward = (milliseconds: number): void => {
  now = new Date(now.getTime() + milliseconds);
};
const log = pino(
  { level: 'trace' },
  new Writable({
    write(chunk: Buffer, _encoding, done) {
      logged += chunk.toString();
      done();
    },
  }),
);

beforeEach(async () => {
  [logged, now] = ['', new Date('2026-06-02T12:00:00Z')];
  database = await cloneDatabase();
  db = openDb({ url: database.url, connectionsMax: 8 });
  const [smtp, twilio] = await Promise.all([openSmtpDouble({ auth: false }), openTwilioDouble()]);
  doubles = { smtp, twilio };
  const email = {
    host: '127.0.0.1',
    port: smtp.port,
    secure: false,
    auth: null,
    from: 'f@example.com',
    unsubscribe: null,
  };
  channels = openChannelPorts({ ...NO_CHANNELS, email, sms: { ...ACCOUNT, url: twilio.url } }, { clock, log });
});
afterEach(async () => {
  await closeChannelPorts(channels);
  await Promise.all([doubles.smtp.close(), doubles.twilio.close()]);
  await db.$disconnect();
  await database.drop();
});

const config = { cursorSecret: 'a secret' };
const deps = () => ({ db, clock, ids: systemIds, announce: () => undefined, channels, log, config });
const set = (user: string, change: PreferencesChange, vouched: Vouched = {}) =>
  setPreferences(deps(), userId(user), { of: () => change, expectedVersion: null, vouched });
const setPhone = (user: string, phone: string | null) => set(user, { contacts: { phone } });
const setEmail = (user: string, email: string) => set(user, { contacts: { email } });
const send = (user: string, channel: CodeChannel = 'SMS', vouched: Vouched = {}): Promise<ContactAnswer> =>
  sendCode(deps(), { user: userId(user), channel }, vouched);
const verify = (user: string, code: string | undefined, channel: CodeChannel = 'SMS'): Promise<ContactAnswer> =>
  verifyContact(deps(), { user: userId(user), channel }, code ?? 'none came');
/** The state, and the code of the refusal. */
const told = ({ contact, refusal }: ContactAnswer) => [contact?.state, refusal?.code ?? null];
const stateOf = async (user: string, channel: CodeChannel = 'SMS') =>
  (await readVersioned(db, userId(user))).preferences.contactStates[channel];
const lastCode = (address = PHONE): string => codesTo(doubles, address).at(-1) ?? '';
/** One that it is not. */
const wrong = (code: string): string => (code === '000000' ? '000001' : '000000');

describe('a code', () => {
  it.each([
    ['SMS', PHONE, { phone: PHONE }],
    ['EMAIL', 'ann@example.com', { email: 'ann@example.com' }],
  ] as const)(
    'that came by %s confirms the address, and stands in no log and no row',
    async (channel, address, contacts) => {
      await set('ann', { contacts });
      expect(told(await send('ann', channel))).toEqual(['UNVERIFIED', null]);
      const code = lastCode(address);
      expect(code).toMatch(/^\d{6}$/);
      expect(JSON.stringify(await db.notificationContact.findMany())).not.toContain(code);
      const { contact } = await verify('ann', code, channel);
      expect(contact).toMatchObject({ state: 'VERIFIED', verifiedAt: now, codeExpiresAt: null });
      expect(logged).not.toContain(code);
      // A repeat, whose first answer was lost, is no fault.
      expect(told(await verify('ann', code, channel))).toEqual(['VERIFIED', null]);
    },
  );

  it('is told in the user’s language', async () => {
    await set('ann', { locale: 'ar', contacts: { phone: PHONE } });
    await send('ann');
    expect(doubles.twilio.messages[0]?.body).toMatch(/^\d{6} هو رمز/);
    expect(doubles.twilio.messages[0]?.validitySeconds).toBe(600);
  });

  it('can be given for ten minutes, and not a moment longer', async () => {
    await setPhone('ann', PHONE);
    const { contact } = await send('ann');
    expect(contact?.codeExpiresAt?.getTime()).toBe(now.getTime() + 10 * MINUTE_MS);
    forward(10 * MINUTE_MS);
    expect(told(await verify('ann', lastCode()))).toEqual(['UNVERIFIED', 'CODE_EXPIRED']);
    forward(-1);
    expect(told(await verify('ann', lastCode()))).toEqual(['VERIFIED', null]);
  });

  it(`can be tried ${CODE_TRIES_MAX} times, also when the tries come at once`, async () => {
    await setPhone('ann', PHONE);
    await send('ann');
    const tries = await Promise.all(Array.from({ length: 20 }, () => verify('ann', wrong(lastCode()))));
    const codes = tries.map(({ refusal }) => refusal?.code);
    expect(codes.filter((code) => code === 'WRONG_CODE')).toHaveLength(CODE_TRIES_MAX);
    expect(codes.filter((code) => code === 'CODE_EXPIRED')).toHaveLength(20 - CODE_TRIES_MAX);
    expect(told(await verify('ann', lastCode()))).toEqual(['UNVERIFIED', 'CODE_EXPIRED']);
    await send('ann');
    expect(told(await verify('ann', wrong(lastCode())))).toEqual(['UNVERIFIED', 'WRONG_CODE']);
    expect(told(await verify('ann', lastCode()))).toEqual(['VERIFIED', null]);
  });

  it('takes the place of the one before', async () => {
    await setPhone('ann', PHONE);
    await send('ann');
    forward(1);
    await send('ann');
    const [first, second] = codesTo(doubles, PHONE);
    if (first !== second) expect(told(await verify('ann', first))).toEqual(['UNVERIFIED', 'WRONG_CODE']);
    expect(told(await verify('ann', second))).toEqual(['VERIFIED', null]);
  });

  it('is for its own user and address', async () => {
    await setPhone('ann', PHONE);
    await setPhone('mallory', PHONE);
    await send('ann');
    expect(told(await verify('mallory', lastCode()))).toEqual(['UNVERIFIED', 'CODE_EXPIRED']);
    await setPhone('ann', '+14155550199');
    expect(told(await verify('ann', lastCode()))).toEqual(['UNVERIFIED', 'CODE_EXPIRED']);
    await setPhone('ann', null);
    expect(told(await verify('ann', lastCode()))).toEqual([undefined, 'NO_ADDRESS']);
    expect(told(await send('ann'))).toEqual([undefined, 'NO_ADDRESS']);
  });
});

describe('an address', () => {
  it('that was changed has to be confirmed; the one before need not be again', async () => {
    await setPhone('ann', PHONE);
    await send('ann');
    await verify('ann', lastCode());
    expect((await setPhone('ann', '+14155550199')).unverified).toEqual(['SMS']);
    expect(await stateOf('ann')).toBe('UNVERIFIED');
    expect((await setPhone('ann', PHONE)).unverified).toEqual([]);
    expect(await stateOf('ann')).toBe('VERIFIED');
    expect(told(await send('ann'))).toEqual(['VERIFIED', null]);
    expect(codesTo(doubles, PHONE)).toHaveLength(1);
  });

  it('is kept when its channel is off, and no code is counted', async () => {
    await setPhone('ann', PHONE);
    const withoutSms = Object.fromEntries(Object.entries(channels).filter(([kind]) => kind !== 'SMS'));
    const off = await sendCode({ ...deps(), channels: withoutSms }, { user: userId('ann'), channel: 'SMS' }, {});
    expect(told(off)).toEqual(['UNVERIFIED', 'CHANNEL_OFF']);
    expect((await readVersioned(db, userId('ann'))).preferences.contacts.phone).toBe(PHONE);
    expect(await db.contactCode.count()).toBe(0);
  });

  it('that is gone says so, and is back once it is confirmed again', async () => {
    await setPhone('ann', PHONE);
    doubles.twilio.stopped.add(PHONE);
    const { contact, refusal } = await send('ann');
    expect(refusal?.code).toBe('CODE_NOT_SENT');
    expect(contact).toMatchObject({
      state: 'GONE',
      goneAt: now,
      goneText: 'Twilio answered 400 (21610)',
      codeExpiresAt: null,
    });
    doubles.twilio.stopped.delete(PHONE);
    expect(told(await send('ann'))).toEqual(['GONE', null]);
    expect(told(await verify('ann', lastCode()))).toEqual(['VERIFIED', null]);
  });

  it('gets no code while the provider takes none, and then nothing is valid', async () => {
    await setEmail('ann', 'ann@example.com');
    doubles.smtp.plan({ at: 'RCPT', code: 450, text: '4.2.0 later' });
    const { contact, refusal } = await send('ann', 'EMAIL');
    expect([contact?.state, contact?.codeExpiresAt, refusal?.code]).toEqual(['UNVERIFIED', null, 'CODE_NOT_SENT']);
  });

  it('that the issuer of the token has verified needs no code; one that is gone does', async () => {
    const vouched = { email: 'ann@example.com', phone: PHONE };
    await set('ann', { contacts: { email: 'other@example.com', phone: PHONE } }, vouched);
    expect([await stateOf('ann', 'EMAIL'), await stateOf('ann')]).toEqual(['UNVERIFIED', 'VERIFIED']);
    await setEmail('ann', 'ann@example.com');
    expect(told(await send('ann', 'EMAIL', vouched))).toEqual(['VERIFIED', null]);
    expect(sentTexts(doubles)).toEqual([]);
    await setEmail('bob', 'bob@example.com');
    doubles.smtp.plan({ at: 'RCPT', code: 550, text: '5.1.1 no such mailbox' });
    await send('bob', 'EMAIL');
    expect(told(await send('bob', 'EMAIL', { email: 'bob@example.com' }))).toEqual(['GONE', null]);
    expect(codesTo(doubles, 'bob@example.com')).toHaveLength(1);
  });
});

describe('codes are sent', () => {
  it('only so often to one mailbox, whoever asks and however they write it', async () => {
    const spellings = ['v@example.com', 'V@example.com', 'v+1@example.com', 'v+2@example.com', 'v@EXAMPLE.com'];
    const ask = async (n: number): Promise<string | null> => {
      await setEmail(`u${n}`, spellings[n % spellings.length] ?? '');
      return (await send(`u${n}`, 'EMAIL')).refusal?.code ?? null;
    };
    const first = await Promise.all(Array.from({ length: 10 }, (_, n) => ask(n)));
    expect(first.filter((code) => code === null)).toHaveLength(CODES_TO_MAILBOX_MAX.perHour);
    expect(first.filter((code) => code === 'TOO_MANY_CODES')).toHaveLength(10 - CODES_TO_MAILBOX_MAX.perHour);
    forward(HOUR_MS - 1);
    expect(await ask(20)).toBe('TOO_MANY_CODES');
    forward(1);
    for (const n of [21, 22, 23]) expect(await ask(n)).toBeNull();
    forward(HOUR_MS);
    expect(await ask(24)).toBe('TOO_MANY_CODES');
    expect(doubles.smtp.mails).toHaveLength(CODES_TO_MAILBOX_MAX.perDay);
    forward(24 * HOUR_MS);
    expect(await ask(25)).toBeNull();
  });

  it('only so often for one user, whatever addresses they name, there and back', async () => {
    let named = 0;
    const ask = async (): Promise<string | null> => {
      await setPhone('ann', `+1415555${String(1_000 + (named++ % 7))}`);
      return (await send('ann')).refusal?.code ?? null;
    };
    const { perHour, perDay }: { readonly perHour: number; readonly perDay: number } = CODES_OF_USER_MAX;
    for (let n = 0; n < perHour; n++) expect(await ask()).toBeNull();
    expect(await ask()).toBe('TOO_MANY_CODES');
    // E-mail counts too.
    await setEmail('ann', 'ann@example.com');
    expect(told(await send('ann', 'EMAIL'))).toEqual(['UNVERIFIED', 'TOO_MANY_CODES']);
    forward(HOUR_MS);
    for (let n = perHour; n < perDay; n++) expect(await ask()).toBeNull();
    forward(HOUR_MS);
    expect(await ask()).toBe('TOO_MANY_CODES');
    // Nobody else is held up by it.
    await setPhone('bob', '+14155559999');
    expect(told(await send('bob'))).toEqual(['UNVERIFIED', null]);
    expect(doubles.twilio.messages).toHaveLength(CODES_OF_USER_MAX.perDay + 1);
  });

  it('at once no oftener: ten requests of one user for one phone send as many as the phone may get', async () => {
    await setPhone('ann', PHONE);
    const answers = await Promise.all(Array.from({ length: 10 }, () => send('ann')));
    expect(answers.filter(({ refusal }) => refusal === null)).toHaveLength(CODES_TO_MAILBOX_MAX.perHour);
    expect(doubles.twilio.messages).toHaveLength(CODES_TO_MAILBOX_MAX.perHour);
  });

  it('and their counts are forgotten after a day, what was verified is not', async () => {
    await setPhone('ann', PHONE);
    await send('ann');
    await verify('ann', lastCode());
    forward(24 * HOUR_MS - 1);
    await forgetterOf({ db, clock })(new AbortController().signal);
    expect(await db.contactCode.count()).toBe(1);
    forward(2);
    await forgetterOf({ db, clock })(new AbortController().signal);
    expect(await db.contactCode.count()).toBe(0);
    expect(await stateOf('ann')).toBe('VERIFIED');
  });
});

it('of the addresses of a user and channel the last five are remembered', async () => {
  for (let n = 0; n < 7; n++) {
    await setPhone('ann', `+1415555000${n}`);
    await send('ann');
    forward(13 * HOUR_MS);
  }
  expect(await db.notificationContact.count()).toBe(5);
});
