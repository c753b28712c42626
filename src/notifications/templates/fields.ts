import type { NotificationType } from '../words.ts';

/**
 * What a value is, and so how it is shown.
 * - `decimal`: exact; `signed`: the same with its sign; `mean`: rounded to what can be read
 * - `count`: a whole number, told with its plural
 * - `word`: one of our own words in capitals, which messages choose by and never show
 * - `name`: a short text of somebody's, shown as it stands; `account`: its last four characters
 * - `venueText`: a venue's words, with what looks like an account or a key hidden
 * - `headline`, `notice`: the operator's words, which are for everybody; a notice may have paragraphs
 * - `time`: ISO 8601, shown on the reader's clock
 */
export type Kind =
  'decimal' | 'signed' | 'mean' | 'count' | 'word' | 'name' | 'account' | 'venueText' | 'headline' | 'notice' | 'time';

/** Everything that a message may be made of: names within `Fact.data`, and the fact's own `symbol`, `strategy`, `occurredAt`. */
export const FIELDS = {
  symbol: 'name',
  strategy: 'name',
  occurredAt: 'time',
  side: 'word',
  quantity: 'decimal',
  notional: 'decimal',
  price: 'decimal',
  stopPx: 'decimal',
  lastQty: 'decimal',
  lastPx: 'decimal',
  cumQty: 'decimal',
  leavesQty: 'decimal',
  avgPx: 'mean',
  overfillQty: 'decimal',
  status: 'word',
  rejectReason: 'word',
  answers: 'word',
  lateAfter: 'word',
  text: 'venueText',
  venue: 'name',
  account: 'account',
  rule: 'name',
  value: 'decimal',
  limit: 'decimal',
  condition: 'word',
  level: 'decimal',
  volume: 'decimal',
  event: 'word',
  device: 'name',
  place: 'name',
  ip: 'name',
  title: 'headline',
  body: 'notice',
  from: 'time',
  to: 'time',
  since: 'time',
  fills: 'count',
  openOrders: 'count',
  busted: 'count',
  corrected: 'count',
  realised: 'signed',
  count: 'count',
} as const satisfies Readonly<Record<string, Kind>>;
export type Field = keyof typeof FIELDS;

const ORDER = [
  'symbol',
  'side',
  'quantity',
  'notional',
  'price',
  'stopPx',
  'strategy',
  'venue',
  'account',
  'occurredAt',
] as const;
const SO_FAR = [...ORDER, 'cumQty', 'leavesQty', 'avgPx', 'status'] as const;
const FILL = [...SO_FAR, 'lastQty', 'lastPx', 'overfillQty'] as const;
const NOTICE = ['title', 'body', 'occurredAt'] as const;
const REPORT = ['from', 'to', 'fills', 'busted', 'corrected', 'openOrders', 'realised'] as const;

/** What the messages of each type may use. Nothing else of a fact's data is ever shown, whatever it holds. */
export const USES = {
  ORDER_SUBMITTED: ORDER,
  ORDER_PARTIALLY_FILLED: FILL,
  ORDER_FILLED: FILL,
  ORDER_CANCELED: [...SO_FAR, 'text'],
  ORDER_REJECTED: [...SO_FAR, 'rejectReason', 'text'],
  ORDER_EXPIRED: [...SO_FAR, 'text'],
  EXECUTION_FAILED: [...SO_FAR, 'answers', 'rejectReason', 'text'],
  EXECUTION_BUSTED: [...FILL, 'text'],
  EXECUTION_CORRECTED: [...FILL, 'text'],
  ORDER_OVERFILLED: FILL,
  LATE_FILL: [...FILL, 'lateAfter'],
  STRATEGY_STATUS: ['strategy', 'status', 'symbol', 'text', 'occurredAt'],
  RISK_VIOLATION: ['rule', 'value', 'limit', 'symbol', 'strategy', 'account', 'text', 'occurredAt'],
  LIMIT_BREACHED: ['rule', 'value', 'limit', 'symbol', 'strategy', 'account', 'text', 'occurredAt'],
  PRICE_ALERT: ['symbol', 'condition', 'level', 'price', 'venue', 'occurredAt'],
  VOLUME_ALERT: ['symbol', 'level', 'volume', 'venue', 'occurredAt'],
  ACCOUNT_SECURITY: ['event', 'device', 'place', 'ip', 'account', 'occurredAt'],
  REGULATORY_NOTICE: NOTICE,
  SYSTEM_NOTICE: NOTICE,
  SYSTEM_MAINTENANCE: [...NOTICE, 'from', 'to'],
  BROKER_DISCONNECTED: ['venue', 'since', 'openOrders', 'text', 'occurredAt'],
  DAILY_REPORT: REPORT,
  WEEKLY_REPORT: REPORT,
  MONTHLY_REPORT: REPORT,
  DIGEST: ['count'],
} as const satisfies Readonly<Record<NotificationType, readonly Field[]>>;

/** The lines of an e-mail's table, in their order. What is a word, a sentence or a count stands in the text. */
export const ROWS = [
  'symbol',
  'strategy',
  'quantity',
  'notional',
  'price',
  'stopPx',
  'lastQty',
  'lastPx',
  'cumQty',
  'leavesQty',
  'avgPx',
  'overfillQty',
  'rule',
  'value',
  'limit',
  'level',
  'volume',
  'device',
  'place',
  'ip',
  'venue',
  'account',
  'from',
  'to',
  'since',
  'occurredAt',
] as const satisfies readonly Field[];
export type Row = (typeof ROWS)[number];
