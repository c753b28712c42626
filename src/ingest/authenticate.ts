import { Webhook } from 'standardwebhooks';
import { digest } from '../kernel/text.ts';
import type { FormatName, WeakProof } from '../venues/formats/format.ts';
import { FORMATS } from '../venues/formats/formats.ts';
import { readJson } from './delivery.ts';

export const DELIVERY_ID_CHARACTERS_MAX = 256;
const SIGNATURES_MAX = 20;

export interface Request {
  readonly headers: Headers;
  readonly body: Uint8Array;
}

/** The id of the delivery when it is proven to be the venue's, under any of its secrets; null otherwise. */
export function authenticate(format: FormatName, secrets: readonly string[], request: Request): string | null {
  const proof = format === 'standard' ? null : FORMATS[format].weakProof;
  if (proof !== null) return isProven(proof, secrets, request.body) ? `body-${digest(request.body)}` : null;
  return isSigned(secrets, request) ? request.headers.get('webhook-id') : null;
}

function isProven(proof: WeakProof, secrets: readonly string[], body: Uint8Array): boolean {
  const read = readJson(body);
  return 'json' in read && secrets.some((secret) => proof.isAuthentic(read.json, secret));
}

/** Within 300 s of our clock, in both directions, under any of the venue's secrets. */
function isSigned(secrets: readonly string[], { headers, body }: Request): boolean {
  const named = {
    'webhook-id': headers.get('webhook-id') ?? '',
    'webhook-timestamp': headers.get('webhook-timestamp') ?? '',
    'webhook-signature': headers.get('webhook-signature') ?? '',
  };
  const { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signature } = named;
  if (!/^[\x21-\x7e]+$/.test(id) || id.length > DELIVERY_ID_CHARACTERS_MAX || id.includes('.')) return false;
  if (!/^\d{1,12}$/.test(timestamp) || signature.split(' ').length > SIGNATURES_MAX) return false;
  return secrets.some((secret) => verifies(secret, named, body));
}

function verifies(secret: string, headers: Record<string, string>, body: Uint8Array): boolean {
  try {
    new Webhook(secret).verify(Buffer.from(body), headers, { jsonParse: false });
    return true;
  } catch {
    return false;
  }
}
