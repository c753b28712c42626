import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** What of HTTP a middlebox lets through: `sse` are event streams, `rest` is everything else. */
export interface Blocked {
  readonly websocket: boolean;
  readonly sse: boolean;
  readonly rest: boolean;
}

/** A TCP proxy that looks at the head of each connection’s first request, as a company’s middlebox does. */
export interface BlockingProxy {
  readonly url: string;
  /** From now on; connections that are open and forbidden now are cut. */
  block(blocked: Partial<Blocked>): void;
  /** Connections so far, by kind: `GET /v1/stream` of polling is `rest`. */
  readonly seen: readonly Kind[];
  /** From now on what is open stays open, and nothing goes through it. */
  freeze(): void;
  /** Puts these bytes, which are as many, in place of those, in what comes from the service. Null: nothing any more. */
  tamper(how: Tampering | null): void;
  close(): Promise<void>;
}

interface Tampering {
  readonly from: string;
  readonly to: string;
}

type Kind = keyof Blocked;

interface Line {
  readonly client: Socket;
  readonly target: Socket;
  kind: Kind | null;
  isFrozen: boolean;
}

const NOTHING: Blocked = { websocket: false, sse: false, rest: false };

export async function openBlockingProxy(target: string): Promise<BlockingProxy> {
  const { hostname, port } = new URL(target);
  const lines = new Set<Line>();
  const seen: Kind[] = [];
  let blocked = NOTHING;
  let tampering: Tampering | null = null;
  const tampered = (chunk: Buffer): Buffer =>
    tampering ? Buffer.from(chunk.toString('latin1').replaceAll(tampering.from, tampering.to), 'latin1') : chunk;
  const server = createServer((client) => {
    const line: Line = { client, target: connect(Number(port), hostname), kind: null, isFrozen: false };
    lines.add(line);
    const end = (): void => {
      lines.delete(line);
      for (const socket of [client, line.target]) socket.destroy();
    };
    for (const socket of [client, line.target]) {
      socket.on('error', () => undefined).on('close', () => line.isFrozen || end());
    }
    client.on('data', (chunk) => {
      if (line.isFrozen) return;
      const kind = kindOf(chunk.toString('latin1'));
      if (kind) seen.push((line.kind = kind));
      if (kind && blocked[kind]) end();
      else line.target.write(chunk);
    });
    line.target.on('data', (chunk) => line.isFrozen || client.write(tampered(chunk)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    block(more) {
      blocked = { ...NOTHING, ...more };
      for (const { kind, client } of lines) if (kind && blocked[kind]) client.destroy();
    },
    freeze() {
      for (const line of lines) line.isFrozen = true;
    },
    tamper: (how) => void (tampering = how),
    async close() {
      for (const { client, target: other } of lines) for (const socket of [client, other]) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Null for what is not the beginning of a request. */
function kindOf(text: string): Kind | null {
  if (!/^(GET|POST|OPTIONS) \S+ HTTP\/1\.1\r\n/.test(text)) return null;
  if (/^upgrade: websocket/im.test(text)) return 'websocket';
  return /^accept: text\/event-stream/im.test(text) ? 'sse' : 'rest';
}
