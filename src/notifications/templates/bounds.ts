import { FSI, graphemesOf, PDI } from './clean.ts';

/** How long a message may be, by what carries it. */

/** Of a push, in UTF-8: both fit an APNs, FCM or Web Push payload of 4096 bytes beside what else it holds. */
export const PUSH_TITLE_BYTES_MAX = 160;
export const PUSH_BODY_BYTES_MAX = 600;
/** An SMS is paid by the segment. */
export const SMS_SEGMENTS_MAX = 3;
/** In UTF-16 units. A subject is a title too. */
export const TITLE_UNITS_MAX = 200;
export const BODY_UNITS_MAX = 1_000;

const utf8 = new TextEncoder();
const bytesOf = (text: string): number => utf8.encode(text).length;

/** The basic alphabet of an SMS and its extension, of which each character counts twice (3GPP TS 23.038). */
const GSM = new Set(
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà',
);
const GSM_EXTENSION = new Set('\f^{}\\[~]|€');
const isGsm = (text: string): boolean => Array.from(text).every((char) => GSM.has(char) || GSM_EXTENSION.has(char));

/** Into how many parts a carrier splits it: 160 septets or 70 UTF-16 units, a few fewer where parts have to be joined. */
export function smsSegments(text: string): number {
  const gsm = isGsm(text);
  const chars = Array.from(text);
  const cost = (char: string): number => (gsm ? (GSM_EXTENSION.has(char) ? 2 : 1) : char.length);
  const [single, part] = gsm ? [160, 153] : [70, 67];
  if (chars.reduce((sum, char) => sum + cost(char), 0) <= single) return 1;
  let segments = 1;
  let used = 0;
  for (const char of chars) {
    used += cost(char);
    if (used <= part) continue;
    segments += 1;
    used = cost(char);
  }
  return segments;
}

const PLAIN: Readonly<Record<string, string>> = {
  '’': "'",
  '‘': "'",
  '“': '"',
  '”': '"',
  '…': '...',
  '–': '-',
  '•': '*',
};

/** Typographic signs would make one of 70 characters out of an SMS of 160; nothing is won where other letters do that anyway. */
function plain(text: string): string {
  const simple = text.replace(/[’‘“”…–•]/gu, (sign) => PLAIN[sign] ?? sign).replace(/[\u00A0\u202F]/gu, ' ');
  return isGsm(simple) ? simple : text;
}

/** What is left open is closed, or it would turn what follows it. */
function closed(text: string): string {
  let open = 0;
  for (const char of text) open += char === FSI ? 1 : char === PDI ? -1 : 0;
  return `${text}${PDI.repeat(Math.max(0, open))}`;
}

/** What a channel takes: no text of more than `unitsMax` UTF-16 units, and of the others what `fits`. */
interface Bound {
  readonly unitsMax: number;
  readonly fits: (text: string) => boolean;
}

/** The longest beginning of whole letters that fits, with a sign that there was more. */
function cut(text: string, { unitsMax, fits }: Bound): string {
  if (text.length <= unitsMax && fits(text)) return text;
  // One more than can fit, so that a letter that is cut here is none of those that are kept.
  const letters = graphemesOf(text.slice(0, unitsMax + 1));
  const first = (count: number): string => closed(`${letters.slice(0, count).join('').trimEnd()}…`);
  let [fitting, tooMany] = [0, letters.length];
  while (tooMany - fitting > 1) {
    const middle = Math.floor((fitting + tooMany) / 2);
    if (fits(first(middle))) fitting = middle;
    else tooMany = middle;
  }
  return first(fitting);
}

/** No character has fewer bytes than units. */
export const cutBytes = (text: string, max: number): string =>
  cut(text, { unitsMax: max, fits: (shorter) => bytesOf(shorter) <= max });
export const cutUnits = (text: string, max: number): string =>
  cut(text, { unitsMax: max, fits: (shorter) => shorter.length <= max });

const SMS_UNITS_MAX = SMS_SEGMENTS_MAX * 153;
const SMS: Bound = { unitsMax: SMS_UNITS_MAX, fits: (text) => smsSegments(plain(text)) <= SMS_SEGMENTS_MAX };
export const cutSms = (text: string): string => plain(cut(plain(text.slice(0, 2 * SMS_UNITS_MAX)), SMS));
