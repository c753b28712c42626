import { Decimal, decimal } from '../../kernel/decimal.ts';
import { randomFor } from './random.ts';

/** The market of one symbol: its price depends on nothing but this and the step. */
export interface Market {
  readonly seed: number;
  readonly symbol: string;
}

const PPM = 1_000_000;
const PRICE_DECIMALS = 2;
const LATTICE_LEVELS = 10_000;

/**
 * The walk is a sum of layers. Each goes from one random level to the next within its number of steps, so that any
 * step can be computed by itself and the price never leaves a known band.
 */
const LAYERS = [
  { steps: 4, ppm: 400 },
  { steps: 32, ppm: 2_000 },
  { steps: 256, ppm: 6_000 },
  { steps: 2_048, ppm: 16_000 },
] as const;

/** How far a price ever gets from its base price, in millionths of it. */
export const DEVIATION_MAX_PPM: number = LAYERS.reduce((sum, layer) => sum + layer.ppm, 0);

const BASE_PRICES: Readonly<Record<string, string>> = {
  AAPL: '230',
  AMZN: '205',
  GOOGL: '175',
  MSFT: '430',
  NVDA: '135',
  TSLA: '340',
  QQQ: '510',
  SPY: '590',
  VTI: '290',
  VFIAX: '545',
  'BTC-USD': '95000',
  'ETH-USD': '3300',
};

/** The price around which a symbol moves, the same in every run; 10 to 500 for symbols not in the table. */
export function basePrice(symbol: string): Decimal {
  const known = Object.hasOwn(BASE_PRICES, symbol) ? BASE_PRICES[symbol] : undefined;
  return decimal(known ?? new Decimal(randomFor(0, 'base', symbol).int(1_000, 50_000)).div(100).toFixed());
}

/** The price at one step of the walk. `step` is a whole number from 0. */
export function priceAt(market: Market, step: number): Decimal {
  const deviationPpm = Math.round(
    LAYERS.reduce((sum, layer) => sum + layer.ppm * levelAt(market, layer.steps, step), 0),
  );
  return basePrice(market.symbol)
    .times(PPM + deviationPpm)
    .div(PPM)
    .toDecimalPlaces(PRICE_DECIMALS);
}

/** Where a layer is at this step, from -1 to 1. */
function levelAt(market: Market, steps: number, step: number): number {
  const from = Math.floor(step / steps);
  const way = (step % steps) / steps;
  return lattice(market, steps, from) * (1 - way) + lattice(market, steps, from + 1) * way;
}

function lattice({ seed, symbol }: Market, steps: number, index: number): number {
  return randomFor(seed, 'walk', symbol, steps, index).int(-LATTICE_LEVELS, LATTICE_LEVELS) / LATTICE_LEVELS;
}
