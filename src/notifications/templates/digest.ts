import type { Notification } from '../notification.ts';
import type { Channel } from '../words.ts';
import { isolate } from './clean.ts';
import { format, MESSAGES } from './format.ts';
import { directionOf, type Reader, shownTime, tagOf } from './formats.ts';
import type { Block } from './html.ts';
import { type ChannelWords, letterWords, plainWords, shortWords } from './plain.ts';

/** So many titles stand in a short form, and so many notifications in an e-mail; of the others it tells the number. */
export const DIGEST_TITLES_MAX = 4;
export const DIGEST_ITEMS_MAX = 50;

/** What waited and is still true, as one message. `more`: how many others waited that are not in `told`. */
export interface Waited {
  /** In the order in which they are to be told. */
  readonly told: readonly Notification[];
  readonly more: number;
}

export function digestWords({ told, more }: Waited, reader: Reader, channel: Channel): ChannelWords {
  const { digest, types } = MESSAGES[reader.locale];
  const tag = tagOf(reader);
  const title = format(tag, digest.title, { n: told.length + more });
  if (channel === 'EMAIL') return letterWords(title, blocksOf({ told, more }, reader), { reader });
  const first = told.slice(0, DIGEST_TITLES_MAX).map((each) => plainWords(each, reader).title);
  const others = told.length - first.length + more;
  const body = format(tag, digest.body, { n: others, first: first.join(digest.separator) });
  return shortWords({ title, body: first.length === 0 ? types.DIGEST.body : body }, reader, channel);
}

function blocksOf({ told, more }: Waited, reader: Reader): Block[] {
  const direction = directionOf(reader.locale);
  const items = told.slice(0, DIGEST_ITEMS_MAX).map((each) => {
    const { title, body } = plainWords(each, reader);
    const note = isolate(shownTime(each.occurredAt, reader) ?? '', direction);
    return { title, note, text: body.replaceAll('\n', ' ') };
  });
  const others = told.length - items.length + more;
  const blocks: Block[] = [{ kind: 'items', items }];
  if (others > 0) {
    const text = format(tagOf(reader), MESSAGES[reader.locale].digest.more, { n: others });
    blocks.push({ kind: 'text', text });
  }
  return blocks;
}
