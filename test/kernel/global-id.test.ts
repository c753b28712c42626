import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { globalId, parseGlobalId, parseUuidOf } from '../../src/kernel/global-id.ts';

const UUID = '0b0e7a52-6d8a-4c7e-9a51-0f2b6f1d3c44';

describe('a global id', () => {
  it('is what Relay makes of type and id', () => {
    expect(globalId('Order', '7')).toBe('T3JkZXI6Nw==');
    expect(parseGlobalId('T3JkZXI6Nw==')).toEqual({ type: 'Order', id: '7' });
  });

  it('comes back, also when the id holds a colon', () => {
    expect(parseGlobalId(globalId('OrderEvent', `${UUID}:3`))).toEqual({ type: 'OrderEvent', id: `${UUID}:3` });
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Za-z]+$/), fc.string(), (type, id) => {
        expect(parseGlobalId(globalId(type, id))).toEqual({ type, id });
      }),
    );
  });

  it.each([
    ['no base64', '%%%'],
    ['no colon', Buffer.from('Order7').toString('base64')],
    ['no type', Buffer.from(':7').toString('base64')],
    ['base64 without its padding', 'T3JkZXI6Nw'],
    ['bytes that are not UTF-8', Buffer.from([0x4f, 0x3a, 0xff]).toString('base64')],
    ['nothing', ''],
  ])('is null with %s', (_name, text) => {
    expect(parseGlobalId(text)).toBeNull();
  });
});

describe('the UUID in a global id', () => {
  it('is read only under its own type', () => {
    expect(parseUuidOf('Order', globalId('Order', UUID))).toBe(UUID);
    expect(parseUuidOf('Order', globalId('OrderEvent', UUID))).toBeNull();
  });

  it.each([UUID.toUpperCase(), UUID.slice(1), `${UUID} `, `${UUID}\n`, "' OR 1=1 --", '', UUID.replaceAll('-', '')])(
    'is null for %j',
    (id) => {
      expect(parseUuidOf('Order', globalId('Order', id))).toBeNull();
    },
  );
});
