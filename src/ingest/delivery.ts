import { z } from 'zod';
import { ID_CHARACTERS_MAX, isStorable } from '../kernel/text.ts';
import { jsonFault } from '../kernel/json-fault.ts';
import { type ExecutionReport, executionReportSchema } from './execution-report.ts';

export const DELIVERY_REPORTS_MAX = 500;

/** One report of a delivery: readable, or the reason why not. `body` is the report as it came, as JSON. */
export type Received =
  | { readonly report: ExecutionReport; readonly body: string }
  | { readonly unreadable: string; readonly account: string | null; readonly body: string };

/** What a venue sent in one request. (venue, deliveryId) is its idempotency key, `bodyHash` proves a repeat to be one. */
export interface Delivery {
  readonly venue: string;
  readonly deliveryId: string;
  readonly bodyHash: string;
  readonly receivedAt: Date;
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

/** Reads the body of a Standard Webhooks delivery: `{ type, timestamp, data: ExecutionReport | ExecutionReport[] }`. */
export function readEnvelope(body: Uint8Array): Delivery['content'] {
  const unreadable = (detail: string): Delivery['content'] => ({
    unreadable: detail,
    body: Buffer.from(body).toString('base64'),
  });
  let json: unknown;
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body);
    json = JSON.parse(text);
    const fault = jsonFault(text);
    if (fault !== null) return unreadable(fault);
  } catch {
    return unreadable('the body is not JSON in UTF-8');
  }
  const envelope = envelopeSchema.safeParse(json);
  if (!envelope.success) return unreadable(describe(envelope.error));
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

/** The first few faults, by path; never the values, which may be anything. */
export function describe(error: z.ZodError): string {
  return error.issues
    .slice(0, 5)
    .map(({ path, message }) => `${path.join('.') || 'body'}: ${message}`)
    .join('; ')
    .slice(0, 500);
}
