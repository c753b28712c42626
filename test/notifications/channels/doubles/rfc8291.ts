import { createDecipheriv, type ECDH, hkdfSync } from 'node:crypto';

/**
 * What a browser does with a message: RFC 8291 over RFC 8188, one record. Written from the RFCs, so that it shares nothing with
 * the library that encrypts.
 */
export function decryptPush(message: Buffer, { keys, auth }: { readonly keys: ECDH; readonly auth: Buffer }): Buffer {
  const salt = message.subarray(0, 16);
  const recordSize = message.readUInt32BE(16);
  const idLength = message.readUInt8(20);
  const sender = message.subarray(21, 21 + idLength);
  const record = message.subarray(21 + idLength);
  if (record.length > recordSize) throw new Error('more than one record');
  const keyInfo = Buffer.concat([Buffer.from('WebPush: info\0'), keys.getPublicKey(), sender]);
  const ikm = Buffer.from(hkdfSync('sha256', keys.computeSecret(sender), auth, keyInfo, 32));
  const derive = (info: string, bytes: number): Buffer => Buffer.from(hkdfSync('sha256', ikm, salt, info, bytes));
  const cipher = createDecipheriv(
    'aes-128-gcm',
    derive('Content-Encoding: aes128gcm\0', 16),
    derive('Content-Encoding: nonce\0', 12),
  );
  cipher.setAuthTag(record.subarray(-16));
  const padded = Buffer.concat([cipher.update(record.subarray(0, -16)), cipher.final()]);
  const end = padded.findLastIndex((byte) => byte !== 0);
  if (padded[end] !== 2) throw new Error('the last record has no delimiter of its own');
  return padded.subarray(0, end);
}
