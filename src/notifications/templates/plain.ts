import type { Channel } from '../words.ts';
import {
  BODY_UNITS_MAX,
  cutBytes,
  cutSms,
  cutUnits,
  PUSH_BODY_BYTES_MAX,
  PUSH_TITLE_BYTES_MAX,
  TITLE_UNITS_MAX,
} from './bounds.ts';
import { type Direction, isolate } from './clean.ts';
import { format, MESSAGES } from './format.ts';
import { directionOf, type Reader, shownZone, tagOf } from './formats.ts';
import { type Block, htmlLetter, type Letter, textLetter } from './html.ts';
import { type Told, valuesOf } from './values.ts';

/** What one channel carries. */
export interface ChannelWords {
  /** One line. Of an e-mail: its subject. */
  readonly title: string;
  /**
   * Of a push at most PUSH_BODY_BYTES_MAX. Of an SMS it is the whole text, title and all, in at most SMS_SEGMENTS_MAX
   * segments. Of an e-mail: its plain-text part, which says what the HTML says.
   */
  readonly body: string;
  /** Of an e-mail only. */
  readonly html: string | null;
  readonly direction: Direction;
}

const inOneLine = (text: string): string => text.replace(/\s*\n\s*/g, ' ');

/** What a message says before a channel has its way with it. */
export interface Plain {
  readonly title: string;
  readonly body: string;
}

/** Title and body in the user's language. */
export function plainWords(notification: Told, reader: Reader): Plain {
  const { title, body } = MESSAGES[reader.locale].types[notification.type];
  const values = valuesOf(notification, reader);
  const tag = tagOf(reader);
  return { title: inOneLine(format(tag, title, values)), body: format(tag, body, values) };
}

/** The form that a channel other than e-mail takes. */
export function shortWords({ title, body }: Plain, reader: Reader, channel: Exclude<Channel, 'EMAIL'>): ChannelWords {
  const line = inOneLine(body);
  const told = { html: null, direction: directionOf(reader.locale) };
  switch (channel) {
    case 'PUSH':
      return { ...told, title: cutBytes(title, PUSH_TITLE_BYTES_MAX), body: cutBytes(line, PUSH_BODY_BYTES_MAX) };
    case 'SMS':
      return { ...told, title: cutUnits(title, TITLE_UNITS_MAX), body: cutSms(`${title}\n${line}`) };
    case 'IN_APP':
    case 'WEBHOOK':
      return { ...told, title: cutUnits(title, TITLE_UNITS_MAX), body: cutUnits(body, BODY_UNITS_MAX) };
  }
}

/** For whom an e-mail is; `critical`: its kind can't be switched off. */
export interface Addressed {
  readonly reader: Reader;
  readonly critical?: boolean;
}

/** An e-mail of these blocks, in HTML and in plain text. */
export function letterWords(
  title: string,
  blocks: readonly Block[],
  { reader, critical = false }: Addressed,
): ChannelWords {
  const { footer } = MESSAGES[reader.locale];
  const direction = directionOf(reader.locale);
  const letter: Letter = {
    ...{ locale: reader.locale, direction, blocks },
    title: cutUnits(title, TITLE_UNITS_MAX),
    footer: format(tagOf(reader), critical ? footer.critical : footer.everyday, {
      timeZone: isolate(shownZone(reader), direction),
    }),
  };
  return { title: letter.title, body: textLetter(letter), html: htmlLetter(letter), direction };
}
