import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { SignJWT } from 'jose';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { userId } from '../../src/kernel/brand.ts';
import { systemClock, systemIds } from '../../src/kernel/clock.ts';
import { readPreferences, setPreferences } from '../../src/notifications/preferences-store.ts';
import { ask, type Asked } from '../support/client.ts';
import { JWT_SECRET, tokenOf } from '../support/env.ts';
import { startService, type TestService } from '../support/service.ts';
import { until } from '../support/until.ts';
import { data } from './app.ts';
import { openSmtpDouble } from './channels/doubles/smtp.ts';
import { ACCOUNT, openTwilioDouble } from './channels/doubles/twilio.ts';
import { codeIn, codesTo, type Doubles, sentTexts, setContacts } from './codes.ts';
import { openStage, type Stage } from './delivery-stage.ts';
import { routePlainly } from './delivery-parts.ts';
import { WHSEC } from './given.ts';
import { httpPort, openProvider, type Provider, sends } from './http-provider.ts';

const WITHIN = { withinMs: 20_000 };
const CONTACT = 'contact { channel state goneAt goneReason codeExpiresAt } refusal { code field }';
const SET = `mutation ($input: NotificationPreferencesInput!) { setNotificationPreferences(input: $input) {
  preferences { contacts { states { channel state } } } refusal { code field } codes { ${CONTACT} } } }`;
const SEND = `mutation ($channel: CodeChannel!) { sendContactCode(input: { channel: $channel }) { ${CONTACT} } }`;
const VERIFY = `mutation ($channel: CodeChannel!, $code: String!) {
  verifyContact(input: { channel: $channel, code: $code }) { ${CONTACT} } }`;
const STATES = '{ notificationPreferences { contacts { email phone states { channel state goneAt goneReason } } } }';
const REPORT = 'mutation ($facts: [FactInput!]!) { reportFacts(input: { facts: $facts }) { accepted } }';
const TOLD = '{ notifications(first: 100) { edges { node { id deliveries { channel state reason } } } } }';

let service: TestService;
let doubles: Doubles;
beforeAll(async () => {
  const [smtp, twilio] = await Promise.all([openSmtpDouble({ auth: false }), openTwilioDouble()]);
  doubles = { smtp, twilio };
  service = await startService({
    env: {
      NOTIFICATIONS: '1',
      ...{ TWILIO_ACCOUNT_SID: ACCOUNT.accountSid, TWILIO_AUTH_TOKEN: ACCOUNT.authToken },
      ...{ TWILIO_FROM: ACCOUNT.from, TWILIO_URL: twilio.url },
      ...{ SMTP_URL: smtp.url, MAIL_FROM: 'Fillstream <orders@example.com>' },
    },
  });
});
afterAll(async () => {
  await service.stop();
  await Promise.all([doubles.smtp.close(), doubles.twilio.close()]);
});

let users = 0;
let user = '';
let phone = '';
let email = '';
let asked: Asked;
beforeEach(async () => {
  users += 1;
  [user, phone, email] = [`ann${users}`, `+141555501${String(users).padStart(2, '0')}`, `ann${users}@example.com`];
  asked = { url: service.url, token: await tokenOf(user) };
});

interface Stood {
  readonly channel: string;
  readonly state: string;
  readonly goneAt?: string | null;
  readonly goneReason?: string | null;
}
interface Answer {
  readonly contact: Stood | null;
  readonly refusal: { readonly code: string } | null;
}
const set = async (contacts: object) =>
  (
    await data<{ setNotificationPreferences: { codes: readonly Answer[]; refusal: object | null } }>(asked, SET, {
      input: { contacts },
    })
  ).setNotificationPreferences;
const send = async (channel: string): Promise<Answer> =>
  (await data<{ sendContactCode: Answer }>(asked, SEND, { channel })).sendContactCode;
const verify = async (channel: string, code: string | undefined): Promise<Answer> =>
  (await data<{ verifyContact: Answer }>(asked, VERIFY, { channel, code })).verifyContact;
const states = async (): Promise<readonly Stood[]> =>
  (await data<{ notificationPreferences: { contacts: { states: readonly Stood[] } } }>(asked, STATES))
    .notificationPreferences.contacts.states;
