import { describe, expect, it } from 'vitest';
import type { Admission } from '../../../src/venues/paper/book.ts';
import type { Desk } from '../../../src/venues/paper/desk.ts';
import { paperRoutes } from '../../../src/venues/paper/routes.ts';

const ORDER = { clOrdId: 'c1', account: 'a', symbol: 'AAPL', side: 'BUY', orderType: 'MARKET', quantity: '1' };

function answering(admission: () => Admission): (path: string, body: object) => Promise<Response> {
  const desk: Desk = {
    place: admission,
    change: admission,
    takeUp: () => undefined,
    instruct: () => null,
    setFaults: () => undefined,
    ask: () => null,
    stop: () => undefined,
  };
  const app = paperRoutes({ desk, run: 'r1', log: { warn: () => undefined, debug: () => undefined } });
  return async (path, body) => app.request(path, { method: 'POST', body: JSON.stringify(body) });
}

describe("the exchange's answers", () => {
  it.each([
    [{ status: 'TAKEN', number: 1 }, 202, { status: 'taken' }],
    [{ status: 'REPEATED' }, 202, { status: 'taken' }],
    [{ status: 'UNKNOWN' }, 404, { status: 'unknown' }],
    [{ status: 'FULL' }, 503, { status: 'busy' }],
    [{ status: 'REFUSED', text: 'why' }, 422, { status: 'refused', text: 'why' }],
  ] as const)('%o', async (admission, status, body) => {
    const response = await answering(() => admission)('/orders', ORDER);
    expect(response.status).toBe(status);
    expect(await response.json()).toEqual(body);
    expect(response.headers.get('retry-after')).toBe(status === 503 ? '1' : null);
  });

  it('hide what went wrong inside', async () => {
    const response = await answering(() => {
      throw new Error('secret');
    })('/cancels', { clOrdId: 'c2', origClOrdId: 'c1', account: 'a' });
    expect(response.status).toBe(500);
    expect(await response.text()).not.toContain('secret');
  });
});
