import { decimal } from '../../kernel/decimal.ts';
import { type ReportFigures, reportData, type SymbolFigures, type TotalFigures } from '../report-figures.ts';
import type { Channel } from '../words.ts';
import { cleanLine, isolate } from './clean.ts';
import { format, MESSAGES, type Values } from './format.ts';
import { directionOf, type Reader, shownNumber, tagOf } from './formats.ts';
import type { Bar, Block, Item } from './html.ts';
import type { ReportPhrase } from './messages.ts';
import { type ChannelWords, letterWords, plainWords, shortWords } from './plain.ts';

/** More bars than these are no longer a picture. */
export const BARS_MAX = 12;
const NAME_CODE_POINTS_MAX = 40;

/** A report in the user's words: a line or two for the short channels, figures and a chart for an e-mail. */
export function reportWords(figures: ReportFigures, reader: Reader, channel: Channel): ChannelWords {
  const told = { type: figures.report, data: reportData(figures), symbol: null, strategy: null };
  const plain = plainWords({ ...told, occurredAt: new Date(figures.to) }, reader);
  if (channel !== 'EMAIL') return shortWords(plain, reader, channel);
  const say = speaker(reader);
  const blocks: Block[] = [
    { kind: 'text', text: plain.body },
    ...lateBlocks(figures, say),
    ...totalBlocks(figures, say),
    ...symbolBlocks(figures, say),
    ...changeBlocks(figures, say),
    ...openOrderBlocks(figures, say),
    { kind: 'text', text: say.phrase('basis', resultTold(figures)) },
  ];
  return letterWords(plain.title, blocks, { reader });
}

/** How figures become words for one reader. */
interface Speaker {
  phrase(name: ReportPhrase, values: Values): string;
  /** Exact, in the reader's way; '' for what is not known. */
  number(text: string | null, form?: 'exact' | 'signed'): string;
  name(text: string): string;
  /** An argument of a message and whether it is known. */
  known(name: string, value: string): Values;
  part(name: 'fill' | 'order', values: Values): string;
}

function speaker(reader: Reader): Speaker {
  const { report, parts } = MESSAGES[reader.locale];
  const tag = tagOf(reader);
  const direction = directionOf(reader.locale);
  return {
    phrase: (name, values) => format(tag, report[name], values),
    number: (text, form = 'exact') => isolate((text && shownNumber(text, tag, form)) ?? '', direction),
    name: (text) => isolate(cleanLine(text, NAME_CODE_POINTS_MAX), direction),
    known: (name, value) => ({ [name]: value, [`${name}Is`]: value === '' ? 'absent' : 'known' }),
    part: (name, values) => format(tag, parts[name], values),
  };
}

const lateBlocks = ({ late }: ReportFigures, say: Speaker): Block[] =>
  late > 0 ? [{ kind: 'text', text: say.phrase('late', { n: late }) }] : [];

const heading = (text: string): Block => ({ kind: 'heading', text });

const totalName = ({ venue, currency }: TotalFigures, say: Speaker): string =>
  say.phrase('total', { venue: say.name(venue), ...say.known('currency', say.name(currency ?? '')) });

/** Of the latest executions alone no result is told. */
const resultTold = ({ latestCounted }: ReportFigures): Values => ({
  realisedIs: latestCounted === null ? 'known' : 'absent',
});

function totalBlocks(figures: ReportFigures, say: Speaker): Block[] {
  const { totals, unsummed } = figures;
  const rows = totals.map((total) => {
    const { bought, sold, realised } = total;
    const values = {
      bought: say.number(bought),
      sold: say.number(sold),
      realised: say.number(realised ?? '0', 'signed'),
      ...resultTold(figures),
    };
    return [totalName(total, say), say.phrase('totalLine', values)] as const;
  });
  const title = heading(say.phrase('totals', resultTold(figures)));
  const left: Block[] = unsummed > 0 ? [{ kind: 'text', text: say.phrase('unsummed', { n: unsummed }) }] : [];
  return rows.length === 0 ? left : [title, { kind: 'rows', rows }, ...left];
}

