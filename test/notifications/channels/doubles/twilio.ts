import { type HttpDouble, openHttpDouble, type Reply } from './http-double.ts';

export interface TwilioDouble extends HttpDouble {
  readonly messages: {
    readonly to: string;
    readonly from: string;
    readonly body: string;
    readonly validitySeconds: number;
  }[];
  /** Numbers that have answered STOP. */
  readonly stopped: Set<string>;
}

export const ACCOUNT = {
  accountSid: 'ACtest',
  authToken: 'a-token-that-must-not-be-logged',
  from: '+15005550006',
} as const;

export const twilioFault = (status: number, code: number): Reply => ({
  status,
  body: { code, message: 'The number +15551234567 is not right', more_info: 'https://www.twilio.com/docs', status },
});

/** Twilio's Messages resource. */
export async function openTwilioDouble(): Promise<TwilioDouble> {
  const messages: TwilioDouble['messages'] = [];
  const stopped = new Set<string>();
  const known = `Basic ${Buffer.from(`${ACCOUNT.accountSid}:${ACCOUNT.authToken}`).toString('base64')}`;
  const double = await openHttpDouble(({ method, path, headers, body }) => {
    if (headers.authorization !== known) return twilioFault(401, 20003);
    if (`${method} ${path}` !== `POST /2010-04-01/Accounts/${ACCOUNT.accountSid}/Messages.json`)
      return twilioFault(404, 20404);
    const form = new URLSearchParams(body.toString());
    const [to, from, text] = [
      form.get('To') ?? '',
      form.get('From') ?? form.get('MessagingServiceSid') ?? '',
      form.get('Body') ?? '',
    ];
    const validitySeconds = Number(form.get('ValidityPeriod'));
    if (!/^\+\d{7,15}$/.test(to)) return twilioFault(400, 21211);
    if (from === '') return twilioFault(400, 21603);
    if (text === '' || text.length > 1_600) return twilioFault(400, 21617);
    if (!(validitySeconds >= 1 && validitySeconds <= 36_000)) return twilioFault(400, 90007);
    if (stopped.has(to)) return twilioFault(400, 21610);
    messages.push({ to, from, body: text, validitySeconds });
    return { status: 201, body: { sid: `SM${messages.length}`, status: 'queued' } };
  });
  return { ...double, messages, stopped };
}
