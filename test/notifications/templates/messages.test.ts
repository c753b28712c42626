import { IntlMessageFormat } from 'intl-messageformat';
import { describe, expect, it } from 'vitest';
import { REJECT_REASONS } from '../../../src/orders/words.ts';
import { FIELDS, USES } from '../../../src/notifications/templates/fields.ts';
import { MESSAGES } from '../../../src/notifications/templates/format.ts';
import { LOCALES, NOTIFICATION_TYPES, type NotificationType } from '../../../src/notifications/words.ts';

type Element = ReturnType<IntlMessageFormat['getAst']>[number];

/** As the parser numbers them. */
const [ARGUMENT, SELECT] = [1, 5];
const kindOf = (element: Element): number => element.type;

const elementsOf = (message: string): Element[] => {
  const all = (elements: readonly Element[]): Element[] =>
    elements.flatMap((element) =>
      'options' in element
        ? [element, ...Object.values(element.options).flatMap(({ value }) => all(value))]
        : [element],
    );
  return all(new IntlMessageFormat(message, 'en', undefined, { ignoreTag: true }).getAst());
};

/** What a message takes, without the question whether it is known. */
const argumentsOf = (message: string): string[] => [
  ...new Set(
    elementsOf(message)
      .filter((element) => 'options' in element || kindOf(element) === ARGUMENT)
      .map((element) => ('value' in element ? element.value.replace(/Is$/, '') : '')),
  ),
];

/** By its path: `types.ORDER_FILLED.title`. */
function flat(value: unknown, path = ''): [string, string][] {
  if (typeof value === 'string') return [[path, value]];
  return Object.entries(value as object).flatMap(([key, below]) => flat(below, path === '' ? key : `${path}.${key}`));
}

const choicesOf = (message: string): string[] =>
  elementsOf(message)
    .flatMap((element) =>
      'options' in element && kindOf(element) === SELECT
        ? [`${element.value}: ${Object.keys(element.options).sort().join(' ')}`]
        : [],
    )
    .sort();

/** What a part is made of: a message that uses it uses these. */
const MADE_OF: Readonly<Record<string, readonly string[]>> = {
  order: [],
  fill: ['lastQty', 'lastPx'],
  done: ['cumQty'],
  why: ['rejectReason'],
  said: ['text'],
  fillsText: ['fills'],
  bustedText: ['busted'],
  correctedText: ['corrected'],
  openOrdersText: ['openOrders'],
  latestText: ['latestCounted'],
  days: ['from', 'to'],
};

describe('the messages', () => {
  const english = new Map(flat(MESSAGES.en));

  it.each(LOCALES)('of %s have the keys of the English ones, and none is empty that is not empty there', (locale) => {
    const own = new Map(flat(MESSAGES[locale]));
    expect([...own.keys()].sort()).toEqual([...english.keys()].sort());
    for (const [key, message] of own) expect([key, message === '']).toEqual([key, english.get(key) === '']);
  });

  it.each(LOCALES)('of %s choose by the same words as the English ones', (locale) => {
    for (const [key, message] of flat(MESSAGES[locale])) {
      // Which value is asked about first is a matter of word order; which words there are is not.
      const own = new Set(choicesOf(message).filter((choice) => !choice.includes('Is: ')));
      const theirs = new Set(choicesOf(english.get(key) ?? '').filter((choice) => !choice.includes('Is: ')));
      expect([key, own]).toEqual([key, theirs]);
    }
  });

  it.each(LOCALES)('of %s give each count its every plural form', (locale) => {
    const needed = new Intl.PluralRules(locale).resolvedOptions().pluralCategories;
    for (const [key, message] of flat(MESSAGES[locale]))
      for (const element of elementsOf(message))
        if ('pluralType' in element)
          expect([key, Object.keys(element.options)]).toEqual([key, expect.arrayContaining(needed)]);
  });

  it.each(NOTIFICATION_TYPES)('of %s use nothing but what their type may use', (type: NotificationType) => {
    const allowed = new Set<string>([...USES[type], ...Object.keys(MADE_OF)]);
    for (const locale of LOCALES) {
      const { title, body, more } = MESSAGES[locale].types[type];
      const used = [title, body, more].flatMap(argumentsOf);
      expect(used.filter((name) => !allowed.has(name))).toEqual([]);
      const within = used.flatMap((name) => MADE_OF[name] ?? []);
      expect(within.filter((name) => !(USES[type] as readonly string[]).includes(name))).toEqual([]);
    }
  });

  it('use every field that some type may use', () => {
    const used = new Set(flat(MESSAGES.en).flatMap(([, message]) => argumentsOf(message)));
    const rows = new Set(Object.keys(MESSAGES.en.labels));
    const made = new Set(Object.values(MADE_OF).flat());
    // Only for the parts' own choices: how many are counted is asked by `n`, and the digest's words have no data.
    expect(Object.keys(FIELDS).filter((name) => !used.has(name) && !rows.has(name) && !made.has(name))).toEqual([
      'count',
    ]);
  });

  it.each(LOCALES)('of %s have a reason for every rejection but OTHER', (locale) => {
    const [choice] = choicesOf(MESSAGES[locale].parts.why);
    expect(choice).toBe(
      `rejectReason: ${[...REJECT_REASONS.filter((reason) => reason !== 'OTHER'), 'other'].sort().join(' ')}`,
    );
  });

  it('count in Arabic as Arabic counts', () => {
    const say = (n: number) => new IntlMessageFormat(MESSAGES.ar.parts.openOrdersText, 'ar').format({ n });
    expect([0, 1, 2, 3, 10, 11, 99, 100, 102, 103].map(say)).toEqual([
      'لا أوامر مفتوحة',
      'أمر مفتوح واحد',
      'أمران مفتوحان',
      '3 أوامر مفتوحة',
      '10 أوامر مفتوحة',
      '11 أمرًا مفتوحًا',
      '99 أمرًا مفتوحًا',
      '100 أمر مفتوح',
      '102 أمر مفتوح',
      '103 أوامر مفتوحة',
    ]);
  });
});
