import { unsafeSkipN, unsafeUniformIntDistribution, xoroshiro128plus } from 'pure-rand';
import { Decimal, decimal, printDecimal } from '../kernel/decimal.ts';

interface Instrument {
  readonly symbol: string;
  readonly assetClass: 'EQUITY' | 'ETF' | 'MUTUAL_FUND' | 'CRYPTO';
  /** About what the simulated exchange trades it at; it stays within 3% of this. */
  readonly referencePx: string;
}

/** The terms of an order, in the words of `PlaceOrderInput`; decimals are strings, null is a term it does not have. */
export interface IntendedOrder {
  readonly symbol: string;
  readonly assetClass: Instrument['assetClass'];
  readonly side: 'BUY' | 'SELL';
  readonly orderType: 'MARKET' | 'LIMIT';
  readonly timeInForce: 'DAY' | 'GTC';
  readonly quantity: string | null;
  readonly notional: string | null;
  readonly price: string | null;
  readonly platform: 'WEB' | 'IOS' | 'ANDROID';
}

/** What a trader of the demo does next. */
export interface Intent {
  /** Chooses the trader: modulo the number of traders. */
  readonly userDraw: number;
  /** What is done to one of the trader's resting orders; when there is none, an order is placed as for `PLACE`. */
  readonly action: 'PLACE' | 'MODIFY' | 'CANCEL';
  readonly order: IntendedOrder;
  /** The exchange is told beforehand to reject the order with these words; null for an order that it takes. */
  readonly rejectText: string | null;
  /** What else the exchange is told beforehand to do with the order; null for one that is left to the market. */
  readonly turn: Turn | null;
}

/** `BUST`: it is filled, the fill is busted, and it is filled again. */
export type Turn = 'EXPIRE' | 'CANCEL' | 'BUST';

const INSTRUMENTS: readonly [Instrument, ...Instrument[]] = [
  { symbol: 'AAPL', assetClass: 'EQUITY', referencePx: '230' },
  { symbol: 'MSFT', assetClass: 'EQUITY', referencePx: '430' },
  { symbol: 'NVDA', assetClass: 'EQUITY', referencePx: '135' },
  { symbol: 'VTI', assetClass: 'ETF', referencePx: '290' },
  { symbol: 'SPY', assetClass: 'ETF', referencePx: '590' },
  { symbol: 'VFIAX', assetClass: 'MUTUAL_FUND', referencePx: '545' },
  { symbol: 'BTC-USD', assetClass: 'CRYPTO', referencePx: '95000' },
  { symbol: 'ETH-USD', assetClass: 'CRYPTO', referencePx: '3300' },
];
const REJECT_TEXTS = [
  'insufficient buying power',
  'the symbol is halted',
  'the order exceeds the account limit',
] as const;
const PLATFORMS = ['WEB', 'IOS', 'ANDROID'] as const;

// Shares of all intents, in percent.
const MODIFY_PERCENT = 9;
const CANCEL_PERCENT = 6;
// Shares of the orders, in percent; what remains goes at market.
const REJECT_PERCENT = 5;
const EXPIRE_PERCENT = 2;
const EXCHANGE_CANCEL_PERCENT = 2;
const BUST_PERCENT = 1;
const RESTING_PERCENT = 22;
const MARKETABLE_PERCENT = 25;
/** Beyond anything that the price reaches, so that such a limit is met at once. */
const MARKETABLE_OFFSET_PERMILLE = 50;
const USER_DRAW_MAX = 1_000_000;

/** The nth intent of a demo with this seed, n from 0. Neither depends on the ones before nor on what became of them. */
export function nextIntent(seed: number, n: number): Intent {
  const draw = drawer(seed, n);
  const userDraw = draw(0, USER_DRAW_MAX);
  const roll = draw(1, 100);
  const action = roll <= MODIFY_PERCENT ? 'MODIFY' : roll <= MODIFY_PERCENT + CANCEL_PERCENT ? 'CANCEL' : 'PLACE';
  const rejected = draw(1, 100) <= REJECT_PERCENT;
  const rejectText = rejected ? pick(REJECT_TEXTS, draw) : null;
  const order = intendedOrder(draw);
  return { userDraw, action, order, rejectText, turn: rejectText === null ? turnOf(draw(1, 100)) : null };
}

function turnOf(roll: number): Turn | null {
  const plain = 100 - EXPIRE_PERCENT - EXCHANGE_CANCEL_PERCENT - BUST_PERCENT;
  if (roll <= plain) return null;
  if (roll <= plain + EXPIRE_PERCENT) return 'EXPIRE';
  return roll <= plain + EXPIRE_PERCENT + EXCHANGE_CANCEL_PERCENT ? 'CANCEL' : 'BUST';
}

type Draw = (from: number, to: number) => number;

function drawer(seed: number, n: number): Draw {
  const generator = xoroshiro128plus(Math.imul(seed, 0x9e3779b1) ^ Math.imul(n + 1, 0x85ebca6b));
  // The first outputs are close to the seed itself.
  unsafeSkipN(generator, 8);
  return (from, to) => unsafeUniformIntDistribution(from, to, generator);
}

function intendedOrder(draw: Draw): IntendedOrder {
  const instrument = pick(INSTRUMENTS, draw);
  const { symbol, assetClass } = instrument;
  const side = draw(1, 100) <= 60 ? 'BUY' : 'SELL';
  const timeInForce = assetClass === 'CRYPTO' ? 'GTC' : 'DAY';
  const common = { symbol, assetClass, timeInForce, platform: pick(PLATFORMS, draw) } as const;
  const roll = draw(1, 100);
  // A fund trades at its net asset value: it knows amounts, and no limits.
  if (assetClass === 'MUTUAL_FUND') {
    return {
      ...common,
      side: 'BUY',
      orderType: 'MARKET',
      quantity: null,
      notional: String(draw(1, 40) * 250),
      price: null,
    };
  }
  const quantity = quantityOf(assetClass, draw);
  if (roll <= RESTING_PERCENT + MARKETABLE_PERCENT) {
    const offset = roll <= RESTING_PERCENT ? -draw(8, 45) : MARKETABLE_OFFSET_PERMILLE;
    const price = priceOf(instrument, side === 'BUY' ? offset : -offset);
    return { ...common, side, orderType: 'LIMIT', quantity, notional: null, price };
  }
  const byAmount = side === 'BUY' && draw(1, 100) <= 25;
  const size = byAmount ? { quantity: null, notional: String(draw(1, 50) * 50) } : { quantity, notional: null };
  return { ...common, side, orderType: 'MARKET', ...size, price: null };
}

function quantityOf(assetClass: Instrument['assetClass'], draw: Draw): string {
  if (assetClass !== 'CRYPTO') return String(draw(2, 60) * pick([1, 5, 10], draw));
  return printDecimal(new Decimal(draw(5, 800)).div(1_000));
}

/** The reference price, moved by so many thousandths, to the cent. */
function priceOf({ referencePx }: Instrument, permille: number): string {
  return printDecimal(
    decimal(referencePx)
      .times(1_000 + permille)
      .div(1_000)
      .toDecimalPlaces(2),
  );
}

function pick<Item>(items: readonly [Item, ...Item[]], draw: Draw): Item {
  return items[draw(0, items.length - 1)] ?? items[0];
}
