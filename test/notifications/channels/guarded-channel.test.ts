import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FAILURES_MAX } from '../../../src/limits/guard.ts';
import type { ChannelPort, Outcome, Target, TargetKind } from '../../../src/notifications/channels/channel.ts';
import {
  GUARDS_MAX,
  guardedChannel,
  SENDS_AT_ONCE,
  SENDS_WAITING,
} from '../../../src/notifications/channels/guarded-channel.ts';
import { closeChannelPorts, openChannelPorts } from '../../../src/notifications/channels/ports.ts';
import { readChannelSettings } from '../../../src/notifications/channels/read-settings.ts';
import { until } from '../../support/until.ts';
import { ACCOUNT, openTwilioDouble, type TwilioDouble, twilioFault } from './doubles/twilio.ts';
import { keptLog, later, messageOf, NOW, signal } from './message.ts';

const SOON = { withinMs: 5_000 };
const OPEN_MS = 60;

let twilio: TwilioDouble;
let ports: ReturnType<typeof openChannelPorts>;
let kept: ReturnType<typeof keptLog>;
let now: Date;
beforeEach(async () => {
  [now, kept] = [NOW, keptLog()];
  twilio = await openTwilioDouble();
  const env = {
    TWILIO_ACCOUNT_SID: ACCOUNT.accountSid,
    TWILIO_AUTH_TOKEN: ACCOUNT.authToken,
    TWILIO_FROM: ACCOUNT.from,
  };
  const { channels } = readChannelSettings({ ...env, TWILIO_URL: twilio.url }, null);
  const options = { openMsMin: OPEN_MS, openMsMax: OPEN_MS, sendMsMax: 2_000 };
  ports = openChannelPorts(channels, { clock: { now: () => now }, log: kept.log }, options);
});
afterEach(async () => {
  await closeChannelPorts(ports);
  await twilio.close();
  expect(kept.lines.join('')).not.toContain(ACCOUNT.authToken);
});
const send = (): Promise<Outcome> => ports.SMS!.send(messageOf(), { kind: 'SMS', phone: '+15551234567' }, signal);
const sendAll = async (count: number): Promise<readonly Outcome[]> => {
  const outcomes: Outcome[] = [];
  for (let n = 0; n < count; n++) outcomes.push(await send());
  return outcomes;
};

it('only what is configured is there', () => expect(Object.keys(ports)).toEqual(['SMS']));

it('a provider that fails is left alone, and called again when it answers', async () => {
  twilio.plan(...Array.from({ length: FAILURES_MAX }, () => ({ status: 503 })));
  expect(await sendAll(FAILURES_MAX)).toEqual(Array(FAILURES_MAX).fill({ ...later(), text: 'Twilio answered 503' }));
  expect(await send()).toEqual({ ...later(), text: 'SMS fails and is left alone', unasked: 'LEFT_ALONE' });
  expect(twilio.received).toHaveLength(FAILURES_MAX);
  await until(async () => (await send()).status === 'sent', SOON);
  expect(kept.lines.map((line) => (JSON.parse(line) as { msg: string }).msg)).toEqual([
    ...['the provider fails: it is left alone for a while', 'the provider is tried again'],
    'the provider answers again',
  ]);
});

it('what the provider asks of one message it asks of all', async () => {
  twilio.plan({ status: 429, headers: { 'retry-after': '30' } });
  expect(await send()).toMatchObject({ ...later(30_000), text: 'Twilio answered 429' });
  now = new Date(NOW.getTime() + 29_000);
  expect(await send()).toEqual({ ...later(1_000), text: 'SMS asked to wait', unasked: 'LEFT_ALONE' });
  expect(twilio.received).toHaveLength(1);
  now = new Date(NOW.getTime() + 30_000);
  expect(await send()).toMatchObject({ status: 'sent' });
});

