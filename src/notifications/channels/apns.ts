import { type CryptoKey, importPKCS8, SignJWT } from 'jose';
import { z } from 'zod';
import type { Clock } from '../../kernel/clock.ts';
import { gone, isLater, jsonOf, later, laterHere, refused, sent, unlessUnsent, waitOf } from './answer.ts';
import { openApnsSession } from './apns-session.ts';
import type { ChannelPort, Message, Outcome } from './channel.ts';
import { fitted, withinBytes } from './fit.ts';
import type { HttpAnswer } from './http.ts';
import { apnsHeadersOf, appDataOf, apsOf } from './payload.ts';
import type { ApnsSettings } from './settings.ts';

const PAYLOAD_BYTES_MAX = 4_096;
/** Apple wants a token that is between 20 and 60 minutes old at most. */
const TOKEN_MS_MAX = 3_000_000;

const fault = z.object({ reason: z.string(), timestamp: z.number().positive().optional() });

export interface ApnsOptions extends ApnsSettings {
  readonly clock: Clock;
  readonly ca?: string | undefined;
}

/**
 * Apple Push Notification service: HTTP/2, token-based. Written out, since `apns2` connects to port 443 only, can't be given up and
 * keeps `apns-id` and Retry-After to itself.
 */
export function apnsPort(options: ApnsOptions): ChannelPort<'APNS'> {
  const { clock, topic } = options;
  const session = openApnsSession(options);
  const token = providerToken(options);
  return {
    kind: 'APNS',
    // The same apns-collapse-id: shown as one.
    idempotent: true,
    send: (message, target, signal) =>
      unlessUnsent(async () => {
        const body = bodyOf(message);
        if (body === null) return refused('it is too long for APNs');
        const headers = { authorization: `bearer ${await token.read()}`, ...headersOf(message, topic, clock.now()) };
        const path = `/3/device/${encodeURIComponent(target.token)}`;
        const answer = await session.post({ path, headers, body }, signal);
        const { reason, timestamp } = fault.safeParse(jsonOf(answer.text)).data ?? {};
        if (reason === 'ExpiredProviderToken') token.forget();
        return outcomeOf(answer, { reason, timestamp, clock });
      }),
    close: () => session.close(),
  };
}

function providerToken({ key: pem, keyId, teamId, clock }: ApnsOptions): { read(): Promise<string>; forget(): void } {
  let key: Promise<CryptoKey> | undefined;
  let known: { readonly token: Promise<string>; readonly until: number } | undefined;
  const sign = async (now: number): Promise<string> =>
    new SignJWT()
      .setProtectedHeader({ alg: 'ES256', kid: keyId })
      .setIssuer(teamId)
      .setIssuedAt(Math.floor(now / 1_000))
      .sign(await (key ??= importPKCS8(pem, 'ES256')));
  return {
    read: () => {
      const now = clock.now().getTime();
      if (!known || now >= known.until) known = { token: sign(now), until: now + TOKEN_MS_MAX };
      return known.token;
    },
    forget: () => (known = undefined),
  };
}

const headersOf = (message: Message, topic: string, now: Date): Record<string, string> => ({
  ...{ 'apns-id': message.id, 'apns-topic': topic, 'apns-push-type': 'alert' },
  ...apnsHeadersOf(message, now),
});

const bodyOf = (message: Message): string | null =>
  fitted(message.body, {
    write: (body) =>
      JSON.stringify({ aps: { alert: { title: message.title, body }, ...apsOf(message) }, ...appDataOf(message) }),
    fits: withinBytes(PAYLOAD_BYTES_MAX),
  });

interface Said {
  readonly reason: string | undefined;
  readonly timestamp: number | undefined;
  readonly clock: Clock;
}

/** developer.apple.com/documentation/usernotifications/handling-notification-responses-from-apns */
function outcomeOf(answer: HttpAnswer, { reason, timestamp, clock }: Said): Outcome {
  const { status, headers } = answer;
  const id = headers['apns-id'];
  if (status === 200) return sent(typeof id === 'string' ? id : null);
  const what = `APNs answered ${status}${reason === undefined ? '' : ` ${reason.slice(0, 60)}`}`;
  if (status === 410) return gone(what, timestamp === undefined ? null : new Date(timestamp));
  // One device gets too many; too many tokens of ours have the same status.
  if (reason === 'TooManyRequests') return laterHere(what, waitOf(answer, clock));
  // BadDeviceToken is not `gone`: with the address of the sandbox, by mistake, each token is bad.
  return isLater(answer) ? later(what, waitOf(answer, clock)) : refused(what);
}
