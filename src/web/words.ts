import type { ExecType, Order, OrderEvent, OrderStatus, Platform, TimeInForce } from '../client/generated/schema.ts';
import { isOpen } from '../client/order-list.ts';

export type { Order, OrderEvent };

export type Tone = 'plain' | 'good' | 'warn' | 'bad';
/** Told by shape as well as by colour. */
export type Shape = 'ring' | 'half' | 'disc' | 'wait' | 'dash' | 'cross' | 'pause';

interface StatusWord {
  readonly label: string;
  readonly tone: Tone;
  readonly shape: Shape;
}

export const STATUS: Readonly<Record<OrderStatus, StatusWord>> = {
  PENDING_NEW: { label: 'Sending', tone: 'warn', shape: 'wait' },
  NEW: { label: 'Working', tone: 'plain', shape: 'ring' },
  PARTIALLY_FILLED: { label: 'Partly filled', tone: 'good', shape: 'half' },
  FILLED: { label: 'Filled', tone: 'good', shape: 'disc' },
  DONE_FOR_DAY: { label: 'Done for day', tone: 'plain', shape: 'pause' },
  PENDING_CANCEL: { label: 'Canceling', tone: 'warn', shape: 'wait' },
  PENDING_REPLACE: { label: 'Changing', tone: 'warn', shape: 'wait' },
  CANCELED: { label: 'Canceled', tone: 'plain', shape: 'dash' },
  REJECTED: { label: 'Rejected', tone: 'bad', shape: 'cross' },
  EXPIRED: { label: 'Expired', tone: 'plain', shape: 'dash' },
  SUSPENDED: { label: 'Suspended', tone: 'warn', shape: 'pause' },
  STOPPED: { label: 'Guaranteed', tone: 'plain', shape: 'ring' },
};

/** A newer service may say words that this page does not know: they are shown as they are, and never break it. */
const plain = (value: string): string => `${value.charAt(0)}${value.slice(1).toLowerCase().replaceAll('_', ' ')}`;

export const wordOf = (words: Readonly<Record<string, string>>, value: string): string => words[value] ?? plain(value);

export function statusOf({ status }: Pick<Order, 'status'>): StatusWord {
  const known: Readonly<Record<string, StatusWord>> = STATUS;
  return known[status] ?? { label: plain(status), tone: 'plain', shape: 'ring' };
}

export const EVENT: Readonly<Record<ExecType, string>> = {
  PENDING_NEW: 'Sent to the venue',
  NEW: 'Accepted',
  TRADE: 'Filled',
  CANCELED: 'Canceled',
  REPLACED: 'Changed',
  REJECTED: 'Rejected',
  EXPIRED: 'Expired',
  DONE_FOR_DAY: 'Done for the day',
  PENDING_CANCEL: 'Cancel asked for',
  PENDING_REPLACE: 'Change asked for',
  CANCEL_REJECTED: 'Request refused',
  TRADE_CANCEL: 'Fill busted',
  TRADE_CORRECT: 'Fill corrected',
  RESTATED: 'Restated by the venue',
  SUSPENDED: 'Suspended',
  STOPPED: 'Guaranteed by the specialist',
  ORDER_STATUS: 'Status told',
};

export const PLATFORM: Readonly<Record<Platform, string>> = { WEB: 'Web', IOS: 'iOS', ANDROID: 'Android', API: 'API' };

export const TIME_IN_FORCE: Readonly<Record<TimeInForce, string>> = {
  DAY: 'Day',
  GTC: 'Until canceled',
  IOC: 'Immediate or cancel',
  FOK: 'Fill or kill',
  GTD: 'Until a date',
  OPG: 'At the opening',
  CLS: 'At the close',
};

const SIDES: Readonly<Record<string, string>> = { BUY: 'Buy', SELL: 'Sell', SELL_SHORT: 'Sell short' };
export const sideOf = ({ side }: Order): string => wordOf(SIDES, side);

/** Whether nothing more is to be expected of it. */
export const isClosed = (order: Order): boolean => !isOpen(order);

