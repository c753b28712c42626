import { alpaca } from './alpaca.ts';
import { binance } from './binance.ts';
import type { FormatName, InboundFormat } from './format.ts';
import { kraken } from './kraken.ts';
import { tradier } from './tradier.ts';
import { zerodha } from './zerodha.ts';

/** The formats that are venues' own. `standard` is ours: its body has an envelope, and its reports need no translation. */
export const FORMATS: Readonly<Record<Exclude<FormatName, 'standard'>, InboundFormat>> = {
  ...{ alpaca, binance, kraken, tradier, zerodha },
};
