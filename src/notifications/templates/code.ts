import { CODE_MINUTES, type CodeChannel } from '../contact.ts';
import { format, MESSAGES } from './format.ts';
import { directionOf, type Reader, tagOf } from './formats.ts';
import { htmlLetter, textLetter } from './html.ts';
import type { ChannelWords } from './plain.ts';

/** The code that shows whose an address is. It stands in the text alone: subjects are written to the logs of mail servers. */
export function codeWords(code: string, reader: Reader, channel: CodeChannel): ChannelWords {
  const words = MESSAGES[reader.locale].code;
  const [tag, direction] = [tagOf(reader), directionOf(reader.locale)];
  const title = format(tag, words.title, {});
  const text = format(tag, words.body, { code, minutes: CODE_MINUTES });
  const unasked = format(tag, words.unasked, {});
  if (channel === 'SMS') return { title, body: `${text} ${unasked}`, html: null, direction };
  const letter = {
    title,
    direction,
    locale: reader.locale,
    blocks: [{ kind: 'text', text } as const],
    footer: unasked,
  };
  return { title, body: textLetter(letter), html: htmlLetter(letter), direction };
}
