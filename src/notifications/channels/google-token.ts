import { type CryptoKey, importPKCS8, SignJWT } from 'jose';
import { z } from 'zod';
import type { Clock } from '../../kernel/clock.ts';
import { jsonOf } from './answer.ts';
import type { Http, HttpAnswer } from './http.ts';
import type { ServiceAccount } from './settings.ts';

const SCOPE = 'https://www.googleapis.com/auth/firebase.messaging';
const GRANT = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
const GRANT_SECONDS = 3_600;
const GRANT_MS_MAX = 5_000;
/** A token is not used any more so long before it ends. */
const EARLY_MS = 300_000;

const granted = z.object({ access_token: z.string().min(1), expires_in: z.number().positive() });

/** Google gave no token: no message can be sent. */
export class NoToken extends Error {
  override readonly name = 'NoToken';
  readonly answer: HttpAnswer;
  constructor(answer: HttpAnswer) {
    super(`Google answered ${answer.status} to our grant`);
    this.answer = answer;
  }
}

export interface GoogleToken {
  /** @throws NoToken, and what `post` throws */
  read(): Promise<string>;
  /** FCM takes it no more. */
  forget(token: string): void;
}

/** The access token of a service account, by a grant that its key signs (RFC 7523); kept until it ends, asked for once at a time. */
export function openGoogleToken(account: ServiceAccount, { clock, http }: { clock: Clock; http: Http }): GoogleToken {
  let key: Promise<CryptoKey> | undefined;
  let known: { readonly token: string; readonly until: number } | undefined;
  let asking: Promise<string> | undefined;
  const ask = async (): Promise<string> => {
    key ??= importPKCS8(account.privateKey, 'RS256');
    const now = clock.now().getTime();
    const seconds = Math.floor(now / 1_000);
    const assertion = await new SignJWT({ scope: SCOPE })
      .setProtectedHeader({ alg: 'RS256', typ: 'JWT', ...(account.keyId !== null && { kid: account.keyId }) })
      .setIssuer(account.clientEmail)
      .setAudience(account.tokenUrl)
      .setIssuedAt(seconds)
      .setExpirationTime(seconds + GRANT_SECONDS)
      .sign(await key);
    const answer = await http.post(
      {
        url: account.tokenUrl,
        headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
        body: new URLSearchParams({ grant_type: GRANT, assertion }).toString(),
      },
      // Of its own: whoever asked first may give up, and others wait for it too.
      AbortSignal.timeout(GRANT_MS_MAX),
    );
    const { data } = granted.safeParse(jsonOf(answer.text));
    if (answer.status !== 200 || !data) throw new NoToken(answer);
    known = { token: data.access_token, until: now + data.expires_in * 1_000 - EARLY_MS };
    return known.token;
  };
  return {
    read: () => {
      if (known && clock.now().getTime() < known.until) return Promise.resolve(known.token);
      asking ??= ask().finally(() => (asking = undefined));
      return asking;
    },
    forget: (token) => {
      if (known?.token === token) known = undefined;
    },
  };
}
