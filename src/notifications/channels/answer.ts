import type { Clock } from '../../kernel/clock.ts';
import { retryAfterMs } from '../../kernel/retry-after.ts';
import type { Outcome } from './channel.ts';
import { type HttpAnswer, NotPublic, NotSent } from './http.ts';

/** A provider that asks for more is asked again then. */
export const WAIT_MS_MAX = 3_600_000;

type Headed = Pick<HttpAnswer, 'headers' | 'status'>;

/** What the provider says that we must wait, in milliseconds. */
export const waitOf = ({ headers }: Pick<HttpAnswer, 'headers'>, clock: Clock): number | null =>
  retryAfterMs(headers['retry-after'], { now: clock.now(), msMax: WAIT_MS_MAX });

/** It may be taken later: the provider is overloaded, fails, or does not know us at the moment. */
export const later = (text: string, ms: number | null = null): Outcome => ({ status: 'later', text, retryAfterMs: ms });
/** Only this target has to wait; the provider is well. */
export const laterHere = (text: string, ms: number | null = null): Outcome => ({
  ...{ status: 'later', text, retryAfterMs: ms },
  ofTarget: true,
});
export const sent = (providerId: string | null): Outcome => ({ status: 'sent', providerId: bounded(providerId) });
export const refused = (text: string): Outcome => ({ status: 'refused', text });
export const gone = (text: string, deadSince: Date | null = null): Outcome => ({ status: 'gone', text, deadSince });

/**
 * 429 and 5xx, whose message may be taken later. So may one with a 401 or 403: our key is not right at the moment, and
 * what an operator mends in time costs nobody a message.
 */
export const isLater = ({ status }: Headed): boolean =>
  status === 401 || status === 403 || status === 408 || status === 429 || status >= 500;

/** That nothing left is an answer too: nobody has the message. */
export async function unlessUnsent(task: () => Promise<Outcome>): Promise<Outcome> {
  try {
    return await task();
  } catch (error) {
    if (error instanceof NotSent) return later(error.message);
    if (error instanceof NotPublic) return refused(error.message);
    throw error;
  }
}

/** What a provider's JSON says, or null: before it stand proxies that answer in HTML. */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

const PROVIDER_ID_CHARACTERS_MAX = 200;
const bounded = (id: string | null): string | null => (id === null ? null : id.slice(0, PROVIDER_ID_CHARACTERS_MAX));
