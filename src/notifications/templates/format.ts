import { IntlMessageFormat } from 'intl-messageformat';
import type { Locale } from '../words.ts';
import { ar } from './ar.ts';
import { en } from './en.ts';
import { keeping } from './formats.ts';
import { hi } from './hi.ts';
import type { Messages } from './messages.ts';

export const MESSAGES: Readonly<Record<Locale, Messages>> = { en, ar, hi };

/** Texts for `{x}`, numbers for plurals. */
export type Values = Readonly<Record<string, string | number>>;

const compiled = keeping((tag) =>
  keeping((message) => new IntlMessageFormat(message, tag, undefined, { ignoreTag: true })),
);

/** A message of ours with its values. A value is shown as it stands: nothing in it is read as ICU or HTML. */
export const format = (tag: string, message: string, values: Values): string =>
  String(compiled(tag)(message).format(values)).trim();