function symbolBlocks(figures: ReportFigures, say: Speaker): Block[] {
  const { symbols, symbolsCount } = figures;
  if (symbols.length === 0) return [{ kind: 'text', text: say.phrase('nothing', {}) }];
  const items = symbols.map((one): Item => {
    const { fills, unmatchedQty } = one;
    const line = say.phrase('symbolLine', {
      n: fills,
      boughtQty: say.number(one.boughtQty),
      bought: say.number(one.bought),
      soldQty: say.number(one.soldQty),
      sold: say.number(one.sold),
      ...say.known('realised', say.number(one.realised, 'signed')),
    });
    const unmatched = unmatchedQty === null ? '' : say.phrase('unmatched', { qty: say.number(unmatchedQty) });
    return {
      title: say.name(one.symbol),
      note: say.name(one.venue),
      text: [line, unmatched].filter(Boolean).join('. '),
    };
  });
  return [
    ...chartBlocks(figures, say),
    heading(say.phrase('bySymbol', {})),
    { kind: 'items', items },
    ...others(symbolsCount - symbols.length, say),
  ];
}

const others = (n: number, say: Speaker): Block[] =>
  n > 0 ? [{ kind: 'text', text: say.phrase('others', { n }) }] : [];

/** One chart per sum: bars of different money are not compared. */
function chartBlocks({ symbols, totals }: ReportFigures, say: Speaker): Block[] {
  const charts = totals.flatMap((total): Block[] => {
    const ofTotal = symbols.filter((one) => one.summed && one.venue === total.venue && one.currency === total.currency);
    const bars = barsOf(ofTotal, say);
    if (bars.length === 0) return [];
    const title = totals.length > 1 ? [{ kind: 'text', text: totalName(total, say) } as const] : [];
    return [...title, { kind: 'bars', bars }];
  });
  return charts.length === 0 ? [] : [heading(say.phrase('chart', {})), ...charts];
}

function barsOf(symbols: readonly SymbolFigures[], say: Speaker): Bar[] {
  const gains = symbols
    .flatMap(({ symbol, realised }) => (realised === null ? [] : [{ symbol, realised, gain: decimal(realised) }]))
    .sort((a, b) => b.gain.abs().comparedTo(a.gain.abs()))
    .slice(0, BARS_MAX);
  const longest = gains[0]?.gain.abs();
  if (longest === undefined || longest.isZero()) return [];
  return gains.map(({ symbol, realised, gain }) => ({
    label: say.name(symbol),
    value: say.number(realised, 'signed'),
    percent: gain.abs().div(longest).times(100).toNumber(),
    below: gain.lt(0),
  }));
}

function changeBlocks({ changes, busted, corrected }: ReportFigures, say: Speaker): Block[] {
  if (changes.length === 0) return [];
  const items = changes.map(({ kind, symbol, venue, lastQty, lastPx, earlier }): Item => {
    const qty = say.number(lastQty);
    const fill = qty === '' ? '' : say.part('fill', { lastQty: qty, ...say.known('lastPx', say.number(lastPx)) });
    const said = say.phrase(kind === 'BUST' ? 'bust' : 'correction', say.known('fill', fill));
    const text = earlier ? `${said}. ${say.phrase('earlier', {})}` : said;
    return { title: say.name(symbol), note: say.name(venue), text };
  });
  const left = others(busted + corrected - changes.length, say);
  return [heading(say.phrase('changes', {})), { kind: 'items', items }, ...left];
}

function openOrderBlocks({ openOrders, openOrdersCount }: ReportFigures, say: Speaker): Block[] {
  const title = heading(say.phrase('openOrders', { n: openOrdersCount }));
  const rows = openOrders.map(({ side, symbol, quantity, notional, leavesQty, price }) => {
    const order = say.part('order', {
      side,
      ...say.known('symbol', say.name(symbol)),
      ...say.known('quantity', say.number(quantity)),
      ...say.known('notional', say.number(notional)),
    });
    const rest = { ...say.known('leavesQty', say.number(leavesQty)), ...say.known('price', say.number(price)) };
    return [order, say.phrase('openOrder', rest)] as const;
  });
  const list: Block[] = rows.length === 0 ? [] : [{ kind: 'rows', rows }];
  return [title, ...list, ...others(openOrdersCount - openOrders.length, say)];
}