const textsTo = (address: string) => sentTexts(doubles).filter(({ to }) => to === address);

interface Told {
  readonly id: string;
  readonly deliveries: readonly { readonly channel: string; readonly state: string; readonly reason: string }[];
}
/** Also what is told beside, as of an address that was replaced. */
const allTold = (): Promise<unknown> =>
  until(async () => {
    const { notificationFact, notificationDelivery } = service.app.deps.db;
    const facts = await notificationFact.count({ where: { userId: user, routedAt: null } });
    return facts + (await notificationDelivery.count({ where: { userId: user, state: 'PENDING' } })) === 0;
  }, WITHIN);

/** Something critical that goes by SMS and e-mail. @returns what came of it there, once all of it has come to an end */
async function alarm(): Promise<Readonly<Record<string, string>>> {
  await allTold();
  const before = (await told()).length;
  const fact = { userId: user, type: 'RISK_VIOLATION', key: randomUUID(), occurredAt: new Date().toISOString() };
  await data({ url: service.url, token: await tokenOf('risk', { scopes: ['ingest'] }) }, REPORT, { facts: [fact] });
  const [newest] = await until(async () => {
    const all = await told();
    return all.length > before && !all[0]?.deliveries.some(({ state }) => state === 'PENDING') && all;
  }, WITHIN).then((all) => all || []);
  return Object.fromEntries((newest?.deliveries ?? []).map((each) => [each.channel, `${each.state} ${each.reason}`]));
}
const told = async (): Promise<readonly Told[]> =>
  (await data<{ notifications: { edges: readonly { node: Told }[] } }>(asked, TOLD)).notifications.edges.map(
    ({ node }) => node,
  );

