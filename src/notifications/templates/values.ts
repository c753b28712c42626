import type { Notification, NotificationData } from '../notification.ts';
import { cleanLine, cleanParagraphs, isolate, maskAccount, maskText } from './clean.ts';
import { type Field, FIELDS, USES } from './fields.ts';
import { format, MESSAGES, type Values } from './format.ts';
import { directionOf, type Reader, shownDays, shownNumber, shownTime, tagOf } from './formats.ts';
import { type Argument, type Part, PARTS } from './messages.ts';

/** What words are made of. */
export type Told = Pick<Notification, 'type' | 'data' | 'symbol' | 'strategy' | 'occurredAt'>;

const NAME_CODE_POINTS_MAX = 40;
/** A venue's words are masked before they are cut, so that no key is cut to something that does not look like one. */
const VENUE_TEXT_READ_MAX = 1_000;
const VENUE_TEXT_CODE_POINTS_MAX = 200;
const HEADLINE_CODE_POINTS_MAX = 120;
const NOTICE_CODE_POINTS_MAX = 4_000;
const COUNT_MAX = 1_000_000;

const WORD = /^[A-Z][A-Z0-9_]{0,39}$/;
const INTEGER = /^\d{1,7}$/;

type Raw = NotificationData[string] | undefined;

/** As it stands in the data; null for what is not there, and for what is none of its kind. */
const textOf = (raw: Raw): string | null =>
  typeof raw === 'string' ? raw : typeof raw === 'number' && Number.isFinite(raw) ? String(raw) : null;

function countOf(raw: Raw): number | null {
  const text = textOf(raw);
  if (text === null || !INTEGER.test(text)) return null;
  return Math.min(Number(text), COUNT_MAX);
}

/** What is at hand to show a value. */
interface Showing {
  readonly reader: Reader;
  readonly account: string;
}

function shown(field: Field, text: string, { reader, account }: Showing): string | null {
  switch (FIELDS[field]) {
    case 'decimal':
      return shownNumber(text, tagOf(reader), 'exact');
    case 'signed':
      return shownNumber(text, tagOf(reader), 'signed');
    case 'mean':
      return shownNumber(text, tagOf(reader), 'mean');
    case 'count':
      return INTEGER.test(text) ? text : null;
    case 'word':
      return WORD.test(text) ? text : null;
    case 'name':
      return cleanLine(text, NAME_CODE_POINTS_MAX);
    case 'account':
      return maskAccount(cleanLine(text, NAME_CODE_POINTS_MAX));
    case 'venueText':
      return cleanLine(maskText(cleanLine(text, VENUE_TEXT_READ_MAX), account), VENUE_TEXT_CODE_POINTS_MAX);
    case 'headline':
      return cleanLine(text, HEADLINE_CODE_POINTS_MAX);
    case 'notice':
      return cleanParagraphs(text, NOTICE_CODE_POINTS_MAX);
    case 'time':
      return shownTime(new Date(text), reader);
  }
}

const IN_ONE_PIECE: ReadonlySet<string> = new Set(['count', 'word']);

/** What the messages of a notification's type may use of it, ready to be shown; what is not known is absent. */
export type Shown = Readonly<Partial<Record<Argument, string>>>;

export function shownFields(notification: Told, reader: Reader): Shown {
  const { type, data, symbol, strategy, occurredAt } = notification;
  const own: NotificationData = { ...data, symbol, strategy, occurredAt: isoOf(occurredAt) };
  const showing = { reader, account: textOf(own['account']) ?? '' };
  const direction = directionOf(reader.locale);
  const found: Partial<Record<Argument, string>> = {};
  for (const field of USES[type] as readonly Field[]) {
    const raw = textOf(Object.hasOwn(own, field) ? own[field] : undefined);
    const text = raw === null ? null : shown(field, raw, showing);
    if (text === null || text === '') continue;
    found[field] = IN_ONE_PIECE.has(FIELDS[field]) ? text : isolated(text, direction);
  }
  return found;
}

const isoOf = (at: Date): string | null => (Number.isNaN(at.getTime()) ? null : at.toISOString());

/** Each paragraph stands apart: an isolate ends with its paragraph (UAX 9, BD9). */
const isolated = (text: string, direction: 'ltr' | 'rtl'): string =>
  text
    .split('\n')
    .map((line) => isolate(line, direction))
    .join('\n');

/** Every argument that a message can have, known or not: no message ever lacks one. */
export function valuesOf(notification: Told, reader: Reader): Values {
  const fields = shownFields(notification, reader);
  const days = fields.from !== undefined && fields.to !== undefined ? daysOf(notification.data, reader) : null;
  const known: Shown = days === null ? fields : { ...fields, days: isolate(days, directionOf(reader.locale)) };
  const parts = partsOf(notification, known, reader);
  return argumentsOf({ ...known, ...parts });
}

const daysOf = (data: NotificationData, reader: Reader): string | null =>
  typeof data['from'] === 'string' && typeof data['to'] === 'string'
    ? shownDays(new Date(data['from']), new Date(data['to']), reader)
    : null;

const NONE: Values = Object.fromEntries(
  [...Object.keys(FIELDS), ...PARTS, 'days'].flatMap((name) => [
    [name, ''],
    [`${name}Is`, 'absent'],
  ]),
);

/** What is absent is inherited: there are a hundred names, and a notification knows a few of them. */
function argumentsOf(known: Shown): Values {
  const values = Object.create(NONE) as Record<string, string>;
  for (const [name, value] of Object.entries(known)) {
    values[name] = value;
    values[`${name}Is`] = 'known';
  }
  return values;
}

const COUNTED = {
  fillsText: 'fills',
  bustedText: 'busted',
  correctedText: 'corrected',
  openOrdersText: 'openOrders',
  latestText: 'latestCounted',
} as const satisfies Partial<Record<Part, Field>>;
/** Of these nothing is said when there are none. */
const SILENT_AT_NONE: ReadonlySet<string> = new Set(['bustedText', 'correctedText']);

const isSome = (raw: Raw): boolean => !/^-?0*\.?0*$/.test(textOf(raw) ?? '');

function partsOf({ data, type }: Told, known: Shown, reader: Reader): Shown {
  const { parts } = MESSAGES[reader.locale];
  const tag = tagOf(reader);
  const values = argumentsOf(known);
  const made: Partial<Record<Part, string>> = { order: format(tag, parts.order, values) };
  if (known.lastQty !== undefined) made.fill = format(tag, parts.fill, values);
  if (known.cumQty !== undefined && isSome(data['cumQty'])) made.done = format(tag, parts.done, values);
  const why = format(tag, parts.why, values);
  if (why !== '') made.why = why;
  if (known.text !== undefined) made.said = format(tag, parts.said, values);
  const uses: readonly Field[] = USES[type];
  for (const [part, field] of Object.entries(COUNTED) as [keyof typeof COUNTED, Field][]) {
    const n = uses.includes(field) ? countOf(data[field]) : null;
    if (n !== null && !(n === 0 && SILENT_AT_NONE.has(part)))
      made[part] = format(tag, parts[part], Object.assign(Object.create(values), { n }) as Values);
  }
  return made;
}
