/** Text that others wrote, made fit to stand inside a message: in one line, of a bounded length, and unable to reorder what is around it. */

export type Direction = 'ltr' | 'rtl';

/** First strong isolate and its end (UAX 9): what stands between them neither turns its surroundings nor is turned by them. */
export const FSI = '\u2068';
export const PDI = '\u2069';

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });
export const graphemesOf = (text: string): string[] => Array.from(graphemes.segment(text), ({ segment }) => segment);

/** Everything invisible that steers a display (bidi marks, embeddings, isolates, tags), but the joiners that Hindi is written with. */
const STEERING = /(?![\u200C\u200D])[\p{Cf}\p{Co}\p{Cn}]/gu;
const SPACE = /[\s\p{Cc}\p{Zl}\p{Zp}]+/gu;

/** More of a hostile text is not even looked at: what is left out of a text may be four times what is shown of it. */
const lookedAt = (text: string, codePointsMax: number): string => text.slice(0, 5 * codePointsMax).toWellFormed();

const clean = (text: string, codePointsMax: number): string => lookedAt(text, codePointsMax).replace(STEERING, '');

/** In one line, at most so many code points, never ending within a letter. */
export function cleanLine(text: string, codePointsMax: number): string {
  return cutCodePoints(clean(text, codePointsMax).replace(SPACE, ' ').trim(), codePointsMax);
}

/** The same, but its lines stay lines; each `\n` is a paragraph's end. */
export function cleanParagraphs(text: string, codePointsMax: number): string {
  const lines = clean(text, codePointsMax).split(/[\r\n\p{Zl}\p{Zp}]+/u);
  const whole = lines.map((line) => line.replace(SPACE, ' ').trim()).filter((line) => line !== '');
  return cutCodePoints(whole.join('\n'), codePointsMax);
}

/** A letter may carry any number of marks, so code points are counted and letters are cut. */
function cutCodePoints(text: string, max: number): string {
  if (text.length <= max) return text;
  const points = Array.from(text);
  if (points.length <= max) return text;
  const end = points.slice(0, max - 1).join('').length;
  return `${text.slice(0, graphemes.segment(text).containing(end)?.index ?? end).trimEnd()}…`;
}

const RIGHT_TO_LEFT =
  /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}\p{Script=Adlam}]/u;

/** Within Arabic every value stands apart; elsewhere one that runs from right to left does. */
export const isolate = (value: string, direction: Direction): string =>
  value !== '' && (direction === 'rtl' || RIGHT_TO_LEFT.test(value)) ? `${FSI}${value}${PDI}` : value;

const SHOWN_OF_SECRET = 4;

/** An account's number for a screen that anybody may see. A short one is hidden whole, but for its last character. */
export function maskAccount(account: string): string {
  const all = Array.from(account);
  const shown = all.length > SHOWN_OF_SECRET + 1 ? SHOWN_OF_SECRET : Math.min(1, all.length - 1);
  return shown <= 0 ? '••••' : `••••${all.slice(-shown).join('')}`;
}

/** Numbers of seven digits and more, grouped or not; a number with a point behind its digits is an amount. */
const LONG_NUMBER = /(?<![\p{L}\p{N}.,])\p{Nd}(?:[ -]?\p{Nd}){6,}(?![.,]?\p{N})/gu;
/** Keys and tokens: at least 20 characters without a space, with a digit and a letter among them. */
const LONG_WORD = /[\p{L}\p{N}_+/=.-]{20,}/gu;
const maskToken = (word: string): string => (/\p{N}/u.test(word) && /\p{L}/u.test(word) ? maskAccount(word) : word);

const SPECIAL = /[.*+?^${}()|[\]\\/]/g;

/** A text without this account, where it is named as a word of its own. */
export function maskKnown(text: string, account: string | null): string {
  if (account === null || account.length < 2) return text;
  const named = new RegExp(`(?<![\\p{L}\\p{N}])${account.replace(SPECIAL, '\\$&')}(?![\\p{L}\\p{N}])`, 'gu');
  return text.replace(named, () => maskAccount(account));
}

/** A venue's words may name the account, or worse; in a message that anybody may see they don't. */
export function maskText(text: string, account: string): string {
  return maskKnown(text, account).replace(LONG_WORD, maskToken).replace(LONG_NUMBER, maskAccount);
}
