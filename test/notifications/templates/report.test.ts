import { describe, expect, it } from 'vitest';
import { reportData } from '../../../src/notifications/report-figures.ts';
import { BARS_MAX, reportWords } from '../../../src/notifications/templates/report.ts';
import { wordsOf } from '../../../src/notifications/templates/words.ts';
import { CHANNELS, LOCALES } from '../../../src/notifications/words.ts';
import { buy, daily, execution, sell } from '../executions.ts';
import { HOSTILE_TEXTS, notification } from './told.ts';

const en = { locale: 'en', timeZone: 'UTC' } as const;
const order = { symbol: 'TSLA', side: 'SELL', quantity: '5', notional: null, leavesQty: '3', price: '400' } as const;
const traded = [
  ...[buy('10', '100', { at: -9 }), sell('10', '112.5', { at: 1 })],
  ...[buy('2', '50', { symbol: 'MSFT', at: 1 }), sell('3', '37.5', { symbol: 'MSFT', at: 2 })],
  execution({ execType: 'TRADE_CANCEL', execRefId: 'gone', symbol: 'NVDA', lastQty: '1', lastPx: '9', counts: false }),
];
const figures = daily(traded, { openOrders: [order], openOrdersCount: 2 });

describe('a report in words', () => {
  it('is a line on the short channels', () => {
    expect(reportWords(figures, en, 'PUSH')).toMatchObject({
      title: 'Daily report: Nov 20, 2026',
      body: '3 fills; realized result +100; 2 open orders. The venue has canceled 1 fill.',
    });
  });

  it('is figures and a chart in an e-mail, the same in plain text', () => {
    const { body, html } = reportWords(figures, en, 'EMAIL');
    expect(body.split('\n\n')).toEqual([
      '3 fills; realized result +100; 2 open orders. The venue has canceled 1 fill.',
      'Realized result',
      'alpaca: +100 (bought for 100, sold for 1,237.5)',
      'Realized result by symbol',
      `AAPL  ${'█'.repeat(20)}  +125\nMSFT  ${'█'.repeat(4)}  -25`,
      'By symbol',
      [
        '- MSFT (alpaca)\n  2 fills; bought 2 for 100, sold 3 for 112.5; realized -25. Sold without a known purchase: 1; not in the result',
        '- AAPL (alpaca)\n  1 fill; bought 0 for 0, sold 10 for 1,125; realized +125',
      ].join('\n'),
      'Canceled and corrected by the venue',
      '- NVDA (alpaca)\n  Canceled: 1 at 9. Of a fill from before these days',
      '2 open orders',
      'Sell 5 TSLA: 3 still open, at 400',
      '… and 1 more',
      'The result matches sales with the earliest purchases that are known (first in, first out), before fees. Options and futures are counted per unit of their price.',
      'Times are in UTC. You choose in the app’s notification settings what you are told, and where.',
    ]);
    const widths = [...(html ?? '').matchAll(/<div style="width:(\d+)%;[^"]*background-color:(#\w+)/g)];
    expect(widths.map(([, width, colour]) => [width, colour])).toEqual([
      ['100', '#2b9a57'],
      ['20', '#d14343'],
    ]);
    expect(html).not.toMatch(/<img|<script|<svg|https?:/);
  });

  it('is what its notification’s e-mail says', () => {
    const told = notification('DAILY_REPORT', reportData(figures), { symbol: null, strategy: null });
    for (const channel of CHANNELS) expect(wordsOf(told, en, channel)).toEqual(reportWords(figures, en, channel));
    const without = notification('DAILY_REPORT', { ...reportData(figures), figures: 'lost' });
    expect(wordsOf(without, en, 'EMAIL').body).toContain('3 fills; realized result +100');
  });

  it('says that only the latest fills were counted, and nothing of a result', () => {
    const cut = daily(traded, { complete: false });
    const said = 'Only your latest 5 fills were counted, so the realized result is left out.';
    expect(reportWords({ ...cut, latestCounted: 20_000 }, en, 'SMS').body).toContain('latest 20,000 fills');
    expect(reportWords(cut, en, 'PUSH').body).toBe(`3 fills; no open orders. ${said} The venue has canceled 1 fill.`);
    const { body } = reportWords(cut, en, 'EMAIL');
    expect(body.split('\n\n').slice(0, 4)).toEqual([
      `3 fills; no open orders. ${said} The venue has canceled 1 fill.`,
      'Bought and sold',
      'alpaca: bought for 100, sold for 1,237.5',
      'By symbol',
    ]);
    expect(body).toContain('Options and futures are counted per unit of their price.');
    expect(body.replace(said, '')).not.toMatch(/realized|The result/i);
    for (const [locale, words] of [
      ['ar', 'لم تُحتسب إلا أحدث 5 عمليات تنفيذ'],
      ['hi', 'केवल आपके सबसे नए 5 निष्पादन गिने गए'],
    ] as const)
      for (const channel of CHANNELS) {
        const told = reportWords(cut, { ...en, locale }, channel).body;
        expect(told.replaceAll(/[\u2066-\u2069]/g, '')).toContain(words);
      }
  });

  it('says by e-mail which of the fills are of earlier days, in the plural of each language', () => {
    const bodyOf = (late: number, locale: (typeof LOCALES)[number]) =>
      reportWords({ ...figures, late }, { ...en, locale }, 'EMAIL').body.split('\n\n');
    for (const [locale, words] of [
      ['en', ['1 fill was traded', '2 fills were traded', '3 fills were traded', '11 fills were traded']],
      ['ar', ['عملية تنفيذ واحدة جرت', 'عمليتا تنفيذ جرتا', '3 عمليات تنفيذ جرت', '11 عملية تنفيذ جرت']],
      ['hi', ['1 निष्पादन इन', '2 निष्पादन इन', '3 निष्पादन इन', '11 निष्पादन इन']],
    ] as const) {
      const told = [1, 2, 3, 11].map((late) => bodyOf(late, locale)[1]);
      expect(told).toEqual(words.map((some) => expect.stringContaining(some) as string));
      expect(bodyOf(0, locale)).toEqual(bodyOf(1, locale).toSpliced(1, 1));
    }
    expect(reportWords({ ...figures, late: 1 }, en, 'PUSH')).toEqual(reportWords(figures, en, 'PUSH'));
  });

  it('says so when there is nothing', () => {
    expect(reportWords(daily([]), en, 'PUSH').body).toBe('No fills; no open orders.');
    expect(reportWords(daily([]), en, 'EMAIL').body).toContain('Nothing was filled.');
  });

  it('draws only so many bars, the longest first', () => {
    const many = Array.from({ length: BARS_MAX + 2 }, (_, nth) => [
      buy('1', '1', { symbol: `S${nth}`, at: 1 }),
      sell('1', String(nth + 2), { symbol: `S${nth}`, at: 2 }),
    ]).flat();
    const bars = reportWords(daily(many), en, 'EMAIL')
      .body.split('\n')
      .filter((line) => line.includes('█'));
    expect(bars).toHaveLength(BARS_MAX);
    expect(bars[0]).toBe(`S13  ${'█'.repeat(20)}  +14`);
  });

  it('is written in every language, whatever the symbols are called', () => {
    for (const locale of LOCALES)
      for (const symbol of HOSTILE_TEXTS) {
        const hostile = daily(
          [buy('1', '2', { symbol, venue: symbol, at: 1 }), sell('2', '3', { symbol, venue: symbol, at: 2 })],
          {
            openOrders: [{ ...order, symbol }],
          },
        );
        const { body, html } = reportWords(hostile, { ...en, locale }, 'EMAIL');
        expect(body).not.toMatch(/undefined|\[object|(?!\n)[\p{Cc}\u202A-\u202E\u2066\u2067]/u);
        expect(html).not.toMatch(/<script|<img/);
      }
  });
});
