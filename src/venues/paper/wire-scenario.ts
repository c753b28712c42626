import { z } from 'zod';
import { NO_DELIVERY_FAULTS, NO_FAULTS } from './faults.ts';
import { accountId, id, positive, TEXT_LENGTH_MAX } from './wire.ts';

// What may be asked of the exchange beside its trade: scenarios of single orders, and faults.

export const STEPS_MAX = 100;
export const DELAY_MS_MAX = 60_000;
const DUPLICATE_MAX = 5;
const REORDER_MAX = 50;

const orNull = <T extends z.ZodType>(schema: T) => schema.nullish().transform((value) => value ?? null);
const text = orNull(z.string().max(TEXT_LENGTH_MAX));
const milliseconds = z.int().min(0).max(DELAY_MS_MAX);
const share = z.number().min(0).max(1);
const fill = z.union([z.int().min(1), id]);
const common = { afterMs: orNull(milliseconds) };

const step = z.discriminatedUnion('do', [
  z.strictObject({ do: z.literal('accept'), ...common }),
  z.strictObject({ do: z.literal('reject'), text, rejectReason: orNull(z.string().max(64)), ...common }),
  z.strictObject({ do: z.literal('fill'), qty: orNull(positive), px: orNull(positive), ...common }),
  z.strictObject({ do: z.literal('overfill'), qty: positive, px: orNull(positive), ...common }),
  z.strictObject({ do: z.enum(['cancel', 'expire', 'done_for_day', 'suspend', 'stop']), text, ...common }),
  z.strictObject({ do: z.literal('restate'), quantity: orNull(positive), price: orNull(positive), ...common }),
  z.strictObject({ do: z.enum(['pending_cancel', 'pending_replace']), clOrdId: orNull(id), ...common }),
  z.strictObject({
    ...{ do: z.literal('replace'), quantity: orNull(positive), price: orNull(positive), stopPx: orNull(positive) },
    ...common,
  }),
  z.strictObject({ do: z.literal('reject_request'), text, ...common }),
  z.strictObject({ do: z.literal('bust'), fill, ...common }),
  z.strictObject({ do: z.literal('correct'), fill, qty: positive, px: positive, ...common }),
  z.strictObject({ do: z.enum(['await_request', 'release']), ...common }),
]);

const steps = z
  .array(step)
  .min(1)
  .max(STEPS_MAX)
  .refine((all) => all.slice(0, -1).every((each) => each.do !== 'release'), 'release can only be the last step');

const delivery = z.strictObject({
  duplicate: z.int().min(1).max(DUPLICATE_MAX).default(NO_DELIVERY_FAULTS.duplicate),
  reorder: z.int().min(0).max(REORDER_MAX).default(NO_DELIVERY_FAULTS.reorder),
  delayMs: milliseconds.default(NO_DELIVERY_FAULTS.delayMs),
  jitterMs: milliseconds.default(NO_DELIVERY_FAULTS.jitterMs),
  drop: share.default(NO_DELIVERY_FAULTS.drop),
});

/** What is left out is off. */
export const exchangeFaults = delivery.extend({ rejectRate: share.default(NO_FAULTS.rejectRate) });

/** One word (`scenario`), or steps; and how the reports of the order are delivered. */
export const scenarioRequest = z
  .object({
    account: orNull(accountId),
    clOrdId: id,
    scenario: orNull(z.enum(['reject', 'fill', 'cancel', 'expire', 'hold'])),
    text,
    steps: orNull(steps),
    delivery: orNull(delivery),
  })
  .refine(({ scenario, steps }) => !scenario || !steps, 'either a scenario or steps')
  .refine(({ scenario, steps, delivery }) => scenario ?? steps ?? delivery, 'a scenario, steps or delivery is needed');

export type ScenarioRequest = z.output<typeof scenarioRequest>;
