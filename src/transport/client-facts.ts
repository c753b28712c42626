import { z } from 'zod';

const TEXT_MAX = 64;
const text = z.string().max(TEXT_MAX);

/** What an app says of itself and of its connections, for whoever looks into its trouble. Nothing depends on it. */
const factsSchema = z.object({
  name: text.optional(),
  version: text.optional(),
  platform: text.optional(),
  /** Failed attempts in a row before this one. */
  attempt: z.number().int().min(0).max(1_000_000).optional(),
  /** Why the connection before it has ended. */
  lastClose: z.union([z.number().int(), text]).nullish(),
});

export type ClientFacts = z.infer<typeof factsSchema>;

/** Null: it says nothing, or what can't be read. */
export const clientFactsOf = (params: Readonly<Record<string, unknown>> | undefined): ClientFacts | null =>
  factsSchema.safeParse(params?.['client']).data ?? null;
