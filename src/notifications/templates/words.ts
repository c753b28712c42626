import type { Notification } from '../notification.ts';
import { POLICIES } from '../policy.ts';
import { readFigures } from '../report-figures.ts';
import type { Channel } from '../words.ts';
import { ROWS } from './fields.ts';
import { MESSAGES } from './format.ts';
import type { Reader } from './formats.ts';
import type { Block } from './html.ts';
import { type ChannelWords, letterWords, plainWords, shortWords } from './plain.ts';
import { reportWords } from './report.ts';
import { shownFields } from './values.ts';

/**
 * A notification in the user's words, for one channel. Whatever its data lacks or holds, this does not throw: what is not
 * known is left out, what others wrote is cleaned, bounded and set apart, and an account is told by its last four characters.
 */
export function wordsOf(notification: Notification, reader: Reader, channel: Channel): ChannelWords {
  const plain = plainWords(notification, reader);
  if (channel !== 'EMAIL') return shortWords(plain, reader, channel);
  const figures = POLICIES[notification.type].category === 'REPORTS' ? readFigures(notification.data) : null;
  if (figures !== null) return reportWords(figures, reader, channel);
  const { labels, types } = MESSAGES[reader.locale];
  const { more } = types[notification.type];
  const fields = shownFields(notification, reader);
  const rows = ROWS.flatMap((row) => {
    const value = fields[row];
    return value === undefined ? [] : [[labels[row], value] as const];
  });
  const blocks: Block[] = [{ kind: 'text', text: plain.body }];
  if (more !== '') blocks.push({ kind: 'text', text: more });
  if (rows.length > 0) blocks.push({ kind: 'rows', rows });
  return letterWords(plain.title, blocks, { reader, critical: POLICIES[notification.type].critical });
}
