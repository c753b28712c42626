import { createECDH, createHash } from 'node:crypto';

/** What push services know us by (RFC 8292): a P-256 pair, base64url. Apps subscribe with the public one. */
export interface VapidKeys {
  readonly publicKey: string;
  readonly privateKey: string;
}

const PRIVATE_KEY_BYTES = 32;

/** The pair of a development machine: always the same of the same secret, or every subscription would die with the process. */
export function vapidKeysOf(secret: string): VapidKeys {
  return pairOf(createHash('sha256').update(secret).digest());
}

/** Whether the two belong together. */
export function isVapidPair({ publicKey, privateKey }: VapidKeys): boolean {
  const scalar = Buffer.from(privateKey, 'base64url');
  if (scalar.length !== PRIVATE_KEY_BYTES) return false;
  try {
    return pairOf(scalar).publicKey === Buffer.from(publicKey, 'base64url').toString('base64url');
  } catch {
    return false;
  }
}

function pairOf(scalar: Buffer): VapidKeys {
  const curve = createECDH('prime256v1');
  curve.setPrivateKey(scalar);
  return { publicKey: curve.getPublicKey('base64url'), privateKey: scalar.toString('base64url') };
}
