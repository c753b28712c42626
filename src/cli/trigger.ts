import { z } from 'zod';
import { StartupError } from '../kernel/startup-error.ts';
import type { Output } from './output.ts';

/** What the simulated exchange can be made to do with an order, with the options that each takes. */
export const ACTIONS = {
  accept: 'acknowledge the order',
  reject: 'reject it (--text)',
  fill: 'fill it, all that is open or --qty, at the market or at --px',
  overfill: 'fill --qty more than is open',
  cancel: 'cancel it unasked (--text)',
  expire: 'let it expire',
  'done-for-day': 'end its day',
  suspend: 'halt it',
  stop: 'guarantee it a price',
  restate: 'change its --quantity or --price unasked',
  bust: 'take its --fill back',
  correct: 'correct its --fill to --qty at --px',
} as const;
export type Action = keyof typeof ACTIONS;

export interface TriggerOptions {
  readonly account: string | undefined;
  readonly qty: string | undefined;
  readonly px: string | undefined;
  readonly quantity: string | undefined;
  readonly price: string | undefined;
  readonly text: string | undefined;
  /** Which fill: its number, from 1, or its execId. */
  readonly fill: string | undefined;
  /** The order waits for the next trigger rather than to go back to the market. */
  readonly hold: boolean;
}

const TIMEOUT_MS = 10_000;

const refusal = z.object({ text: z.string().optional() });

/** @throws StartupError with what the exchange said */
export async function trigger(
  exchangeUrl: string,
  order: { readonly action: Action; readonly clOrdId: string; readonly options: TriggerOptions },
  output: Output,
): Promise<void> {
  const { action, clOrdId, options } = order;
  const step = stepOf(action, options);
  const body = {
    clOrdId,
    steps: [step, ...(options.hold ? [] : [{ do: 'release' }])],
    ...(options.account !== undefined && { account: options.account }),
  };
  const response = await post(new URL('/scenarios', exchangeUrl), body);
  const { text = '' } = refusal.catch({}).parse(await response.json().catch(() => null));
  if (!response.ok) throw new StartupError(`The exchange does not (${response.status})${text && `: ${text}`}.`);
  output.show({ clOrdId, ...step }, () => `${output.colors.green('asked for')} ${action} of ${clOrdId}`);
}

function stepOf(action: Action, { qty, px, quantity, price, text, fill }: TriggerOptions): object {
  const given = { qty, px, quantity, price, text, fill: readFill(action, fill) };
  return { do: action.replaceAll('-', '_'), ...given };
}

/** By number or by execId; a bust or a correction is of the first fill unless it says otherwise. */
function readFill(action: Action, fill: string | undefined): number | string | undefined {
  if (fill === undefined) return action === 'bust' || action === 'correct' ? 1 : undefined;
  return /^\d{1,4}$/.test(fill) ? Number(fill) : fill;
}

async function post(url: URL, body: object): Promise<Response> {
  try {
    return await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
  } catch {
    throw new StartupError(`The exchange at ${url.origin} can't be reached.`);
  }
}

/** Where the exchange of a demo listens. @throws StartupError when the service plays no demo */
export async function findExchange(serviceUrl: string): Promise<string> {
  const response = await fetch(new URL('/demo/exchange', serviceUrl)).catch(() => null);
  if (response?.ok) return ((await response.json()) as { url: string }).url;
  throw new StartupError(`${serviceUrl} plays no demo: name the exchange with --exchange.`);
}
