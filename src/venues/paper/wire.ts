import { z } from 'zod';
import { parseDecimal } from '../../kernel/decimal.ts';

// The exchange's inbound side. Decimals are plain strings; a term that is left out is null.

const ID_LENGTH_MAX = 128;
export const TEXT_LENGTH_MAX = 500;
export const OPEN_ORDERS_MAX = 1_000;
export const ASKED_ORDERS_MAX = 500;

export const id = z.string().min(1).max(ID_LENGTH_MAX);
export const accountId = z.string().max(ID_LENGTH_MAX);
const word = z.string().min(1).max(64);

const anyDecimal = z.string().transform((text, context) => {
  const value = parseDecimal(text);
  if (value) return value;
  context.addIssue({
    code: 'custom',
    message: 'must be a plain decimal of at most 20 digits before and 18 after the point',
  });
  return z.NEVER;
});
export const positive = anyDecimal.refine((value) => value.gt(0), 'must be above zero');
const notNegative = anyDecimal.refine((value) => value.gte(0), 'must not be negative');
const term = positive.nullable().default(null);

const terms = z.object({
  clOrdId: id,
  account: accountId,
  symbol: word,
  assetClass: word.default('EQUITY'),
  side: z.enum(['BUY', 'SELL', 'SELL_SHORT']),
  orderType: z.enum(['MARKET', 'LIMIT', 'STOP', 'STOP_LIMIT']),
  timeInForce: word.default('DAY'),
  quantity: term,
  notional: term,
  price: term,
  stopPx: term,
});

type ParsedTerms = z.output<typeof terms>;

function termsFault({ orderType, quantity, notional, price, stopPx }: ParsedTerms): string | null {
  if (!quantity && !notional) return 'an order needs a quantity or a notional';
  if (!price && (orderType === 'LIMIT' || orderType === 'STOP_LIMIT')) return `${orderType} needs a price`;
  if (!stopPx && (orderType === 'STOP' || orderType === 'STOP_LIMIT')) return `${orderType} needs a stopPx`;
  return null;
}

/** Leaves only the terms that this type of order has, so that a stray price never limits a market order. */
function fittingTerms<Parsed extends ParsedTerms>(parsed: Parsed): Parsed {
  const { orderType } = parsed;
  return {
    ...parsed,
    notional: parsed.quantity ? null : parsed.notional,
    price: orderType === 'LIMIT' || orderType === 'STOP_LIMIT' ? parsed.price : null,
    stopPx: orderType === 'STOP' || orderType === 'STOP_LIMIT' ? parsed.stopPx : null,
  };
}

function checkTerms(parsed: ParsedTerms, context: z.RefinementCtx): void {
  const fault = termsFault(parsed);
  if (fault) context.addIssue({ code: 'custom', message: fault });
}

export const placeRequest = terms
  .extend({ kind: z.literal('NEW').default('NEW') })
  .superRefine(checkTerms)
  .transform(fittingTerms);

const change = { clOrdId: id, origClOrdId: id, account: accountId, venueOrderId: id.nullable().default(null) };

export const replaceRequest = z.object({
  kind: z.literal('REPLACE').default('REPLACE'),
  ...change,
  quantity: term,
  price: term,
  stopPx: term,
});

export const cancelRequest = z.object({ kind: z.literal('CANCEL').default('CANCEL'), ...change });

export const openOrder = terms
  .extend({
    venueOrderId: id.nullable().default(null),
    accepted: z.boolean(),
    cumQty: notNegative,
    cumAmount: notNegative,
  })
  .superRefine(checkTerms)
  .transform(fittingTerms);

/** Each order is parsed by itself: one that can't be taken up does not hold up the others. */
export const openOrders = z.array(z.unknown()).max(OPEN_ORDERS_MAX);

/** Names of orders to be asked about. */
export const orderNames = z
  .array(
    z.object({ account: accountId, venueOrderId: id.nullable().default(null), clOrdId: id.nullable().default(null) }),
  )
  .max(ASKED_ORDERS_MAX);

/** Names the first faults of an input in one line. */
export function faultText(error: z.ZodError): string {
  return error.issues
    .slice(0, 3)
    .map(({ path, message }) => (path.length > 0 ? `${path.join('.')}: ${message}` : message))
    .join('; ');
}
