const ELLIPSIS = '…';
const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

interface Bounded {
  readonly write: (text: string) => string;
  readonly fits: (written: string) => boolean;
}

/**
 * What `write` makes of the text, or of as much of its beginning as fits, with an ellipsis; null where nothing does. Never cuts
 * through what a reader sees as one character.
 */
export function fitted(text: string, { write, fits }: Bounded): string | null {
  const whole = write(text);
  if (fits(whole)) return whole;
  const parts = Array.from(graphemes.segment(text), ({ segment }) => segment);
  const cut = (count: number): string => write(parts.slice(0, count).join('') + ELLIPSIS);
  let [least, most] = [0, parts.length];
  while (least < most) {
    const middle = Math.ceil((least + most) / 2);
    if (fits(cut(middle))) least = middle;
    else most = middle - 1;
  }
  const best = cut(least);
  return fits(best) ? best : null;
}

export const withinBytes =
  (bytesMax: number) =>
  (written: string): boolean =>
    Buffer.byteLength(written) <= bytesMax;
