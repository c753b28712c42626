import { builder } from '../graphql/builder.ts';

export const REFUSAL_CODES = [
  'INVALID_PREFERENCES',
  'VERSION_CONFLICT',
  'INVALID_DEVICE',
  'UNKNOWN_DEVICE',
  'NO_ADDRESS',
  'CHANNEL_OFF',
  'TOO_MANY_CODES',
  'CODE_NOT_SENT',
  'WRONG_CODE',
  'CODE_EXPIRED',
] as const;
export type RefusalCode = (typeof REFUSAL_CODES)[number];

/** An expected outcome: what was asked for was not done. */
export interface Refusal {
  readonly code: RefusalCode;
  readonly message: string;
  /** What of the input is at fault, by its path; null: no single part of it. */
  readonly field: string | null;
}

export const refusal = (code: RefusalCode, message: string, field: string | null = null): Refusal => ({
  code,
  message,
  field,
});

const RefusalCodeRef = builder.enumType('NotificationRefusalCode', {
  values: REFUSAL_CODES,
  description: 'Why it was not done.',
});

export const RefusalRef = builder.objectRef<Refusal>('NotificationRefusal').implement({
  description: 'An expected outcome: what was asked for was not done.',
  fields: (t) => ({
    code: t.expose('code', { type: RefusalCodeRef }),
    message: t.exposeString('message', { description: 'For a person to read.' }),
    field: t.exposeString('field', { nullable: true, description: 'The path of what is at fault in the input.' }),
  }),
});
