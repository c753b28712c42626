import { parseNumberText, writeNumberText } from '../kernel/number-text.ts';
import type { FormatName, InboundFormat } from '../venues/formats/format.ts';
import { FORMATS } from '../venues/formats/formats.ts';
import {
  type Delivery,
  DELIVERY_REPORTS_MAX,
  readEnvelope,
  readJson,
  receive,
  type Received,
  unreadableBody,
} from './delivery.ts';
import { executionReportSchema } from './execution-report.ts';

/** Reads a body as this format has it. A venue's message that says nothing of an order leaves nothing. */
export function readDelivery(format: FormatName, body: Uint8Array): Delivery['content'] {
  return format === 'standard' ? readEnvelope(body) : readMessages(FORMATS[format], body);
}

function readMessages(format: InboundFormat, body: Uint8Array): Delivery['content'] {
  const read = readJson(body);
  if ('fault' in read) return unreadableBody(read.fault, body);
  const messages = format.split(parseNumberText(read.text));
  if (messages.length > DELIVERY_REPORTS_MAX) {
    return unreadableBody(`more than ${DELIVERY_REPORTS_MAX} messages in one body`, body);
  }
  return { reports: messages.flatMap((message) => receiveMessage(format, message) ?? []) };
}

function receiveMessage(format: InboundFormat, message: unknown): Received | null {
  const reading = format.read(message);
  if (reading === null) return null;
  const body = writeNumberText(message);
  if ('unreadable' in reading) return { unreadable: reading.unreadable, account: null, body };
  if ('confirm' in reading) {
    const { account, venueOrderId } = reading.confirm;
    return { unconfirmed: { venueOrderId }, account, body };
  }
  return { ...receive(reading), body };
}

/**
 * Reads again what was kept of one report: the message as its venue wrote it or, where it came by the mutation or is the
 * venue's refusal of a request, a report in our words.
 */
export function receiveAgain(format: FormatName, body: string): Received {
  const raw: unknown = JSON.parse(body);
  if (format === 'standard' || executionReportSchema.safeParse(raw).success) return receive(raw);
  return receiveMessage(FORMATS[format], parseNumberText(body)) ?? receive(raw);
}
