import { z } from 'zod';
import { describe } from '../kernel/faults.ts';
import { jsonFault } from '../kernel/json-fault.ts';
import { ID_CHARACTERS_MAX, isStorable } from '../kernel/text.ts';
import { type ExecutionReport, executionReportSchema } from './execution-report.ts';

export const DELIVERY_REPORTS_MAX = 500;

/**
 * One report of a delivery: readable, or the reason why not, or a claim about an order of the venue that nothing proves
 * yet. `body` is the report, or the venue's own message, as JSON.
 */
export type Received =
  | { readonly report: ExecutionReport; readonly body: string }
  | { readonly unconfirmed: { readonly venueOrderId: string }; readonly account: string; readonly body: string }
  | { readonly unreadable: string; readonly account: string | null; readonly body: string };

/** What a venue sent in one request. (venue, deliveryId) is its idempotency key, `bodyHash` proves a repeat to be one. */
export interface Delivery {
  readonly venue: string;
  readonly deliveryId: string;
  readonly bodyHash: string;
  readonly receivedAt: Date;
  /** Made here: not a sign of life of the venue. */
  readonly own?: true;
  readonly content: { readonly reports: readonly Received[] } | { readonly unreadable: string; readonly body: string };
}

/** `conflict`: the delivery id is known with another body. `unreadable`: no envelope; it was quarantined whole. */
export type Outcome =
  | { readonly status: 'applied'; readonly accepted: number; readonly duplicates: number; readonly quarantined: number }
  | { readonly status: 'conflict' }
  | { readonly status: 'unreadable'; readonly detail: string };

const envelopeSchema = z.object({
  type: z.literal('execution.reported'),
  timestamp: z.iso.datetime({ offset: true }),
  data: z.union([z.array(z.unknown()).min(1).max(DELIVERY_REPORTS_MAX), z.record(z.string(), z.unknown())]),
});

/** The body's text and its value, or why it is not JSON by every reader's measure. */
export function readJson(
  body: Uint8Array,
): { readonly text: string; readonly json: unknown } | { readonly fault: string } {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body);
    const json: unknown = JSON.parse(text);
    const fault = jsonFault(text);
    return fault === null ? { text, json } : { fault };
  } catch {
    return { fault: 'the body is not JSON in UTF-8' };
  }
}

/** What a body that can't be read at all is kept as. */
export const unreadableBody = (detail: string, body: Uint8Array): Delivery['content'] => ({
  unreadable: detail,
  body: Buffer.from(body).toString('base64'),
});

/** Reads the body of a Standard Webhooks delivery: `{ type, timestamp, data: ExecutionReport | ExecutionReport[] }`. */
export function readEnvelope(body: Uint8Array): Delivery['content'] {
  const read = readJson(body);
  if ('fault' in read) return unreadableBody(read.fault, body);
  const envelope = envelopeSchema.safeParse(read.json);
  if (!envelope.success) return unreadableBody(describe(envelope.error), body);
  const { data } = envelope.data;
  return { reports: (Array.isArray(data) ? data : [data]).map(receive) };
}

export function receive(raw: unknown): Received {
  const body = JSON.stringify(raw);
  const read = executionReportSchema.safeParse(raw);
  if (read.success) return { report: read.data, body };
  return { unreadable: describe(read.error), account: accountOf(raw), body };
}

function accountOf(raw: unknown): string | null {
  const account = typeof raw === 'object' && raw !== null && 'account' in raw ? raw.account : null;
  return typeof account === 'string' && isStorable(account) ? account.slice(0, ID_CHARACTERS_MAX) : null;
}
