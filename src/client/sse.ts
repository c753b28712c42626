import { codeEnding, type Ending, lost } from './ending.ts';
import { openEventReader, type ServerSent } from './event-stream.ts';
import { openFeed } from './feed.ts';
import { faultIn, RefusedError, request } from './http.ts';
import type { Reading } from './reader.ts';
import { later } from './time.ts';

/**
 * `/v1/stream` as server-sent events, by `fetch`: a browser's EventSource can't send a token. It is open when the first
 * event has come, which a proxy that buffers would hold back.
 */
export const openSse = openFeed(async (reading) => {
  const { line, after, signal } = reading;
  const leaving = new AbortController();
  const leave = (): void => leaving.abort();
  signal.addEventListener('abort', leave);
  const dog = watchSilence(line.patience.openMs, leave);
  try {
    return await request(line, {
      path: '/v1/stream',
      headers: { accept: 'text/event-stream', ...(after !== null && { 'last-event-id': after }) },
      ...{ signal: leaving.signal, withinMs: null },
      read: (response) => readEvents(reading, response, () => dog.heard(line.patience.silenceMs)),
    });
  } catch (error) {
    if (leaving.signal.aborted && !signal.aborted) return lost('SILENT', 'the event stream is silent');
    throw error;
  } finally {
    dog.stop();
    signal.removeEventListener('abort', leave);
  }
});

const NO_STREAM: Ending = { code: 'NO_STREAM', reason: 'the answer can’t be read as it comes', verdict: 'leave' };

async function readEvents(reading: Reading, response: Response, heard: () => void): Promise<Ending> {
  const body = response.body?.getReader();
  if (!body || !response.headers.get('content-type')?.startsWith('text/event-stream')) return NO_STREAM;
  const decoder = new TextDecoder();
  const read = openEventReader();
  try {
    for (;;) {
      const { done, value } = await body.read();
      if (done) return lost('END', 'the event stream has ended');
      heard();
      for (const message of read(decoder.decode(value, { stream: true }))) hear(reading, message);
      reading.alive();
    }
  } finally {
    // What is left of it, when it can't be read.
    body.cancel().catch(() => undefined);
  }
}

function hear({ item, moved }: Reading, { id, event, data }: ServerSent): void {
  if (event !== 'error') {
    if (data === '') moved(id);
    else item(JSON.parse(data));
    return;
  }
  const { code, message } = faultIn(JSON.parse(data)) ?? { code: 'ERROR', message: 'the event stream has failed' };
  throw new RefusedError(codeEnding(code, message) ?? lost(code, message), [{ message, extensions: { code } }]);
}

/** Calls `onSilence` once when `heard` has not been called for so long; each call says how long the next silence may be. */
function watchSilence(firstMs: number, onSilence: () => void): { heard(nextMs: number): void; stop(): void } {
  let stop = later(firstMs, onSilence);
  return {
    heard(nextMs) {
      stop();
      stop = later(nextMs, onSilence);
    },
    stop: () => stop(),
  };
}
