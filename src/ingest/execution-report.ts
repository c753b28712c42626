import { z } from 'zod';
import { type Decimal, parseDecimal, printDecimal } from '../kernel/decimal.ts';
import { isStorableTime } from '../kernel/time.ts';
import { ID_CHARACTERS_MAX, idSchema, isStorable, NOT_STORABLE } from '../kernel/text.ts';
import {
  ASSET_CLASSES,
  EXEC_TYPES,
  ORDER_STATUSES,
  ORDER_TYPES,
  PENDING_ACTIONS,
  REJECT_REASONS,
  SIDES,
  TIMES_IN_FORCE,
} from '../orders/words.ts';

export const REPORT_TEXT_MAX = 4_096;

const freeText = z.string().max(REPORT_TEXT_MAX).refine(isStorable, NOT_STORABLE);

const decimalText = z.string().transform((text, context): Decimal => {
  const value = parseDecimal(text);
  if (value) return value;
  context.addIssue('not a plain decimal string of at most 20 digits before and 18 after the point');
  return z.NEVER;
});

const orNull = <T extends z.ZodType>(schema: T) => schema.nullish().transform((value) => value ?? null);

/**
 * The one inbound shape: a FIX ExecutionReport (35=8) or OrderCancelReject (35=9) in our words. Numbers are decimal
 * strings, times are ISO 8601 with a zone. What is absent is null.
 */
export const executionReportSchema = z
  .object({
    execId: idSchema,
    execType: z.enum(EXEC_TYPES),
    execRefId: orNull(idSchema),
    venueOrderId: orNull(idSchema),
    replacesVenueOrderId: orNull(idSchema),
    clOrdId: orNull(idSchema),
    origClOrdId: orNull(idSchema),
    account: z
      .string()
      .max(ID_CHARACTERS_MAX)
      .refine(isStorable, NOT_STORABLE)
      .nullish()
      .transform((account) => account ?? ''),
    symbol: orNull(idSchema),
    side: orNull(z.enum(SIDES)),
    orderType: orNull(z.enum(ORDER_TYPES)),
    timeInForce: orNull(z.enum(TIMES_IN_FORCE)),
    assetClass: orNull(z.enum(ASSET_CLASSES)),
    quantity: orNull(decimalText),
    notional: orNull(decimalText),
    price: orNull(decimalText),
    stopPx: orNull(decimalText),
    lastQty: orNull(decimalText),
    lastPx: orNull(decimalText),
    cumQty: orNull(decimalText),
    leavesQty: orNull(decimalText),
    avgPx: orNull(decimalText),
    status: orNull(z.enum(ORDER_STATUSES)),
    transactTime: orNull(
      z.iso
        .datetime({ offset: true })
        .transform((text) => new Date(text))
        .refine(isStorableTime, 'is not in the years 1 to 9999'),
    ),
    text: orNull(freeText),
    rejectReason: orNull(z.enum(REJECT_REASONS)),
    cxlRejResponseTo: orNull(z.enum(PENDING_ACTIONS)),
  })
  .refine((report) => report.venueOrderId !== null || report.clOrdId !== null, {
    message: 'needs venueOrderId or clOrdId',
  });

export type ExecutionReport = z.infer<typeof executionReportSchema>;
/** A report before it is read: plain JSON. */
export type RawReport = z.input<typeof executionReportSchema>;

/** The numbers by which a repeat of an execution is told from another execution under the same execId. */
export type Claim = Readonly<Record<string, string>>;

export function claimOf(report: ExecutionReport): Claim {
  const { execType, execRefId, lastQty, lastPx, quantity, notional, price, stopPx } = report;
  const numbers = Object.entries({ lastQty, lastPx, quantity, notional, price, stopPx });
  return {
    execType,
    ...(execRefId !== null && { execRefId }),
    ...Object.fromEntries(numbers.flatMap(([name, value]) => (value ? [[name, printDecimal(value)]] : []))),
  };
}

/** A repeat may leave a number out, as another path of the same venue may; it may not say another one. */
export function contradicts(known: Claim, claim: Claim): boolean {
  return Object.entries(claim).some(([name, value]) => known[name] !== undefined && known[name] !== value);
}
