import { expect, it } from 'vitest';
import type { ConnectionStatus } from '../../src/client/index.ts';
import { freshnessOf, isFresh } from '../../src/web/freshness.ts';
import { FIRST_VIEW, filterOf, isNarrowed } from '../../src/web/view.ts';
import { noteOf, type Order } from '../../src/web/words.ts';

it.each([
  ['', undefined],
  ['nv', ['NVDA', 'NVO']],
  ['NVDA', ['NVDA']],
  ['btc, spy', ['BTC-USD', 'SPY']],
])('what is typed stands for the known symbols that begin so, or else for itself: %j', (symbol, symbols) => {
  const filter = filterOf({ ...FIRST_VIEW, symbol }, new Set(['NVO', 'NVDA', 'BTC-USD']));
  expect(filter).toEqual({ open: true, ...(symbols && { symbols }) });
});

it('asks for no more symbols than the service takes', () => {
  const known = new Set(Array.from({ length: 300 }, (_, n) => `A${n}`));
  expect(filterOf({ ...FIRST_VIEW, symbol: 'a' }, known).symbols).toHaveLength(50);
});

it('narrows by side, status and kind, and knows whether it does', () => {
  const view = { ...FIRST_VIEW, tab: 'history', side: 'BUY', status: 'FILLED', assetClass: 'ETF' } as const;
  expect(filterOf(view, new Set())).toEqual({ side: 'BUY', statuses: ['FILLED'], assetClasses: ['ETF'] });
  expect([isNarrowed(view), isNarrowed(FIRST_VIEW), isNarrowed({ ...FIRST_VIEW, symbol: ' ' })]).toEqual([
    ...[true, false, false],
  ]);
});

const STATUS = { state: 'live', lastUpdateAt: 9_000 } as ConnectionStatus;
const LOADED = { asOf: 5_000, reloadedAt: null, isFromCache: false, error: null };

const NOT_YET = { state: 'idle', lastUpdateAt: null } as ConnectionStatus;
const KEPT = { ...LOADED, isFromCache: true };

it.each([
  { what: 'followed is as new as the last sign of life', of: [STATUS, LOADED], is: ['live', 9_000] },
  { what: 'kept on the device is as old as it is', of: [STATUS, KEPT], is: ['live', 5_000] },
  {
    what: 'not to be had is offline, though no connection was lost',
    of: [NOT_YET, { ...KEPT, error: new Error('refused') }],
    is: ['offline', 5_000],
  },
  {
    what: 'followed by a part of the page while the list can’t be had is offline too',
    of: [
      { ...NOT_YET, state: 'connecting' },
      { ...KEPT, error: new Error('refused') },
    ],
    is: ['offline', 5_000],
  },
  {
    what: 'loaded for the first time is not offline',
    of: [NOT_YET, { ...LOADED, asOf: null }],
    is: ['connecting', null],
  },
] as const)('what is $what', ({ of: [status, list], is: [state, asOf] }) => {
  const fresh = freshnessOf(status, list);
  expect(fresh).toMatchObject({ state, asOf });
  expect(isFresh(fresh)).toBe(state === 'live');
});

it.each([
  [{ text: 'the symbol is halted', rejectReason: 'OTHER', overfillQty: null }, 'the symbol is halted'],
  [{ text: null, rejectReason: 'ORDER_EXCEEDS_LIMIT', overfillQty: null }, 'order exceeds limit'],
  [{ text: null, rejectReason: null, overfillQty: '1200' }, '1,200 too many filled'],
  [{ text: null, rejectReason: null, overfillQty: null }, ''],
])('%j is told as %j', (order, note) => {
  expect(noteOf(order as Order)).toBe(note);
});
