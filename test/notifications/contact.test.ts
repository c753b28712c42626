import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ChannelPorts } from '../../src/notifications/channels/channel.ts';
import {
  addressKey,
  codeExpiry,
  type CodePurpose,
  CONTACT_CHANNELS,
  type ContactMark,
  contactsOf,
  contactStates,
  hashCode,
  isSameHash,
  mailboxKey,
} from '../../src/notifications/contact.ts';
import { targetsOf } from '../../src/notifications/message.ts';
import { LOCALES } from '../../src/notifications/words.ts';
import { codeWords } from '../../src/notifications/templates/code.ts';
import { smsSegments } from '../../src/notifications/templates/bounds.ts';
import { preferencesIn } from './arbitraries.ts';
import { NOON, PREFERRED } from './given.ts';

const { contacts } = PREFERRED;
const LATER = new Date(NOON.getTime() + 60_000);
const mark = (more: Partial<ContactMark>): ContactMark => ({
  ...{ channel: 'EMAIL', address: addressKey(contacts.email ?? ''), verifiedAt: null, goneAt: null, goneText: null },
  ...{ codeHash: null, codeSentAt: null },
  ...more,
});
const statesOf = (...marks: ContactMark[]) => contactStates(contactsOf(contacts, marks));

describe('an address', () => {
  it.each([
    ['that nothing is known of is unverified', [], 'UNVERIFIED'],
    ['that its user has confirmed is verified', [mark({ verifiedAt: NOON })], 'VERIFIED'],
    ['to which a code was sent is not verified yet', [mark({ codeHash: 'x', codeSentAt: NOON })], 'UNVERIFIED'],
    [
      'of another spelling is another one',
      [mark({ address: addressKey('Alice@example.com'), verifiedAt: NOON })],
      'UNVERIFIED',
    ],
    ['on another channel is another one', [mark({ channel: 'SMS', verifiedAt: NOON })], 'UNVERIFIED'],
    ['that is gone is so though it was verified', [mark({ verifiedAt: NOON, goneAt: LATER, goneText: '550' })], 'GONE'],
  ] as const)('%s', (...[, marks, state]) => {
    expect(statesOf(...marks).EMAIL).toBe(state);
  });

  it('of a webhook is bound by its secret, until it is gone', () => {
    expect(statesOf().WEBHOOK).toBe('VERIFIED');
    const address = addressKey(contacts.webhook?.url ?? '');
    expect(statesOf(mark({ channel: 'WEBHOOK', address, goneAt: NOON })).WEBHOOK).toBe('GONE');
  });

  it('that is not given has no state', () => {
    const nobody = { email: null, phone: null, webhook: null };
    expect(contactsOf(nobody, [mark({ verifiedAt: NOON })])).toEqual([]);
  });

  it('says until when the code that was sent there can be given', () => {
    const [email] = contactsOf(contacts, [mark({ codeHash: 'x', codeSentAt: NOON })]);
    expect(email?.codeExpiresAt).toEqual(new Date(NOON.getTime() + 600_000));
    expect(codeExpiry(NOON)).toEqual(email?.codeExpiresAt);
    expect(contactsOf(contacts, [mark({ codeSentAt: NOON })])[0]?.codeExpiresAt).toBeNull();
  });
});

describe('whom an address reaches', () => {
  it.each([
    ['Ann@Example.com', 'ann@example.com', true],
    ['ann+1@example.com', 'ann@example.com', true],
    ['a.nn+x.y@example.com', 'ann@example.com', true],
    ['ann@example.com', 'bob@example.com', false],
    ['ann@example.com', 'ann@mail.example.com', false],
  ])('%s and %s: the same is %s', (one, other, isSame) => {
    expect(mailboxKey('EMAIL', one) === mailboxKey('EMAIL', other)).toBe(isSame);
  });
});

describe('a code', () => {
  const purpose: CodePurpose = { user: 'ann', channel: 'SMS', address: '+14155550123', sentAt: NOON };
  const kept = hashCode('secret', purpose, '123456');

  it('is the same only for the same user, channel, address, time and secret', () => {
    expect(isSameHash(hashCode('secret', { ...purpose }, '123456'), kept)).toBe(true);
    const others = [
      hashCode('secret', purpose, '123457'),
      hashCode('other', purpose, '123456'),
      hashCode('secret', { ...purpose, user: 'bob' }, '123456'),
      hashCode('secret', { ...purpose, channel: 'EMAIL' }, '123456'),
      hashCode('secret', { ...purpose, address: '+14155550124' }, '123456'),
      hashCode('secret', { ...purpose, sentAt: LATER }, '123456'),
      '',
      kept.slice(1),
    ];
    expect(others.map((other) => isSameHash(other, kept))).toEqual(others.map(() => false));
  });

  it.each(LOCALES)('in %s stands in the text, not in the subject, and costs two SMS at most', (locale) => {
    const reader = { locale, timeZone: 'UTC', region: null };
    const sms = codeWords('004217', reader, 'SMS');
    expect(sms.body).toContain('004217');
    expect(sms.body).toContain('10');
    expect(smsSegments(sms.body)).toBe(locale === 'en' ? 1 : 2);
    const { title, body, html } = codeWords('004217', reader, 'EMAIL');
    expect(title).not.toMatch(/\d/);
    for (const text of [body, html]) expect(text).toContain('004217');
  });
});

it('nothing but what is verified is ever a target', () => {
  const ports = Object.fromEntries(CONTACT_CHANNELS.map((kind) => [kind, { kind }])) as unknown as ChannelPorts;
  fc.assert(
    fc.property(preferencesIn('UTC'), (preferences) => {
      for (const channel of CONTACT_CHANNELS) {
        const targets = targetsOf(channel, { preferences, devices: [], ports });
        expect(typeof targets !== 'string').toBe(preferences.contactStates[channel] === 'VERIFIED');
      }
    }),
  );
});
