import http2, {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  type IncomingHttpHeaders,
  type OutgoingHttpHeaders,
} from 'node:http2';
import { ANSWER_BYTES_MAX, type HttpAnswer, NotSent, reasonOf } from './http.ts';

const { NGHTTP2_REFUSED_STREAM, NGHTTP2_CANCEL } = http2.constants;

export interface ApnsPost {
  readonly path: string;
  readonly headers: OutgoingHttpHeaders;
  readonly body: string;
}

export interface ApnsSession {
  /** @throws NotSent, and an Error where there was no answer though the request may have arrived */
  post(request: ApnsPost, signal: AbortSignal): Promise<HttpAnswer>;
  close(): void;
}

/** One HTTP/2 connection, kept open as Apple asks, and opened anew when it is lost. */
export function openApnsSession({ url, ca }: { readonly url: string; readonly ca?: string | undefined }): ApnsSession {
  let current: Connection | undefined;
  const connection = (): Connection => {
    if (!current || current.session.closed || current.session.destroyed) current = connect(url, ca);
    return current;
  };
  return {
    post: async (request, signal) => {
      const used = connection();
      try {
        return await postOver(used, request, signal);
      } catch (error) {
        // It may be dead without saying so: those under way may end, the next ones get another.
        if (signal.aborted) used.session.close();
        throw error;
      }
    },
    close: () => current?.session.destroy(),
  };
}

interface Connection {
  readonly session: ClientHttp2Session;
  isOpen: boolean;
  /** The last stream that the other side says it has looked at, as it goes away. */
  lastStream: number;
}

function connect(url: string, ca: string | undefined): Connection {
  const session = http2.connect(url, ca === undefined ? {} : { ca });
  const connection: Connection = { session, isOpen: false, lastStream: Number.POSITIVE_INFINITY };
  session.once('connect', () => (connection.isOpen = true));
  session.once('goaway', (_code, lastStream: number) => {
    connection.lastStream = lastStream;
    session.close();
  });
  // Each request under way is told by its own stream.
  session.on('error', () => session.destroy());
  session.unref();
  return connection;
}

function postOver(connection: Connection, { path, headers, body }: ApnsPost, signal: AbortSignal): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const stream = connection.session.request({ ':method': 'POST', ':path': path, ...headers });
    const giveUp = (): void => stream.close(NGHTTP2_CANCEL);
    const fail = (error: unknown): void => reject(faultOf(connection, stream, error));
    let answer: Omit<HttpAnswer, 'text'> | undefined;
    let text = '';
    if (signal.aborted) giveUp();
    signal.addEventListener('abort', giveUp, { once: true });
    stream.setEncoding('utf8');
    stream.once('response', (received: IncomingHttpHeaders) => {
      answer = { status: Number(received[':status']), headers: received };
    });
    stream.on('data', (chunk: string) => {
      text = (text + chunk).slice(0, ANSWER_BYTES_MAX);
    });
    stream.once('error', fail);
    stream.once('close', () => {
      signal.removeEventListener('abort', giveUp);
      if (answer && stream.rstCode === 0) resolve({ ...answer, text });
      else fail(new Error('the stream was closed'));
    });
    stream.end(body);
  });
}

/** A stream that was refused, or is past the last one that the other side looked at, was not handled (RFC 9113, 8.7). */
function faultOf({ isOpen, lastStream }: Connection, stream: ClientHttp2Stream, error: unknown): Error {
  const isRefused = stream.rstCode === NGHTTP2_REFUSED_STREAM || (stream.id ?? Number.POSITIVE_INFINITY) > lastStream;
  const why = reasonOf(error);
  return isOpen && !isRefused ? new Error(`no answer: ${why}`) : new NotSent(`no connection: ${why}`);
}
