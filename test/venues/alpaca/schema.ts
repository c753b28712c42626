/** What the bodies of POST and PATCH /v2/orders may hold, by Alpaca's OpenAPI document. */

const DECIMAL = /^-?(0|[1-9]\d*)(\.\d{1,18})?$/;
const isDecimal = (value: unknown): boolean => typeof value === 'string' && DECIMAL.test(value);
const oneOf =
  (...values: readonly string[]) =>
  (value: unknown): boolean =>
    typeof value === 'string' && values.includes(value);
const isId = (value: unknown): boolean => typeof value === 'string' && value.length > 0 && value.length <= 128;

type Fields = Readonly<Record<string, (value: unknown) => boolean>>;

const TIMES = oneOf('day', 'gtc', 'opg', 'cls', 'ioc', 'fok');
const NUMBERS: Fields = { qty: isDecimal, limit_price: isDecimal, stop_price: isDecimal };

const NEW_FIELDS: Fields = {
  ...NUMBERS,
  client_order_id: isId,
  symbol: isId,
  side: oneOf('buy', 'sell'),
  type: oneOf('market', 'limit', 'stop', 'stop_limit'),
  time_in_force: TIMES,
  notional: isDecimal,
  position_intent: oneOf('buy_to_open', 'buy_to_close', 'sell_to_open', 'sell_to_close'),
};
const PATCH_FIELDS: Fields = { ...NUMBERS, client_order_id: isId, time_in_force: TIMES };

function faultOf(fields: Fields, body: Readonly<Record<string, unknown>>): string | null {
  for (const [name, value] of Object.entries(body)) {
    if (!fields[name]) return `unknown field "${name}"`;
    if (!fields[name](value)) return `invalid ${name} ${JSON.stringify(value)}`;
  }
  return null;
}

export function faultOfNew(body: Readonly<Record<string, unknown>>): string | null {
  const { type } = body;
  const missing = ['symbol', 'side', 'type', 'time_in_force'].find((name) => body[name] === undefined);
  if (missing !== undefined) return `${missing} is required`;
  if ((body['qty'] === undefined) === (body['notional'] === undefined)) return 'qty or notional is required';
  if (body['notional'] !== undefined && type !== 'market') return 'notional orders must be market orders';
  for (const [name, types] of [
    ['limit_price', ['limit', 'stop_limit']],
    ['stop_price', ['stop', 'stop_limit']],
  ] as const)
    if ((types as readonly unknown[]).includes(type) !== (body[name] !== undefined)) return `${name} and type disagree`;
  return faultOf(NEW_FIELDS, body);
}

export const faultOfPatch = (body: Readonly<Record<string, unknown>>): string | null => faultOf(PATCH_FIELDS, body);
