import { enReport } from './en-report.ts';
import { also, given, type Messages } from './messages.ts';

const ofSymbol = given('symbol', ': {symbol}');
const filled = given('fill', 'filled {fill}', 'filled');
const limit = given(
  'value',
  `${given('rule', ': {value}', ' {value}')}${given('limit', ', the limit is {limit}')}`,
  given('limit', ': the limit is {limit}'),
);
const report = (title: string) => ({
  title: `${title}${given('days', ': {days}')}`,
  body: `${given('fillsText', '{fillsText}', 'Your report is ready')}${given('realised', '; realized result {realised}')}${given('openOrdersText', '; {openOrdersText}')}.${also('bustedText', 'correctedText')}`,
  more: '',
});

export const en: Messages = {
  types: {
    ORDER_SUBMITTED: {
      title: `Order accepted${ofSymbol}`,
      body: '{order}: accepted by the venue.',
      more: '',
    },
    ORDER_PARTIALLY_FILLED: {
      title: `Partly filled${ofSymbol}`,
      body: `{order}: ${filled}${given('leavesQty', '; {leavesQty} still open')}.${also('done')}`,
      more: '',
    },
    ORDER_FILLED: {
      title: `Filled${ofSymbol}`,
      body: `{order}: filled in full${given('cumQty', ', {cumQty}')}${given('avgPx', ' at {avgPx} on average')}.`,
      more: '',
    },
    ORDER_CANCELED: {
      title: `Order canceled${ofSymbol}`,
      body: `{order}: canceled.${also('done', 'said')}`,
      more: '',
    },
    ORDER_REJECTED: {
      title: `Order rejected${ofSymbol}`,
      body: `{order}: rejected${given('why', ': {why}', ' by the venue')}.${also('done', 'said')}`,
      more: 'Nothing of it is working at the venue any more.',
    },
    ORDER_EXPIRED: {
      title: `Order expired${ofSymbol}`,
      body: `{order}: expired.${also('done', 'said')}`,
      more: '',
    },
    EXECUTION_FAILED: {
      title: `Request refused${ofSymbol}`,
      body: `{order}: the venue refused {answers, select, CANCEL {to cancel it} REPLACE {to change it} other {the request}}${given('why', ': {why}')}. {status, select, FILLED {The order was filled already.} CANCELED {The order was canceled already.} EXPIRED {The order had expired.} REJECTED {The order was rejected.} other {The order stays as it was.}}${also('said')}`,
      more: '',
    },
    EXECUTION_BUSTED: {
      title: `Fill canceled by the venue${ofSymbol}`,
      body: `{order}: the venue has canceled a fill${given('fill', ' of {fill}')}; it counts no more.${also('done', 'said')}`,
      more: 'Your position and your result change with it. Compare them with the venue’s own statement.',
    },
    EXECUTION_CORRECTED: {
      title: `Fill corrected by the venue${ofSymbol}`,
      body: `{order}: the venue has corrected a fill${given('fill', ' to {fill}')}.${also('done', 'said')}`,
      more: 'The corrected numbers count from now on, in your position and in your result.',
    },
    ORDER_OVERFILLED: {
      title: `Filled beyond the order${ofSymbol}`,
      body: `{order}: filled beyond its quantity${given('overfillQty', ' by {overfillQty}')}.${given('fill', ' The last fill: {fill}.')}${also('done')}`,
      more: 'The venue’s fill is real: more was traded than you asked for.',
    },
    LATE_FILL: {
      title: `Late fill${ofSymbol}`,
      body: `{order}: ${filled} after it was {lateAfter, select, CANCELED {canceled} EXPIRED {expired} REJECTED {rejected} other {closed}}.${also('done')}`,
      more: 'The fill is real, and counts.',
    },
    STRATEGY_STATUS: {
      title: `Strategy${given('strategy', ' {strategy}')}: {status, select, STARTED {started} RUNNING {running} PAUSED {paused} STOPPED {stopped} FAILED {failed} other {its status has changed}}`,
      body: `The strategy${given('strategy', ' {strategy}')} {status, select, STARTED {has started} RUNNING {is running} PAUSED {is paused} STOPPED {has stopped} FAILED {has failed} other {has another status now}}.${given('text', ' “{text}”')}`,
      more: '',
    },
    RISK_VIOLATION: {
      title: `Risk rule broken${ofSymbol}`,
      body: `A risk rule was broken${given('rule', ' ({rule})')}${limit}.${given('text', ' “{text}”')}`,
      more: 'Orders may be refused until this is put right.',
    },
    LIMIT_BREACHED: {
      title: `Limit exceeded${ofSymbol}`,
      body: `A limit was exceeded${given('rule', ' ({rule})')}${limit}.${given('text', ' “{text}”')}`,
      more: '',
    },
    PRICE_ALERT: {
      title: `Price alert${ofSymbol}`,
      body: `${given('symbol', '{symbol}', 'The price')} {condition, select, ABOVE {has risen to} BELOW {has fallen to} other {has reached}} ${given('price', '{price}', given('level', '{level}', 'your level'))}${given('price', given('level', ' (your level: {level})'))}.`,
      more: '',
    },
    VOLUME_ALERT: {
      title: `Volume alert${ofSymbol}`,
      body: `${given('symbol', '{symbol}: the volume', 'The volume')} has reached ${given('volume', '{volume}', given('level', '{level}', 'your level'))}${given('volume', given('level', ' (your level: {level})'))}.`,
      more: '',
    },
    ACCOUNT_SECURITY: {
      title: 'Security of your account',
      body: `{event, select, NEW_SIGN_IN {There was a new sign-in to your account} SIGN_IN_FAILED {Somebody failed to sign in to your account} PASSWORD_CHANGED {Your password was changed} TWO_FACTOR_ON {Two-factor sign-in was switched on} TWO_FACTOR_OFF {Two-factor sign-in was switched off} API_KEY_CREATED {An API key was made for your account} CONTACT_CHANGED {Your contact details were changed} LOCKED {Your account was locked} other {Something changed in the security of your account}}${given('device', ', {device}')}${given('place', ', {place}')}. If it was not you, secure your account now.`,
      more: 'We never ask for your password or a code in a message.',
    },
    REGULATORY_NOTICE: {
      title: given('title', '{title}', 'Regulatory notice'),
      body: given('body', '{body}', 'There is a new regulatory notice. Open the app to read it.'),
      more: '',
    },
    SYSTEM_NOTICE: {
      title: given('title', '{title}', 'Notice'),
      body: given('body', '{body}', 'There is a new notice. Open the app to read it.'),
      more: '',
    },
    SYSTEM_MAINTENANCE: {
      title: given('title', '{title}', 'Maintenance'),
      body: `${given('body', '{body}', 'The service will be under maintenance.')}${given('from', given('to', ' From {from} to {to}.', ' From {from}.'))}`,
      more: '',
    },
    BROKER_DISCONNECTED: {
      title: `Connection lost${given('venue', ': {venue}')}`,
      body: `The connection to ${given('venue', '{venue}', 'a venue')} ${given('since', 'has been down since {since}', 'is down')}. Orders there can’t be placed or changed now, and their news comes late.${given('openOrdersText', ' {openOrdersText} there.')}`,
      more: 'Orders that are working at the venue go on working.',
    },
    DAILY_REPORT: report('Daily report'),
    WEEKLY_REPORT: report('Weekly report'),
    MONTHLY_REPORT: report('Monthly report'),
    DIGEST: {
      title: 'What happened meanwhile',
      body: 'Some notifications waited for you. Open the app to read them.',
      more: '',
    },
  },
  parts: {
    order: `{side, select, BUY {Buy} SELL {Sell} SELL_SHORT {Sell short} other {Order}}${given('quantity', ' {quantity}')}${given('symbol', ' {symbol}')}${given('quantity', '', given('notional', ' for {notional}'))}`,
    fill: `{lastQty}${given('lastPx', ' at {lastPx}')}`,
    done: `Filled by now: {cumQty}${given('quantity', ' of {quantity}')}${given('avgPx', ', at {avgPx} on average')}.`,
    why: '{rejectReason, select, UNKNOWN_SYMBOL {the venue does not know this symbol} EXCHANGE_CLOSED {the exchange is closed} ORDER_EXCEEDS_LIMIT {it exceeds a limit of the account, such as its buying power} TOO_LATE_TO_ENTER {it came too late} UNKNOWN_ORDER {the venue does not know this order} DUPLICATE_ORDER {the venue has an order with this id already} STALE_ORDER {it was too old when it reached the venue} INCORRECT_QUANTITY {the venue does not take this quantity} UNKNOWN_ACCOUNT {the venue does not know this account} PRICE_EXCEEDS_BAND {the price is too far from the market} UNSUPPORTED_ORDER {the venue does not take this kind of order} other {}}',
    said: 'The venue says: “{text}”',
    fillsText: '{n, plural, =0 {No fills} one {# fill} other {# fills}}',
    bustedText: '{n, plural, one {The venue has canceled # fill.} other {The venue has canceled # fills.}}',
    correctedText: '{n, plural, one {The venue has corrected # fill.} other {The venue has corrected # fills.}}',
    openOrdersText: '{n, plural, =0 {no open orders} one {# open order} other {# open orders}}',
  },
  labels: {
    symbol: 'Symbol',
    strategy: 'Strategy',
    quantity: 'Quantity',
    notional: 'Amount',
    price: 'Price',
    stopPx: 'Stop price',
    lastQty: 'Quantity of the fill',
    lastPx: 'Price of the fill',
    cumQty: 'Filled by now',
    leavesQty: 'Still open',
    avgPx: 'Average price',
    overfillQty: 'Beyond the order',
    rule: 'Rule',
    value: 'Value',
    limit: 'Limit',
    level: 'Your level',
    volume: 'Volume',
    device: 'Device',
    place: 'Place',
    ip: 'IP address',
    venue: 'Venue',
    account: 'Account',
    from: 'From',
    to: 'To',
    since: 'Since',
    occurredAt: 'Time',
  },
  footer: {
    everyday: 'Times are in {timeZone}. You choose in the app’s notification settings what you are told, and where.',
    critical:
      'Times are in {timeZone}. Messages of this kind can’t be switched off; in the app’s notification settings you choose where they go.',
  },
  digest: {
    title: '{n, plural, one {# notification waited for you} other {# notifications waited for you}}',
    body: '{n, plural, =0 {{first}.} one {{first}; and # more.} other {{first}; and # more.}}',
    more: '{n, plural, one {# more is in the app.} other {# more are in the app.}}',
    separator: '; ',
  },
  report: enReport,
};
