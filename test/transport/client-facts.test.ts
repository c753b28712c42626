import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clientFactsOf } from '../../src/transport/client-facts.ts';

describe('what an app says of itself when its socket connects', () => {
  it('is taken as `fillstream/client` sends it', () => {
    const client = { name: 'desk', version: '1.2.0', platform: 'ios', attempt: 3, lastClose: 1006 };
    expect(clientFactsOf({ authorization: 'Bearer x', client })).toEqual(client);
    expect(clientFactsOf({ client: { attempt: 0, lastClose: null } })).toEqual({ attempt: 0, lastClose: null });
    expect(clientFactsOf({ client: { lastClose: 'SILENT' } })).toEqual({ lastClose: 'SILENT' });
  });

  it('is left out when there is none, when it is too long, and what nobody asked for is dropped', () => {
    expect(clientFactsOf(undefined)).toBeNull();
    expect(clientFactsOf({})).toBeNull();
    expect(clientFactsOf({ client: { name: 'x'.repeat(65) } })).toBeNull();
    expect(clientFactsOf({ client: { attempt: -1 } })).toBeNull();
    expect(clientFactsOf({ client: { name: 'desk', token: 'secret' } })).toEqual({ name: 'desk' });
  });

  it('never throws, and is never long', () => {
    fc.assert(
      fc.property(fc.anything(), (client) => {
        expect(JSON.stringify(clientFactsOf({ client })).length).toBeLessThan(600);
      }),
    );
  });
});
