import { createECDH } from 'node:crypto';
import { expect, it } from 'vitest';
import { base64url, isSameKey } from '../../src/web/push-key.ts';

const points = Array.from({ length: 20 }, () => createECDH('prime256v1').generateKeys());
const held = (bytes: Buffer): ArrayBuffer => Uint8Array.from(bytes).buffer;

it('knows the key of a subscription in each way to write base64', () => {
  for (const point of points)
    for (const key of [point.toString('base64url'), point.toString('base64'), `${point.toString('base64url')}=`]) {
      expect(isSameKey(held(point), key)).toBe(true);
      expect(base64url(key)).toBe(point.toString('base64url'));
    }
});

it('knows another key, and believes a browser that tells none', () => {
  const [one, other] = points.map((point) => point.toString('base64url'));
  expect(isSameKey(held(points[0]!), other!)).toBe(false);
  expect(isSameKey(new ArrayBuffer(0), one!)).toBe(false);
  expect(isSameKey(null, one!)).toBe(true);
});