/** Why it was not filled, or what else the venue has said; of an order that goes on as it should there is nothing to say. */
export function noteOf({ text, rejectReason, overfillQty }: Order): string {
  const said = text ?? rejectReason?.toLowerCase().replaceAll('_', ' ') ?? '';
  return overfillQty === null ? said : [`${grouped(overfillQty)} too many filled`, said].filter(Boolean).join('; ');
}

/** "Limit 187.25", "Market", "Stop 180 limit 179". */
export function termsOf({ orderType, price, stopPx }: Pick<Order, 'orderType' | 'price' | 'stopPx'>): string {
  const [stop, limit] = [grouped(stopPx), grouped(price)];
  const known: Readonly<Record<string, string>> = {
    ...{ MARKET: 'Market', LIMIT: `Limit ${limit}` },
    ...{ STOP: `Stop ${stop}`, STOP_LIMIT: `Stop ${stop} limit ${limit}` },
  };
  const prices = [stopPx, price].filter((each) => each !== null).map(grouped);
  return known[orderType] ?? [plain(orderType), ...prices].join(' ');
}

/** "100", or "500 worth" for an order by amount. */
export const askedOf = ({ quantity, notional }: Order): string =>
  quantity === null ? `${grouped(notional)} worth` : grouped(quantity);

const MINUS = '−';

/** A decimal with its thousands apart, exact: it never becomes a number. */
export function grouped(decimal: string | null): string {
  if (decimal === null) return '–';
  const [whole = '', fraction] = decimal.replace('-', MINUS).split('.');
  const spaced = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return fraction === undefined ? spaced : `${spaced}.${fraction}`;
}

const SHOWN_DECIMALS = 4;

/** A price, shortened for a column to four decimals, of a small one to four digits; the whole stands in the order's detail. */
export function shortened(decimal: string | null): string {
  const [whole = '', fraction = ''] = grouped(decimal).split('.');
  const zeros = whole === '0' ? (/^0*/.exec(fraction)?.[0].length ?? 0) : 0;
  const shown = fraction.slice(0, zeros + SHOWN_DECIMALS).replace(/0+$/, '');
  return shown === '' ? whole : `${whole}.${shown}`;
}

/** How much of it is filled, in percent, for a bar; never for arithmetic. */
export function filledPercent({ quantity, cumQty, leavesQty, status }: Order): number {
  const filled = Number(cumQty);
  if (status === 'FILLED') return 100;
  const asked = quantity === null ? filled + Number(leavesQty ?? 0) : Number(quantity);
  return asked > 0 ? Math.min(100, (filled / asked) * 100) : 0;
}

const STEPS = [
  [60, 'second'],
  [60, 'minute'],
  [24, 'hour'],
  [Number.POSITIVE_INFINITY, 'day'],
] as const;

/** "2 seconds ago". */
export function ago(iso: string, now: Date): string {
  let count = Math.max(0, Math.round((now.getTime() - Date.parse(iso)) / 1_000));
  if (count < 1) return 'just now';
  for (const [size, unit] of STEPS) {
    if (count < size) return `${count} ${unit}${count === 1 ? '' : 's'} ago`;
    count = Math.floor(count / size);
  }
  return '';
}

/** "2 s", for a narrow column. */
export const agoShort = (iso: string, now: Date): string =>
  ago(iso, now)
    .replace(/ (second|minute|hour|day)s? ago$/, (_, unit: string) => ` ${unit[0] ?? ''}`)
    .replace('just now', 'now');

/** The clock of the venue where it told, else ours. */
export const timeOf = ({ transactTime, committedAt }: { transactTime: string | null; committedAt: string }): string =>
  transactTime ?? committedAt;

export const isoOf = (milliseconds: number): string => new Date(milliseconds).toISOString();

export const clockTime = (iso: string): string => new Date(iso).toLocaleTimeString(undefined, { hour12: false });

/** The day too. */
export const stamp = (iso: string): string =>
  new Date(iso).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'medium', hour12: false });
