import { describe, expect, it } from 'vitest';
import { DIGEST_ITEMS_MAX, digestWords } from '../../../src/notifications/templates/digest.ts';
import { CHANNELS, LOCALES, NOTIFICATION_TYPES } from '../../../src/notifications/words.ts';
import { FULL, hostile, HOSTILE_TEXTS, notification } from './told.ts';

const en = { locale: 'en', timeZone: 'UTC' } as const;
const filled = (symbol: string) => notification('ORDER_FILLED', { side: 'BUY', quantity: '1' }, { symbol });

describe('a digest', () => {
  it('tells the first titles and how many others there are', () => {
    const told = ['A', 'B', 'C', 'D', 'E'].map(filled);
    expect(digestWords({ told, more: 2 }, en, 'PUSH')).toEqual({
      title: '7 notifications waited for you',
      body: 'Filled: A; Filled: B; Filled: C; Filled: D; and 3 more.',
      ...{ html: null, direction: 'ltr' },
    });
    expect(digestWords({ told: told.slice(0, 1), more: 0 }, en, 'PUSH')).toMatchObject({
      title: '1 notification waited for you',
      body: 'Filled: A.',
    });
    expect(digestWords({ told: [], more: 3 }, en, 'SMS').body).toBe(
      '3 notifications waited for you\nSome notifications waited for you. Open the app to read them.',
    );
  });

  it('counts in Arabic as Arabic counts', () => {
    const title = (more: number) => digestWords({ told: [], more }, { ...en, locale: 'ar' }, 'PUSH').title;
    expect([1, 2, 3, 11, 100].map(title)).toEqual([
      'إشعار واحد كان في انتظارك',
      'إشعاران كانا في انتظارك',
      '3 إشعارات كانت في انتظارك',
      '11 إشعارًا كان في انتظارك',
      '100 إشعار كان في انتظارك',
    ]);
  });

  it('lists all of them in an e-mail, up to its bound, with their times', () => {
    const told = Array.from({ length: DIGEST_ITEMS_MAX + 3 }, (_, nth) => filled(`S${nth}`));
    const { body, html } = digestWords({ told, more: 4 }, en, 'EMAIL');
    expect(body.replaceAll('\u202F', ' ')).toContain(
      '- Filled: S0 (Nov 20, 2026, 3:04 PM)\n  Buy 1 S0: filled in full.',
    );
    expect(html).toContain('<strong>Filled: S49</strong>');
    expect(html).not.toContain('S50');
    expect(body).toContain('\n\n7 more are in the app.');
  });

  it('is made of anything', () => {
    for (const locale of LOCALES)
      for (const channel of CHANNELS) {
        const told = NOTIFICATION_TYPES.flatMap((type, nth) => [
          notification(type, FULL),
          notification(type, hostile(HOSTILE_TEXTS[nth % HOSTILE_TEXTS.length] ?? '')),
        ]);
        const { title, body, html } = digestWords({ told, more: 0 }, { ...en, locale }, channel);
        expect(title).not.toBe('');
        expect(body).not.toMatch(/undefined|\[object/);
        expect(html ?? '').not.toMatch(/<script|<img/);
      }
  });
});
