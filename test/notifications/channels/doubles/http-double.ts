import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { CERT, KEY } from './certificate.ts';

/** What happens to the next request, instead of what would. */
export type Fault =
  /** The connection is cut before anything is taken. */
  | 'cut before'
  /** The request is taken and its answer is lost. */
  | 'cut after'
  /** The request is taken; its answer does not come. */
  | 'hang'
  | Reply;

export interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

export interface Received {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface HttpDouble {
  /** Its origin, such as http://127.0.0.1:40000. */
  readonly url: string;
  readonly received: Received[];
  readonly plan: (...faults: readonly Fault[]) => void;
  close(): Promise<void>;
}

/** A real HTTP server on a free port; `serve` takes each request that no fault meets. */
export async function openHttpDouble(
  serve: (request: Received) => Reply | Promise<Reply>,
  { tls = false }: { readonly tls?: boolean } = {},
): Promise<HttpDouble> {
  const [received, planned]: [Received[], Fault[]] = [[], []];
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { method = '', url = '', headers } = request;
    const one: Received = { method, path: url, headers, body: Buffer.concat(chunks) };
    received.push(one);
    const fault = planned.shift();
    if (fault === 'cut before') return void request.socket.destroy();
    const reply = typeof fault === 'object' ? fault : await serve(one);
    if (fault === 'cut after') return void request.socket.destroy();
    if (fault === 'hang') return;
    const { status, headers: replied, body } = reply;
    response.writeHead(status, { 'content-type': 'application/json', ...replied });
    response.end(body === undefined || typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body));
  };
  const listener = (request: IncomingMessage, response: ServerResponse): void => void handle(request, response);
  const server = tls ? createTlsServer({ cert: CERT, key: KEY }, listener) : createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    ...{ url: `${tls ? 'https' : 'http'}://127.0.0.1:${port}`, received },
    plan: (...faults) => void planned.push(...faults),
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
