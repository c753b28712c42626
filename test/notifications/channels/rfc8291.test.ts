import { createECDH } from 'node:crypto';
import { expect, it } from 'vitest';
import { decryptPush } from './doubles/rfc8291.ts';

/** RFC 8291, 5 and appendix A. */
const VECTOR = {
  message:
    'DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN',
  privateKey: 'q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94',
  auth: 'BTBZMqHH6r4Tts7J_aSIgg',
};

it('our browser reads what the RFC encrypts', () => {
  const keys = createECDH('prime256v1');
  keys.setPrivateKey(VECTOR.privateKey, 'base64url');
  const browser = { keys, auth: Buffer.from(VECTOR.auth, 'base64url') };
  const message = Buffer.from(VECTOR.message, 'base64url');
  expect(decryptPush(message, browser).toString()).toBe('When I grow up, I want to be a watermelon');
  message[message.length - 1]! ^= 1;
  expect(() => decryptPush(message, browser)).toThrow();
});
