import { decimal, Decimal, printDecimal } from './decimal.ts';

const DECIMALS = new Set([
  ...['lastQty', 'lastPx', 'quantity', 'notional', 'price', 'stopPx', 'cumQty', 'cumAmount'],
  ...['removedQty', 'removedAmount', 'addedQty', 'addedAmount', 'derivedAmount', 'derivedQty', 'toldQuantity'],
]);
const DATES = new Set(['receivedAt', 'transactTime']);

/** JSON with decimals as plain strings and times as ISO 8601. */
export function writeExact(value: unknown): string {
  return JSON.stringify(value, function (this: Record<string, unknown>, key, printed: unknown) {
    const raw = this[key];
    return Decimal.isDecimal(raw) ? printDecimal(raw) : printed;
  });
}

/** Reads what `writeExact` wrote, decimals and times by their field's name. Only for what is our own. */
export function readExact(json: string): unknown {
  return JSON.parse(json, (key, value: unknown) => {
    if (typeof value !== 'string') return value;
    if (DECIMALS.has(key)) return decimal(value);
    return DATES.has(key) ? new Date(value) : value;
  });
}
