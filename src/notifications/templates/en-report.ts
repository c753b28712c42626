import type { Messages } from './messages.ts';

/** `*Is` is `known` or `absent`, as in `given`. */
export const enReport: Messages['report'] = {
  late: '{n, plural, one {# fill was traded before these days, and told by its venue after the report before; it is counted here.} other {# fills were traded before these days, and told by their venue after the report before; they are counted here.}}',
  totals: '{realisedIs, select, known {Realized result} other {Bought and sold}}',
  total: '{currencyIs, select, known {{venue}, in {currency}} other {{venue}}}',
  totalLine:
    '{realisedIs, select, known {{realised} (bought for {bought}, sold for {sold})} other {bought for {bought}, sold for {sold}}}',
  unsummed:
    '{n, plural, one {# symbol is in no sum: its currency or the size of its contract is not known.} other {# symbols are in no sum: their currency or the size of their contract is not known.}}',
  bySymbol: 'By symbol',
  symbolLine:
    '{n, plural, =0 {no fills} one {# fill} other {# fills}}; bought {boughtQty} for {bought}, sold {soldQty} for {sold}{realisedIs, select, known {; realized {realised}} other {}}',
  chart: 'Realized result by symbol',
  changes: 'Canceled and corrected by the venue',
  bust: 'Canceled{fillIs, select, known {: {fill}} other {}}',
  correction: 'Corrected{fillIs, select, known { to {fill}} other {}}',
  openOrders: '{n, plural, =0 {No open orders} one {# open order} other {# open orders}}',
  openOrder:
    '{leavesQtyIs, select, known {{leavesQty} still open} other {open}}{priceIs, select, known {, at {price}} other {}}',
  unmatched: 'Sold without a known purchase: {qty}; not in the result',
  earlier: 'Of a fill from before these days',
  others: '{n, plural, one {… and # more} other {… and # more}}',
  nothing: 'Nothing was filled.',
  basis:
    '{realisedIs, select, known {The result matches sales with the earliest purchases that are known (first in, first out), before fees. } other {}}Options and futures are counted per unit of their price.',
};
