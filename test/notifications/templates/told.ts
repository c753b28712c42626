import { userId } from '../../../src/kernel/brand.ts';
import type { Notification, NotificationData } from '../../../src/notifications/notification.ts';
import { FIELDS } from '../../../src/notifications/templates/fields.ts';
import type { NotificationType } from '../../../src/notifications/words.ts';

export const OCCURRED_AT = new Date('2026-11-20T15:04:05.000Z');
export const ACCOUNT = 'PA3X9123456789';
/** Never to be shown, whatever the type. */
export const SECRETS = {
  statusText: 'Filled ten so far.',
  password: 'hunter2-hunter2',
  token: 'tok_live_4f9a8b7c6d5e4f3a2b1c',
  secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
};

export const FULL: NotificationData = {
  ...{
    side: 'SELL_SHORT',
    quantity: '20',
    notional: '5000',
    price: '190.10',
    stopPx: '189',
    lastQty: '5',
    lastPx: '187.5',
  },
  ...{ cumQty: '15', leavesQty: '5', avgPx: '187.333333333333333333', overfillQty: '3', status: 'CANCELED' },
  ...{
    rejectReason: 'ORDER_EXCEEDS_LIMIT',
    answers: 'CANCEL',
    lateAfter: 'CANCELED',
    venue: 'alpaca',
    account: ACCOUNT,
    condition: 'ABOVE',
  },
  text: `insufficient buying power in ${ACCOUNT}, order 9b1deb4d-3b7d-4bad-9bdd-2b0d7b3dcb6d, card 4111 1111 1111 1111`,
  ...{ rule: 'Daily loss', value: '-1500.25', limit: '-1000', level: '190', volume: '1000000', event: 'NEW_SIGN_IN' },
  ...{ device: 'Chrome', place: 'Pune', ip: '192.0.2.7', title: 'Trading hours', body: 'One line.\nAnother line.' },
  ...{ from: '2026-11-20T09:00:00.000Z', to: '2026-11-20T10:00:00.000Z', since: '2026-11-20T15:00:00.000Z' },
  ...{ fills: 3, busted: 1, corrected: 2, openOrders: 2, realised: '1234567.5', count: 4 },
  ...SECRETS,
};

/** What a stranger may write where a name or a sentence is expected. */
export const HOSTILE_TEXTS: readonly string[] = [
  '<script>alert(1)</script><img src=x onerror=alert(1)>"\'&amp;',
  'Subject\r\nBcc: all@example.com\r\n\r\nbody\u2028line\u0000\u0007',
  '\u202Egnp.exe\u202D\u2067\u2066\u2069\u2069\u061C\u200F\uFEFF\u200B',
  "{count, plural, other {#}} {symbol} # ’ ' <b>",
  'constructor',
  '__proto__',
  `a${'\u0301'.repeat(9_999)}`,
  '👩‍👩‍👧‍👦'.repeat(1_500),
  'x'.repeat(10_000),
  'खरीद '.repeat(2_000),
  'أمر شراء '.repeat(1_200),
  '\uD800lone',
  'NaN',
  '-9'.repeat(60),
  '9'.repeat(5_000),
  '',
  ' ',
];

/** The same text in every field. */
export const hostile = (text: string): NotificationData =>
  Object.fromEntries([...Object.keys(FIELDS), 'figures', 'constructor', 'toString'].map((field) => [field, text]));

/** No field, nulls, and JSON of other kinds. */
export const MINIMAL: readonly NotificationData[] = [
  {},
  Object.fromEntries(Object.keys(FIELDS).map((field) => [field, null])),
  Object.fromEntries(Object.keys(FIELDS).map((field) => [field, true])),
  Object.fromEntries(Object.keys(FIELDS).map((field) => [field, Number.NaN])),
];

export const notification = (
  type: NotificationType,
  data: NotificationData,
  more: Partial<Notification> = {},
): Notification => ({
  ...{ userId: userId('ann'), id: '00000000-0000-4000-8000-000000000001', key: 'k', type, data },
  ...{
    occurredAt: OCCURRED_AT,
    createdAt: OCCURRED_AT,
    expiresAt: OCCURRED_AT,
    orderId: null,
    symbol: 'AAPL',
    strategy: 'Momentum',
  },
  ...more,
});
