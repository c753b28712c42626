import { NumberText } from '../../kernel/number-text.ts';
import { VenueBusy } from '../faults.ts';
import { isObject } from '../formats/fields.ts';
import type { AlpacaAnswer } from './api.ts';

const TEXT_CHARACTERS_MAX = 300;
/** Where a 429 does not say how long to wait. */
const BUSY_MS = 5_000;

/** What an answer comes to: done, refused for good with Alpaca's words, or an order that it does not know. */
export type Verdict =
  | { readonly is: 'done' }
  | { readonly is: 'refused'; readonly text: string; readonly isDuplicate: boolean }
  | { readonly is: 'unknown' };

/**
 * Alpaca's error codes begin with the HTTP status that they belong to. 422 and 400 are about the request, for good. So is
 * a 403 with such a code (40310000: no buying power, no shares, not allowed to short); one without it refuses our
 * credentials, as 401 does, and that is no fault of the trader's: the order waits until they are right.
 * @throws VenueBusy on 429, and for what else may pass later
 */
export function verdictOf({ status, body, retryAfterMs, resetMs }: AlpacaAnswer): Verdict {
  if (status >= 200 && status < 300) return { is: 'done' };
  const { code, message } = errorOf(body);
  const isCoded = code.startsWith(String(status));
  if (status === 422 || status === 400 || (status === 403 && isCoded)) {
    const text = message === '' ? 'Alpaca refused it without a reason' : `Alpaca: ${message}`;
    return { is: 'refused', text, isDuplicate: /client[ _]order[ _]id must be unique/i.test(message) };
  }
  if (status === 404 && isCoded) return { is: 'unknown' };
  if (status === 429) throw new VenueBusy('Alpaca answered 429', retryAfterMs ?? resetMs ?? BUSY_MS);
  if (status === 503 && retryAfterMs !== null) throw new VenueBusy('Alpaca answered 503', retryAfterMs);
  if (status === 401 || status === 403) throw new Error(`Alpaca answered ${status}: the credentials are not right`);
  throw new Error(`Alpaca answered ${status}`);
}

function errorOf(body: unknown): { readonly code: string; readonly message: string } {
  if (!isObject(body)) return { code: '', message: '' };
  const { code, message } = body;
  const words = typeof message === 'string' ? message.slice(0, TEXT_CHARACTERS_MAX).replaceAll('\0', '') : '';
  return { code: code instanceof NumberText ? code.text : '', message: words.toWellFormed() };
}
