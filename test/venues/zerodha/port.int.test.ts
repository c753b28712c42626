import { afterEach, beforeEach, expect, it } from 'vitest';
import { zerodhaPort } from '../../../src/venues/zerodha/port.ts';
import { until } from '../../support/until.ts';
import { type Endless, openEndless } from '../endless.ts';

let endless: Endless;
beforeEach(async () => {
  endless = await openEndless();
});
afterEach(() => endless.close());

it('an answer without end is not read', async () => {
  const { ask } = zerodhaPort({ url: endless.url, keyId: 'key', secret: 'token' });
  const asked = [{ account: '', venueOrderId: '1', clOrdId: null }];
  await expect(ask(asked, new AbortController().signal)).rejects.toThrow('the answer is too long');
  await until(() => endless.left() === 1, { withinMs: 5_000 });
});