describe('no failure of the provider is', () => {
  it.each([
    ['what it refuses', twilioFault(400, 21408), 'refused'],
    ['a target that is gone', twilioFault(400, 21610), 'gone'],
    ['a target that has to wait', twilioFault(400, 21611), 'later'],
  ])('%s', async (_what, fault, status) => {
    twilio.plan(...Array.from({ length: FAILURES_MAX * 2 }, () => fault));
    const outcomes = await sendAll(FAILURES_MAX * 2);
    expect(new Set(outcomes.map((outcome) => outcome.status))).toEqual(new Set([status]));
    expect(await send()).toMatchObject({ status: 'sent' });
  });

  it('that we give up', async () => {
    twilio.plan(...Array.from({ length: FAILURES_MAX }, () => 'hang' as const));
    const stop = new AbortController();
    const sendings = Array.from({ length: FAILURES_MAX }, () =>
      ports.SMS!.send(messageOf(), { kind: 'SMS', phone: '+15551234567' }, stop.signal),
    );
    await until(() => twilio.messages.length === FAILURES_MAX, SOON);
    stop.abort();
    for (const settled of await Promise.allSettled(sendings)) expect(settled.status).toBe('rejected');
    expect(await send()).toMatchObject({ status: 'sent' });
  });
});

it(`takes ${SENDS_AT_ONCE} at a time; ${SENDS_WAITING} wait for their turn, others come back later`, async () => {
  twilio.plan(...Array.from({ length: SENDS_AT_ONCE }, () => 'hang' as const));
  const stop = new AbortController();
  const sendings = Array.from({ length: SENDS_AT_ONCE }, () =>
    ports.SMS!.send(messageOf(), { kind: 'SMS', phone: '+15551234567' }, stop.signal),
  );
  await until(() => twilio.messages.length === SENDS_AT_ONCE, SOON);
  const waiting = Array.from({ length: SENDS_WAITING }, send);
  expect(await send()).toEqual({ ...later(), text: 'SMS is busy with other requests', unasked: 'BUSY' });
  expect(twilio.messages).toHaveLength(SENDS_AT_ONCE);
  stop.abort();
  await Promise.allSettled(sendings);
  for (const outcome of await Promise.all(waiting)) expect(outcome.status).toBe('sent');
});

/** Answers as it is told, by address. */
function scripted<K extends TargetKind>(
  kind: K,
  answer: (target: Target) => Outcome,
): ChannelPort<K> & { calls: number } {
  const port = {
    ...{ kind, idempotent: true, calls: 0 },
    send: (_message: unknown, target: Target) => {
      port.calls++;
      return Promise.resolve(answer(target));
    },
    close: () => undefined,
  };
  return port;
}

describe('each webhook is a provider of its own', () => {
  const hook = (n: number) =>
    ({ kind: 'WEBHOOK', url: `https://hooks.example.com/${n}`, secret: 'whsec_AAAA' }) as const;
  const failing = scripted('WEBHOOK', (target) =>
    target.kind === 'WEBHOOK' && target.url.endsWith('/0')
      ? { status: 'later', text: 'the receiver answered 500', retryAfterMs: null }
      : { status: 'sent', providerId: null },
  );

  it('one that fails keeps no message from another, and the log tells no address', async () => {
    const port = guardedChannel({ clock: { now: () => now }, log: kept.log }, failing);
    for (let n = 0; n < FAILURES_MAX; n++) await port.send(messageOf(), hook(0), signal);
    expect(await port.send(messageOf(), hook(0), signal)).toMatchObject({
      text: expect.stringContaining('left alone') as string,
    });
    expect(await port.send(messageOf(), hook(1), signal)).toMatchObject({ status: 'sent' });
    expect(kept.lines.join('')).not.toContain('hooks.example.com/0');
  });

  it(`of which ${GUARDS_MAX} are remembered`, async () => {
    const port = guardedChannel({ clock: { now: () => now }, log: kept.log }, failing);
    for (let n = 0; n < FAILURES_MAX; n++) await port.send(messageOf(), hook(0), signal);
    const called = failing.calls;
    await port.send(messageOf(), hook(0), signal);
    expect(failing.calls).toBe(called);
    for (let n = 1; n <= GUARDS_MAX; n++) await port.send(messageOf(), hook(n), signal);
    await port.send(messageOf(), hook(0), signal);
    expect(failing.calls).toBe(called + GUARDS_MAX + 1);
  });
});
