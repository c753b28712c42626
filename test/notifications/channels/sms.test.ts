import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SEGMENTS_MAX, smsOf, smsPort } from '../../../src/notifications/channels/sms.ts';
import { ACCOUNT, openTwilioDouble, type TwilioDouble, twilioFault } from './doubles/twilio.ts';
import { itAnswersAsTheProvider } from './http-cases.ts';
import { later, messageOf, NOW, signal } from './message.ts';

const TARGET = { kind: 'SMS', phone: '+15551234567' } as const;
const clock = { now: () => NOW };

let twilio: TwilioDouble;
let port: ReturnType<typeof smsPort>;
beforeEach(async () => {
  twilio = await openTwilioDouble();
  port = smsPort({ ...ACCOUNT, url: twilio.url, clock });
});
afterEach(async () => {
  await port.close();
  await twilio.close();
});
const send = (phone: string = TARGET.phone) => port.send(messageOf(), { kind: 'SMS', phone }, signal);

describe('a message reaches the phone', () => {
  it('from our number, and is not sent when it is late', async () => {
    expect(await send()).toEqual({ status: 'sent', providerId: 'SM1' });
    // The title is in its words already.
    const body = 'Bought 10 of 100 at $187.20';
    expect(twilio.messages).toEqual([{ to: TARGET.phone, from: ACCOUNT.from, body, validitySeconds: 3_600 }]);
  });

  it('from a messaging service', async () => {
    port = smsPort({ ...ACCOUNT, from: 'MGtest', url: twilio.url, clock });
    await send();
    expect(twilio.messages[0]?.from).toBe('MGtest');
  });

  it.each([
    ['a', 153 * SEGMENTS_MAX],
    ['ह', 67 * SEGMENTS_MAX],
  ])('as much of %s as three segments hold', (letter, charactersMax) => {
    const text = smsOf(messageOf({ body: letter.repeat(2_000) })) ?? '';
    expect(text).toHaveLength(charactersMax);
    expect(text.endsWith('...')).toBe(true);
  });
});

describe('Twilio answers', () => {
  it.each([21211, 21214, 21217, 21614])('%i: gone', async (code) => {
    twilio.plan(twilioFault(400, code));
    expect(await send()).toEqual({ status: 'gone', text: `Twilio answered 400 (${code})`, deadSince: null });
  });

  it('21610, to a number that has answered STOP: gone', async () => {
    twilio.stopped.add(TARGET.phone);
    expect(await send()).toMatchObject({ status: 'gone' });
  });

  it.each([
    [429, 20429, later()],
    [400, 21611, { ...later(), ofTarget: true }],
    [400, 21408, { status: 'refused' }],
  ])('%i (%i)', async (status, code, outcome) => {
    twilio.plan(twilioFault(status, code));
    expect(await send()).toMatchObject(outcome);
  });

  it('that it does not know us: later, since an operator mends it', async () => {
    port = smsPort({ ...ACCOUNT, authToken: 'another', url: twilio.url, clock });
    expect(await send()).toEqual({ status: 'later', text: 'Twilio answered 401 (20003)', retryAfterMs: null });
  });
});

it.each(['15551234567', '+0123456789', '+1555', '+15551234567\r\nX: y'])('%j is no number', async (phone) => {
  expect(await send(phone)).toMatchObject({ status: 'gone' });
  expect(twilio.received).toEqual([]);
});

describe('the connection', () => {
  itAnswersAsTheProvider(
    () => ({
      double: twilio,
      taken: () => twilio.messages.length,
      now: NOW,
      send: (limited) => port.send(messageOf(), TARGET, limited),
    }),
    { isIdempotent: false },
  );
});
