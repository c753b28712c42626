/** One message of text/event-stream; `id` without `data` only moves the place to resume from. */
export interface ServerSent {
  readonly id: string | null;
  readonly event: string;
  readonly data: string;
}

/** More than the service ever sends in one message: what is longer is no stream of it. */
export const MESSAGE_CHARACTERS_MAX = 1_000_000;

/**
 * Reads server-sent events from pieces of text, cut anywhere (WHATWG HTML, 9.2.6). What has no blank line after it waits.
 * @throws Error when a message has no end
 */
export function openEventReader(): (text: string) => readonly ServerSent[] {
  let rest = '';
  return (text) => {
    // A piece may end between the two characters of a line's end.
    const whole = `${rest}${text}`;
    const held = whole.endsWith('\r') ? 1 : 0;
    const blocks = whole
      .slice(0, whole.length - held)
      .replaceAll('\r\n', '\n')
      .replaceAll('\r', '\n')
      .split('\n\n');
    rest = `${blocks.pop() ?? ''}${'\r'.repeat(held)}`;
    if (rest.length > MESSAGE_CHARACTERS_MAX) throw new Error('a message of the event stream has no end');
    return blocks.flatMap((block) => messageOf(block) ?? []);
  };
}

function messageOf(block: string): ServerSent | null {
  let id: string | null = null;
  let event = 'message';
  const data: string[] = [];
  for (const line of block.split('\n')) {
    const colon = line.indexOf(':');
    const name = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (name === 'id') id = value;
    if (name === 'event') event = value;
    if (name === 'data') data.push(value);
  }
  return id === null && data.length === 0 ? null : { id, event, data: data.join('\n') };
}
