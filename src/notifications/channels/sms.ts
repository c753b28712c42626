import { z } from 'zod';
import type { Clock } from '../../kernel/clock.ts';
import { gone, isLater, jsonOf, later, laterHere, refused, sent, unlessUnsent, waitOf } from './answer.ts';
import type { ChannelPort, Message, Outcome } from './channel.ts';
import { fitted } from './fit.ts';
import { type HttpAnswer, openHttp } from './http.ts';
import { ttlSecondsOf } from './payload.ts';
import type { SmsSettings } from './settings.ts';

/** Each is paid for. */
export const SEGMENTS_MAX = 3;
/** Of a message in several segments, each with its header of 6 bytes: GSM 7-bit, and UCS-2 (3GPP TS 23.040). */
const GSM_PER_SEGMENT = 153;
const UCS2_PER_SEGMENT = 67;
/** Ten hours: Twilio's own bound (twilio.com/docs/api/errors/90007). */
const VALIDITY_SECONDS_MAX = 36_000;

/** 3GPP TS 23.038, without the characters that take two places: those are counted as UCS-2, which is never too short. */
const GSM = /^[@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&'()*+,\-./0-9:;<=>?¡A-ZÄÖÑÜ§¿a-zäöñüà]*$/;
const E164 = /^\+[1-9]\d{6,14}$/;

/** Not a number, not reachable by SMS, or its owner has answered STOP (twilio.com/docs/api/errors). */
const GONE = [21211, 21214, 21217, 21610, 21614];

const taken = z.object({ sid: z.string() });
const fault = z.object({ code: z.number().int() });

export interface SmsOptions extends SmsSettings {
  readonly clock: Clock;
}

/** SMS through the REST API of Twilio. */
export function smsPort({ url, accountSid, authToken, from, clock }: SmsOptions): ChannelPort<'SMS'> {
  const http = openHttp();
  const messages = `${url.replace(/\/+$/, '')}/2010-04-01/Accounts/${encodeURIComponent(accountSid)}/Messages.json`;
  const headers = {
    authorization: `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}`,
    'content-type': 'application/x-www-form-urlencoded',
    accept: 'application/json',
  };
  return {
    kind: 'SMS',
    // Twilio has no idempotency key for messages: what is sent twice arrives twice.
    idempotent: false,
    send: async (message, { phone }, signal) => {
      if (!E164.test(phone)) return gone('the number is not of the form E.164');
      const text = smsOf(message);
      if (text === null) return refused('it is too long for an SMS');
      const body = new URLSearchParams({
        ...{ To: phone, Body: text, [from.startsWith('MG') ? 'MessagingServiceSid' : 'From']: from },
        ValidityPeriod: String(Math.min(Math.max(ttlSecondsOf(message, clock.now()), 1), VALIDITY_SECONDS_MAX)),
      }).toString();
      return unlessUnsent(async () => outcomeOf(await http.post({ url: messages, headers, body }, signal), clock));
    },
    close: () => http.close(),
  };
}

/** The body, which has the title in its words, as much as fits. */
export const smsOf = ({ body }: Message): string | null =>
  fitted(body, { write: (text) => text.replace('…', '...'), fits: isShort });

const isShort = (text: string): boolean =>
  text.length <= SEGMENTS_MAX * (GSM.test(text) ? GSM_PER_SEGMENT : UCS2_PER_SEGMENT);

/** Of a gateway, or of Twilio within its work: the message may have been taken. */
const UNKNOWN_STATUSES = [500, 502, 504];

/** @throws where Twilio may have taken the message without saying so */
function outcomeOf(answer: HttpAnswer, clock: Clock): Outcome {
  const { status, text } = answer;
  if (status === 200 || status === 201) return sent(taken.safeParse(jsonOf(text)).data?.sid ?? null);
  const { code } = fault.safeParse(jsonOf(text)).data ?? {};
  // Its own words may quote the number.
  const what = `Twilio answered ${status}${code === undefined ? '' : ` (${code})`}`;
  if (code !== undefined && GONE.includes(code)) return gone(what);
  // The queue of this sender is full: 21611.
  if (code === 21611) return laterHere(what);
  if (UNKNOWN_STATUSES.includes(status)) throw new Error(what);
  return isLater(answer) ? later(what, waitOf(answer, clock)) : refused(what);
}