describe('a new address', () => {
  it('gets a code and nothing else, until its user has given it', async () => {
    const { codes, refusal } = await set({ phone, email });
    expect(refusal).toBeNull();
    expect(codes).toMatchObject([
      { contact: { channel: 'EMAIL', state: 'UNVERIFIED' }, refusal: null },
      { contact: { channel: 'SMS', state: 'UNVERIFIED' }, refusal: null },
    ]);
    expect(await alarm()).toMatchObject({ SMS: 'SUPPRESSED UNVERIFIED', EMAIL: 'SUPPRESSED UNVERIFIED' });
    expect([...textsTo(phone), ...textsTo(email)].map(({ text }) => codeIn(text) !== null)).toEqual([true, true]);
    expect(await verify('SMS', codesTo(doubles, phone)[0])).toMatchObject({
      contact: { state: 'VERIFIED' },
      refusal: null,
    });
    expect(await alarm()).toMatchObject({ SMS: 'SENT CRITICAL', EMAIL: 'SUPPRESSED UNVERIFIED' });
    expect(textsTo(phone)).toHaveLength(2);
    expect(textsTo(email)).toHaveLength(1);
  });

  it('is not sent a code again by a change of something else, nor by the same address given again', async () => {
    await set({ phone });
    expect((await set({ phone })).codes).toEqual([]);
    await data(asked, SET, { input: { locale: 'en' } });
    expect(textsTo(phone)).toHaveLength(1);
    expect(await send('SMS')).toMatchObject({ contact: { state: 'UNVERIFIED' }, refusal: null });
    expect(textsTo(phone)).toHaveLength(2);
  });

  it('says what is wrong with a code, or with asking for one', async () => {
    expect(await send('SMS')).toEqual({ contact: null, refusal: { code: 'NO_ADDRESS', field: 'channel' } });
    await set({ phone });
    const code = codesTo(doubles, phone)[0] ?? '';
    const other = code === '123456' ? '654321' : '123456';
    expect((await verify('SMS', other)).refusal).toEqual({ code: 'WRONG_CODE', field: 'code' });
    for (const none of ['', 'abcdef', '٠١٢٣٤٥']) expect((await verify('SMS', none)).refusal?.code).toBe('WRONG_CODE');
    expect((await verify('SMS', `${code.slice(0, 3)} ${code.slice(3)}`)).contact?.state).toBe('VERIFIED');
    const tooLong = await ask(asked, VERIFY, { channel: 'SMS', code: '1'.repeat(1_000) });
    expect(tooLong.errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
    expect((await ask(asked, VERIFY, { channel: 'WEBHOOK', code })).errors).toBeDefined();
  });

  it('that the token vouches for is verified at once', async () => {
    const claims = { scope: 'read', email, email_verified: true, phone_number: phone };
    const token = new SignJWT(claims).setProtectedHeader({ alg: 'HS256' }).setSubject(user).setExpirationTime('1h');
    asked = { url: service.url, token: await token.sign(new TextEncoder().encode(JWT_SECRET)) };
    expect((await set({ email, phone })).codes).toMatchObject([{ contact: { channel: 'SMS', state: 'UNVERIFIED' } }]);
    expect(await states()).toMatchObject([{ state: 'VERIFIED' }, { state: 'UNVERIFIED' }]);
    expect(textsTo(email)).toEqual([]);
  });
});

describe('an address that is gone', () => {
  it('by SMS is asked no more, tells its user, and comes back with a code', async () => {
    await setContacts(asked, doubles, { phone });
    doubles.twilio.stopped.add(phone);
    expect(await alarm()).toMatchObject({ SMS: 'FAILED ADDRESS_GONE' });
    const requests = doubles.twilio.received.length;
    expect(await alarm()).toMatchObject({ SMS: 'SUPPRESSED ADDRESS_GONE' });
    expect(doubles.twilio.received).toHaveLength(requests);
    expect(await states()).toMatchObject([
      {
        channel: 'SMS',
        state: 'GONE',
        goneReason: 'Twilio answered 400 (21610)',
        goneAt: expect.any(String) as string,
      },
    ]);
    // START, and the code that is sent then.
    doubles.twilio.stopped.delete(phone);
    await set({ phone });
    expect(doubles.twilio.received).toHaveLength(requests);
    await send('SMS');
    expect((await verify('SMS', codesTo(doubles, phone).at(-1))).contact).toMatchObject({
      state: 'VERIFIED',
      goneAt: null,
    });
    expect(await alarm()).toMatchObject({ SMS: 'SENT CRITICAL' });
  });

  it('by e-mail likewise, when its mailbox is no more', async () => {
    await setContacts(asked, doubles, { email });
    doubles.smtp.plan({ at: 'RCPT', code: 550, text: '5.1.1 no such mailbox' });
    expect(await alarm()).toMatchObject({ EMAIL: 'FAILED ADDRESS_GONE' });
    expect(await alarm()).toMatchObject({ EMAIL: 'SUPPRESSED ADDRESS_GONE' });
    expect(await states()).toMatchObject([{ state: 'GONE', goneReason: 'the mail server answered 550 5.1.1' }]);
    // The full mailbox of another day is no such thing.
    await send('EMAIL');
    await verify('EMAIL', codesTo(doubles, email).at(-1));
    doubles.smtp.plan({ at: 'RCPT', code: 452, text: '4.2.2 full' });
    expect(await alarm()).toMatchObject({ EMAIL: 'SENT CRITICAL' });
    expect(await states()).toMatchObject([{ state: 'VERIFIED', goneReason: null }]);
  });
});

describe('a webhook that answers 410', () => {
  let stage: Stage;
  let provider: Provider;
  beforeEach(async () => {
    [stage, provider] = await Promise.all([openStage(), openProvider()]);
  });
  afterEach(async () => {
    await Promise.all([stage.close(), provider.close()]);
  });
  const byWebhook: typeof routePlainly = (notification, situation) =>
    routePlainly(notification, situation).map((one) =>
      one.channel === 'WEBHOOK' ? { channel: 'WEBHOOK', action: 'SEND', reason: 'PREFERRED' } : one,
    );

  it('is asked no more until its user gives it again', async () => {
    const ann = userId('ann');
    const ports = { WEBHOOK: httpPort('WEBHOOK', provider.url) };
    const webhook = { url: 'https://ann.example.com/hook', secret: WHSEC };
    const give = (): Promise<unknown> =>
      setPreferences({ db: stage.db, clock: systemClock, ids: systemIds, announce: () => undefined }, ann, {
        ...{ of: () => ({ contacts: { webhook } }), expectedVersion: null, vouched: {} },
      });
    await give();
    // That there is a webhook would be told as well.
    await stage.db.notificationFact.deleteMany();
    provider.answer = () => ({ status: 410 });
    const notifications = stage.open({ readPreferences, route: byWebhook, ports });
    const tell = async (rows: number): Promise<unknown> => {
      notifications.tell((await stage.commit([['ann', 'TRADE']])).map((event) => event.userId));
      await stage.settled(rows);
      return (await stage.rows(`channel = 'WEBHOOK'`)).map(({ state, reason }) => `${state} ${reason}`);
    };
    expect(await tell(5)).toEqual(['FAILED ADDRESS_GONE']);
    provider.answer = () => ({ status: 200 });
    expect(await tell(10)).toEqual(['FAILED ADDRESS_GONE', 'SUPPRESSED ADDRESS_GONE']);
    const gone = (await readPreferences(stage.db, [ann])).get(ann);
    expect(gone?.contactStates).toEqual({ WEBHOOK: 'GONE' });
    await give();
    expect(await tell(15)).toEqual(['FAILED ADDRESS_GONE', 'SUPPRESSED ADDRESS_GONE', 'SENT PREFERRED']);
    expect(sends(provider, 'WEBHOOK').size).toBe(2);
  });
});

it('whatever users do, nothing but a code goes to what they have not verified', { timeout: 120_000 }, async () => {
  const KINDS = ['set', 'alarm', 'alarm', 'right', 'right', 'send', 'wrong', 'stop', 'start'] as const;
  const step = fc.record({ kind: fc.constantFrom<string>(...KINDS), which: fc.nat(2) });
  const example = (kind: string) => ({ kind, which: 0 });
  let walks = 0;
  const met = new Set<string>();
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 6, maxLength: 12 }), async (steps) => {
      walks += 1;
      user = `walker${walks}`;
      asked = { url: service.url, token: await tokenOf(user) };
      const phones = [0, 1, 2].map((n) => `+1415${String(walks).padStart(4, '0')}${n}`);
      const [verified, gone] = [new Set<string>(), new Set<string>()];
      let current: string | null = null;
      for (const one of steps) {
        const before = doubles.twilio.messages.length;
        if (one.kind === 'set') current = phones[one.which] ?? null;
        const allowed = current !== null && verified.has(current) && !gone.has(current);
        if (one.kind === 'set') await set({ phone: current });
        else if (one.kind === 'send') await send('SMS');
        else if (one.kind === 'alarm') met.add(`${allowed} ${(await alarm())['SMS']}`);
        else if (current !== null && one.kind === 'stop') doubles.twilio.stopped.add(current);
        else if (current !== null && one.kind === 'start') doubles.twilio.stopped.delete(current);
        else if (one.kind === 'wrong') await verify('SMS', 'none');
        else if (one.kind === 'right' && current !== null) {
          const { contact } = await verify('SMS', codesTo(doubles, current).at(-1) ?? 'none');
          if (contact?.state === 'VERIFIED') verified.add(current);
        }
        await allTold();
        const [now] = await states();
        if (current !== null && now?.state === 'GONE') gone.add(current);
        if (current !== null && now?.state === 'VERIFIED') gone.delete(current);
        for (const { to, body } of doubles.twilio.messages.slice(before)) {
          expect(to).toBe(current);
          if (codeIn(body) === null) expect(allowed).toBe(true);
        }
      }
    }),
    {
      numRuns: 15,
      examples: [
        [['set', 'alarm', 'right', 'alarm', 'stop', 'alarm', 'alarm', 'start', 'send', 'right', 'alarm'].map(example)],
      ],
    },
  );
  const expected = ['false SUPPRESSED UNVERIFIED', 'true SENT CRITICAL', 'true FAILED ADDRESS_GONE'];
  expect([...met]).toEqual(expect.arrayContaining([...expected, 'false SUPPRESSED ADDRESS_GONE']));
});
