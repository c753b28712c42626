/** One message of text/event-stream; `id` without `data` only moves the place to resume from. */
export interface ServerSent {
  readonly id: string | null;
  readonly event: string;
  readonly data: string;
}

/** Reads server-sent events from pieces of text, cut anywhere (WHATWG HTML, 9.2.6). What has no blank line after it yet waits. */
export function openEventReader(): (text: string) => readonly ServerSent[] {
  let rest = '';
  return (text) => {
    const blocks = `${rest}${text}`.replaceAll('\r\n', '\n').split('\n\n');
    rest = blocks.pop() ?? '';
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
  return id === null && data.length === 0 && event === 'message' ? null : { id, event, data: data.join('\n') };
}
