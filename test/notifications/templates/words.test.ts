import { describe, expect, it } from 'vitest';
import type { NotificationData } from '../../../src/notifications/notification.ts';
import {
  BODY_UNITS_MAX,
  PUSH_BODY_BYTES_MAX,
  PUSH_TITLE_BYTES_MAX,
  SMS_SEGMENTS_MAX,
  smsSegments,
  TITLE_UNITS_MAX,
} from '../../../src/notifications/templates/bounds.ts';
import type { ChannelWords } from '../../../src/notifications/templates/plain.ts';
import { wordsOf } from '../../../src/notifications/templates/words.ts';
import { CHANNELS, type Channel, type Locale, LOCALES, NOTIFICATION_TYPES } from '../../../src/notifications/words.ts';
import { ACCOUNT, FULL, hostile, HOSTILE_TEXTS, MINIMAL, notification, SECRETS } from './told.ts';

const bytes = (text: string): number => new TextEncoder().encode(text).length;
const OUR_TAGS =
  /<(?:!doctype html|\/?(?:html|head|meta|title|body|table|tr|td|h1|h2|p|div|strong|span|br))(?: [a-z-]+="[^"<>]*")*>/g;

/** What a mail client shows of an HTML part; any tag that the layout has not is left standing. */
const htmlText = (html: string): string =>
  html
    .replace(OUR_TAGS, '\n')
    .replace(/&nbsp;/g, ' ')
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&quot;/g, '"')
    .replace(/&#39;/g, "'")
    .replace(/&amp;/g, '&');

/** Every isolate is closed within its own line, and none closes more than was opened. */
function isBalanced(text: string): boolean {
  return text.split('\n').every((line) => {
    let depth = 0;
    for (const char of line) {
      if (char === '\u2068') depth += 1;
      if (char === '\u2069') depth -= 1;
      if (depth < 0) return false;
    }
    return depth === 0;
  });
}

/** What holds of any words, whatever they are made of. */
function expectSound({ title, body, html, direction }: ChannelWords, locale: Locale, channel: Channel): void {
  expect(title).not.toBe('');
  expect(body).not.toBe('');
  expect(direction).toBe(locale === 'ar' ? 'rtl' : 'ltr');
  for (const text of [title, body, html ?? '']) {
    expect(text.isWellFormed()).toBe(true);
    expect(text).not.toMatch(/(?!\n)[\p{Cc}\u2028\u2029\u202A-\u202E\u2066\u2067\uFEFF]/u);
    expect(isBalanced(text.replace(OUR_TAGS, '\n'))).toBe(true);
  }
  expect(title).not.toContain('\n');
  expect(title.length).toBeLessThanOrEqual(TITLE_UNITS_MAX);
  expect(html === null).toBe(channel !== 'EMAIL');
  if (channel === 'PUSH') {
    expect(bytes(title)).toBeLessThanOrEqual(PUSH_TITLE_BYTES_MAX);
    expect(bytes(body)).toBeLessThanOrEqual(PUSH_BODY_BYTES_MAX);
    expect(body).not.toContain('\n');
  }
  if (channel === 'SMS') expect(smsSegments(body)).toBeLessThanOrEqual(SMS_SEGMENTS_MAX);
  if (channel === 'IN_APP' || channel === 'WEBHOOK') expect(body.length).toBeLessThanOrEqual(BODY_UNITS_MAX);
  if (html !== null) expectSoundHtml(html, body, locale);
}

function expectSoundHtml(html: string, body: string, locale: Locale): void {
  expect(html).toContain(`lang="${locale}" dir="${locale === 'ar' ? 'rtl' : 'ltr'}"`);
  // With the layout's own tags and entities gone, no markup is left: neither in it nor made by unescaped text.
  expect(html.replace(OUR_TAGS, '').replace(/&(?:amp|lt|gt|quot|#39|nbsp);/g, '')).not.toMatch(/[<>&"']/);
  expect(bytes(html)).toBeLessThan(100_000);
  // The plain part says the same: all of its words stand in the HTML in the same order.
  const letters = (text: string): string => text.replace(/[\s:()-]/gu, '');
  const shown = letters(htmlText(html));
  for (const line of body.split('\n')) expect(shown).toContain(letters(line));
}

const READERS = LOCALES.map((locale) => ({ locale, timeZone: 'Asia/Kolkata' }));

function forEach(data: NotificationData, check: (words: ChannelWords, locale: Locale, channel: Channel) => void): void {
  for (const reader of READERS)
    for (const type of NOTIFICATION_TYPES)
      for (const channel of CHANNELS) check(wordsOf(notification(type, data), reader, channel), reader.locale, channel);
}

describe('the words of every type, in every language, on every channel', () => {
  it('are sound with all that is known', () => {
    forEach(FULL, (words, locale, channel) => {
      expectSound(words, locale, channel);
      expect(`${words.title}${words.body}`).not.toMatch(/[{}#<>]|undefined|null|NaN|\[object|absent/);
    });
  });

  it('are sound with nothing known, and leave nothing untranslated', () => {
    for (const data of MINIMAL)
      for (const reader of READERS)
        for (const type of NOTIFICATION_TYPES)
          for (const channel of CHANNELS) {
            const told = notification(type, data, { symbol: null, strategy: null, occurredAt: new Date(Number.NaN) });
            const words = wordsOf(told, reader, channel);
            expectSound(words, reader.locale, channel);
            const text = `${words.title} ${words.body}`.replaceAll('Asia/Kolkata', '').replaceAll('Asia/Calcutta', '');
            expect(text).not.toMatch(/[{}#<>]|undefined|null|NaN|\[object/);
            if (reader.locale !== 'en') expect(text).not.toMatch(/(?!\b(?:IP|API)\b)\b[A-Za-z]{2,}/);
            else expect(text).not.toMatch(/[\p{Script=Arabic}\p{Script=Devanagari}]/u);
          }
  });

  it.each(HOSTILE_TEXTS.map((text) => [JSON.stringify(text.slice(0, 20)), text]))(
    'are sound with %s everywhere',
    (_, text) => {
      for (const reader of READERS)
        for (const type of NOTIFICATION_TYPES)
          for (const channel of CHANNELS) {
            const words = wordsOf(notification(type, hostile(text), { symbol: text, strategy: text }), reader, channel);
            expectSound(words, reader.locale, channel);
          }
    },
  );

  it('never hold a secret, the service’s own English sentence, or an account’s whole number', () => {
    forEach(FULL, ({ title, body, html }) => {
      const all = `${title}\n${body}\n${html ?? ''}`;
      for (const secret of [ACCOUNT, ...Object.values(SECRETS), '4111 1111 1111 1111', '9b1deb4d-3b7d'])
        expect(all).not.toContain(secret);
    });
  });
});

describe('what is told', () => {
  const reader = { locale: 'en', timeZone: 'America/New_York' } as const;
  const push = (type: Parameters<typeof notification>[0], data: NotificationData, locale: Locale = 'en') =>
    wordsOf(notification(type, data), { ...reader, locale }, 'PUSH');

  it('a fill: what, how much, at which price, and what is left', () => {
    const data = { side: 'BUY', quantity: '1000', lastQty: '250', lastPx: '187.5', cumQty: '750', leavesQty: '250' };
    expect(push('ORDER_PARTIALLY_FILLED', data)).toEqual({
      ...{ title: 'Partly filled: AAPL', html: null, direction: 'ltr' },
      body: 'Buy 1,000 AAPL: filled 250 at 187.5; 250 still open. Filled by now: 750 of 1,000.',
    });
    expect(push('ORDER_PARTIALLY_FILLED', data, 'hi').body).toBe(
      'खरीद ऑर्डर 1,000 AAPL: 187.5 के भाव पर 250 निष्पादित हुआ; 250 बाकी है। अब तक निष्पादित: 1,000 में से 750।',
    );
    expect(push('ORDER_PARTIALLY_FILLED', data, 'ar').body).toBe(
      'أمر شراء \u20681,000\u2069 من \u2068AAPL\u2069: تم تنفيذ \u2068250\u2069 بسعر \u2068187.5\u2069؛ المتبقي \u2068250\u2069. المنفَّذ حتى الآن: \u2068750\u2069 من \u20681,000\u2069.',
    );
  });

  it('an order by amount has the amount for its quantity', () => {
    expect(push('ORDER_SUBMITTED', { side: 'BUY', notional: '500', quantity: null }).body).toBe(
      'Buy AAPL for 500: accepted by the venue.',
    );
  });

  it('a rejection: the reason in the user’s words, and the venue’s own', () => {
    const data = { side: 'SELL', quantity: '1', rejectReason: 'EXCHANGE_CLOSED', text: 'market closed', cumQty: '0' };
    expect(push('ORDER_REJECTED', data).body).toBe(
      'Sell 1 AAPL: rejected: the exchange is closed. The venue says: “market closed”',
    );
    expect(push('ORDER_REJECTED', { ...data, rejectReason: 'OTHER', text: null }).body).toBe(
      'Sell 1 AAPL: rejected by the venue.',
    );
  });

  it('a late fill: how the order had ended, also when it is complete now', () => {
    const data = { side: 'BUY', quantity: '100', lastQty: '100', lastPx: '5', cumQty: '100', status: 'FILLED' };
    expect(push('LATE_FILL', { ...data, lateAfter: 'CANCELED' }).body).toBe(
      'Buy 100 AAPL: filled 100 at 5 after it was canceled. Filled by now: 100 of 100.',
    );
    expect(push('LATE_FILL', data).body).toContain('after it was closed.');
  });

  it('a refused request: which one, and why', () => {
    const data = { side: 'SELL', quantity: '1', status: 'NEW', answers: 'REPLACE', rejectReason: 'PRICE_EXCEEDS_BAND' };
    expect(push('EXECUTION_FAILED', data).body).toBe(
      'Sell 1 AAPL: the venue refused to change it: the price is too far from the market. The order stays as it was.',
    );
  });

  it('an SMS is whole without a title, and in the cheap alphabet where the language allows it', () => {
    const data = { side: 'SELL', quantity: '1', text: 'it’s “closed”', account: ACCOUNT };
    const { body } = wordsOf(notification('ORDER_REJECTED', data), reader, 'SMS');
    expect(body).toBe('Order rejected: AAPL\nSell 1 AAPL: rejected by the venue. The venue says: "it\'s "closed""');
    expect(smsSegments(body)).toBe(1);
  });

  it('an e-mail: the sentence, what it means, and a table on the reader’s own clock', () => {
    const data = { side: 'BUY', quantity: '10', lastQty: '10', lastPx: '5', account: '12345678' };
    const { title, body } = wordsOf(notification('EXECUTION_BUSTED', data), reader, 'EMAIL');
    expect(title).toBe('Fill canceled by the venue: AAPL');
    expect(body.replaceAll('\u202F', ' ')).toBe(
      [
        'Buy 10 AAPL: the venue has canceled a fill of 10 at 5; it counts no more.',
        'Your position and your result change with it. Compare them with the venue’s own statement.',
        [
          'Symbol: AAPL',
          'Strategy: Momentum',
          'Quantity: 10',
          'Quantity of the fill: 10',
          'Price of the fill: 5',
          'Account: ••••5678',
          'Time: Nov 20, 2026, 10:04 AM',
        ].join('\n'),
        'Times are in America/New_York. Messages of this kind can’t be switched off; in the app’s notification settings you choose where they go.',
      ].join('\n\n'),
    );
  });

  it('a notice keeps its paragraphs in an e-mail, and is one line in a push', () => {
    const told = notification('REGULATORY_NOTICE', { title: 'A\r\nB', body: 'One.\r\n\r\nTwo.' });
    expect(wordsOf(told, reader, 'PUSH')).toMatchObject({ title: 'A B', body: 'One. Two.' });
    expect(wordsOf(told, reader, 'EMAIL').html).toContain('One.</p><p');
  });

  it('ICU syntax and markup in a value are shown as they stand', () => {
    const told = notification('LIMIT_BREACHED', { rule: '{x} <b>#' }, { symbol: null });
    expect(wordsOf(told, reader, 'PUSH').body).toBe('A limit was exceeded ({x} <b>#).');
    expect(wordsOf(told, reader, 'EMAIL').html).toContain('A limit was exceeded ({x} &lt;b&gt;#).');
  });
});
