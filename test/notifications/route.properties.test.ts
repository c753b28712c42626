import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CONTACT_CHANNELS, type ContactChannel } from '../../src/notifications/contact.ts';
import { POLICIES } from '../../src/notifications/policy.ts';
import { type Decision, route } from '../../src/notifications/route.ts';
import { CHANNELS } from '../../src/notifications/words.ts';
import { cases } from './arbitraries.ts';
import { referenceRoute } from './reference-router.ts';
import { clockOf, isWithin, MINUTE_MS, windowOf } from './wall-clock.ts';

const PREFERENCE_SETS = 1_000;

const written = (decision: Decision): string =>
  `${decision.action} ${decision.reason}${decision.action === 'HOLD' ? ` ${decision.releaseAt.toISOString()}` : ''}`;

describe(`${PREFERENCE_SETS} random preference sets, around both changes of the clock in six zones`, () => {
  it('are routed as the reference does, which steps through the minutes', () => {
    /** What came up: a property that meets none of a reason shows nothing of it. */
    const met = new Set<string>();
    fc.assert(
      fc.property(cases, ({ setting, situation, notification }) => {
        const decisions = route(notification, situation);
        for (const { action, reason } of decisions) met.add(`${action} ${reason}`);
        expect(Object.fromEntries(decisions.map((decision) => [decision.channel, written(decision)]))).toEqual(
          referenceRoute(notification, situation, clockOf(setting)),
        );
      }),
      { numRuns: PREFERENCE_SETS },
    );
    expect([...met].toSorted()).toEqual(
      [
        ...['SEND CRITICAL', 'SEND DEFAULT', 'SEND FALLBACK', 'SEND PREFERRED'],
        ...['HOLD DIGEST_PREFERRED', 'HOLD OVER_CAP', 'HOLD QUIET_HOURS'],
        ...[
          'CHANNEL_OFF',
          'EXPIRED',
          'MUTED_STRATEGY',
          'MUTED_SYMBOL',
          'NOT_FOR_TYPE',
          'NO_ADDRESS',
          'NO_DEVICE',
          'UNVERIFIED',
          'ADDRESS_GONE',
        ].map((reason) => `SUPPRESS ${reason}`),
        ...['ON_SCREEN', 'PERMISSION_DENIED', 'STANDBY', 'SWITCHED_OFF'].map((reason) => `SUPPRESS ${reason}`),
      ].toSorted(),
    );
  });

  it('give exactly one decision per channel, in the order of the channels', () => {
    fc.assert(
      fc.property(cases, ({ situation, notification }) => {
        expect(route(notification, situation).map(({ channel }) => channel)).toEqual([...CHANNELS]);
      }),
      { numRuns: 200 },
    );
  });

  it('send nothing to an address that is not verified, or gone', () => {
    const met = new Set<string>();
    fc.assert(
      fc.property(cases, ({ situation, notification }) => {
        const { contactStates } = situation.preferences;
        for (const channel of CONTACT_CHANNELS) {
          const decision = route(notification, situation).find((each) => each.channel === channel);
          const state = contactStates[channel] ?? 'NONE';
          met.add(`${state} ${decision?.action}`);
          if (state !== 'VERIFIED') expect(decision?.action).toBe('SUPPRESS');
        }
      }),
      { numRuns: 500 },
    );
    expect([...met]).toEqual(expect.arrayContaining(['VERIFIED SEND', 'UNVERIFIED SUPPRESS', 'GONE SUPPRESS']));
  });

  it('release nothing within quiet hours, unless they never end', () => {
    fc.assert(
      fc.property(cases, ({ setting, situation, notification }) => {
        const clock = clockOf(setting);
        for (const decision of route(notification, situation)) {
          if (decision.action !== 'HOLD') continue;
          expect(decision.releaseAt.getTime()).toBeGreaterThan(situation.now.getTime());
          const windows = situation.preferences.quietHours
            .filter(({ channels }) => channels === null || channels.some((one) => one === decision.channel))
            .map((window) => windowOf(window));
          const isQuiet = (minute: number): boolean => windows.some((window) => isWithin(clock, window, minute));
          const minute = (decision.releaseAt.getTime() - clock.from) / MINUTE_MS;
          if (isQuiet(minute))
            expect(Array.from({ length: 10_080 }, (_, later) => isQuiet(minute + later)).every(Boolean)).toBe(true);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('keep nothing critical from a user who can be reached', () => {
    fc.assert(
      fc.property(cases, ({ situation, notification }) => {
        fc.pre(POLICIES[notification.type].critical);
        const decisions = route(notification, situation);
        const [inApp, ...outside] = decisions;
        expect(inApp).toEqual({ channel: 'IN_APP', action: 'SEND', reason: 'CRITICAL' });
        expect(decisions.filter(({ action }) => action === 'HOLD')).toEqual([]);
        const { devices, configured, preferences } = situation;
        const isUsable = (channel: ContactChannel): boolean =>
          configured.has(channel) && preferences.contactStates[channel] === 'VERIFIED';
        const isReachable =
          CONTACT_CHANNELS.some(isUsable) ||
          devices.some(
            ({ provider, permission }) => provider !== null && permission === 'GRANTED' && configured.has(provider),
          );
        // Or a push of it would only repeat what the screen shows.
        const isTold = outside.some(({ action, reason }) => action === 'SEND' || reason === 'ON_SCREEN');
        expect(isTold).toBe(isReachable);
      }),
      { numRuns: 300 },
    );
  });
});
