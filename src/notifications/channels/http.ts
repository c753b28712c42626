import http, { type IncomingHttpHeaders, type OutgoingHttpHeaders } from 'node:http';
import https from 'node:https';
import type { LookupFunction } from 'node:net';

/** Providers explain themselves in less; what comes after it is not read. */
export const ANSWER_BYTES_MAX = 16 * 1_024;

export interface Post {
  readonly url: string;
  readonly headers: OutgoingHttpHeaders;
  readonly body: string | Uint8Array;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** The request never left: nobody has it. */
export class NotSent extends Error {
  override readonly name = 'NotSent';
}

/** The other side's address is none that we call (destination.ts). */
export class NotPublic extends Error {
  override readonly name = 'NotPublic';
  constructor() {
    super('the address is not public');
  }
}

export interface HttpOptions {
  /** Resolves host names, and may refuse what they resolve to. */
  readonly lookup?: LookupFunction | undefined;
  /** Certificates to trust instead of the usual ones. */
  readonly ca?: string | undefined;
  /** Connections are used again unless false. */
  readonly keepAlive?: boolean;
}

export interface Http {
  /**
   * Follows no redirect. Errors name neither address nor headers, for both may hold secrets.
   * @throws NotSent, NotPublic, and an Error where there was no answer though the request may have arrived
   */
  readonly post: (request: Post, signal: AbortSignal) => Promise<HttpAnswer>;
  close(): void;
}

export function openHttp({ lookup, ca, keepAlive = true }: HttpOptions = {}): Http {
  const options = { keepAlive, ...(lookup && { lookup }) };
  const agents = { plain: new http.Agent(options), tls: new https.Agent({ ...options, ...(ca && { ca }) }) };
  return {
    post: (request, signal) =>
      new Promise((resolve, reject) => {
        const isTls = request.url.startsWith('https:');
        const { request: open } = isTls ? https : http;
        const agent = isTls ? agents.tls : agents.plain;
        const { url, headers, body } = request;
        const size = { 'content-length': Buffer.byteLength(body) };
        let isConnected = false;
        const sent = open(url, { method: 'POST', agent, signal, headers: { ...headers, ...size } });
        sent.once('socket', (socket) => {
          if (sent.reusedSocket) isConnected = true;
          else socket.once(isTls ? 'secureConnect' : 'connect', () => (isConnected = true));
        });
        sent.once('error', (error) => reject(faultOf(error, isConnected)));
        sent.once('response', (response) => {
          const { statusCode: status = 0, headers } = response;
          readText(response).then(
            (text) => resolve({ status, headers, text }),
            (error: unknown) => reject(faultOf(error, true)),
          );
        });
        sent.end(body);
      }),
    close: () => {
      agents.plain.destroy();
      agents.tls.destroy();
    },
  };
}

async function readText(response: http.IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    bytes += chunk.byteLength;
    // Leaving the loop closes the connection.
    if (bytes >= ANSWER_BYTES_MAX) break;
  }
  return Buffer.concat(chunks).toString('utf8', 0, ANSWER_BYTES_MAX);
}

function faultOf(error: unknown, isConnected: boolean): Error {
  if (error instanceof NotPublic) return error;
  const why = reasonOf(error);
  return isConnected ? new Error(`no answer: ${why}`) : new NotSent(`no connection: ${why}`);
}

const codeOf = (error: unknown): string | null =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null;

/** Such as ECONNREFUSED; messages may quote the address. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  return codeOf(error.cause) ?? codeOf(error) ?? error.name;
}
