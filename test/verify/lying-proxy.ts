import { createServer, type IncomingMessage, request } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';

export interface Lie {
  /** Which stream it is told in: each event of it is one frame, or one block of server-sent events. */
  readonly about: 'ws' | '/v1/stream' | '/graphql';
  readonly how: 'drop' | 'repeat' | 'alter';
}

/**
 * A proxy in front of a service that lies about one event of each connection; everything else passes as it is. Not about one
 * in all: a connection may be cut before its client has read the lie, or what would have shown it.
 */
export interface LyingProxy {
  readonly url: string;
  readonly lies: () => number;
  readonly close: () => Promise<void>;
}

type Piece = Buffer;
/** What goes on instead of one event. */
type Liar = (piece: Piece) => readonly Piece[];

/** The number of the event in its connection. */
const LIED_ABOUT = 2;

export async function openLyingProxy(target: string, lie: Lie): Promise<LyingProxy> {
  const { hostname, port } = new URL(target);
  const sockets = new Set<Socket>();
  let lies = 0;
  const newLiar = (): Liar => {
    let events = 0;
    return (piece) => {
      events += 1;
      if (events !== LIED_ABOUT) return [piece];
      lies += 1;
      if (lie.how === 'drop') return [];
      return lie.how === 'repeat' ? [piece, piece] : [alter(piece)];
    };
  };
  const server = createServer((asked, answer) => {
    const { method, headers, url = '/' } = asked;
    const passed = request({ hostname, port, method, headers, path: url }, (answered) => {
      answer.writeHead(answered.statusCode ?? 502, answered.headers);
      const isLied = answered.headers['content-type']?.includes('event-stream') && url.split('?')[0] === lie.about;
      answered.on(
        'data',
        isLied ? pieces(newLiar(), splitBlock, (each) => answer.write(each)) : (each) => answer.write(each),
      );
      answered.on('error', () => answer.destroy());
      answered.on('end', () => answer.end());
    });
    passed.on('error', () => answer.destroy());
    answer.on('close', () => passed.destroy());
    asked.pipe(passed);
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  server.on('upgrade', (asked, client: Socket) => {
    const upstream = connect(Number(port), hostname, () => upstream.write(headOf(asked)));
    for (const [one, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      one.on('error', () => other.destroy());
      one.on('close', () => other.destroy());
    }
    client.on('data', (each: Buffer) => upstream.write(each));
    const send = (each: Buffer): void => void client.write(each);
    const tell = pieces(newLiar(), splitFrame, send);
    upstream.on('data', lie.about === 'ws' ? afterHead(send, tell) : send);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    lies: () => lies,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** The same length, so that the frame around it stays true. */
const alter = (piece: Piece): Piece =>
  Buffer.from(
    piece
      .toString('latin1')
      .replace(/"USD|"AAPL"|"MSFT"|"NVDA"|"SPY"/, (symbol) => `"${'X'.repeat(symbol.length - 2)}"`),
    'latin1',
  );

const headOf = ({ method, url, rawHeaders }: IncomingMessage): string => {
  const lines = rawHeaders.flatMap((name, i) => (i % 2 === 0 ? [`${name}: ${rawHeaders[i + 1]}`] : []));
  return `${method} ${url} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`;
};

/** What comes up to the end of the response's head passes; the rest is the liar's. */
function afterHead(pass: (bytes: Buffer) => void, tell: (bytes: Buffer) => void): (bytes: Buffer) => void {
  let head: Buffer | null = Buffer.alloc(0);
  return (bytes) => {
    if (!head) {
      tell(bytes);
      return;
    }
    head = Buffer.concat([head, bytes]);
    const end = head.indexOf('\r\n\r\n');
    if (end === -1) return;
    pass(head.subarray(0, end + 4));
    const rest = head.subarray(end + 4);
    head = null;
    if (rest.length > 0) tell(rest);
  };
}

/** The length of the first whole piece of the bytes, and whether it is an event; null while it is not whole. */
type Split = (bytes: Buffer) => { readonly length: number; readonly isEvent: boolean } | null;

function pieces(liar: Liar, split: Split, send: (bytes: Buffer) => void): (bytes: Buffer) => void {
  let rest = Buffer.alloc(0);
  return (bytes) => {
    rest = Buffer.concat([rest, bytes]);
    for (let piece = split(rest); piece; piece = split(rest)) {
      const whole = rest.subarray(0, piece.length);
      rest = rest.subarray(piece.length);
      for (const each of piece.isEvent ? liar(whole) : [whole]) send(each);
    }
  };
}

const splitBlock: Split = (bytes) => {
  const end = bytes.indexOf('\n\n');
  return end === -1 ? null : { length: end + 2, isEvent: bytes.subarray(0, end).includes('"orderUpdated"') };
};

/** A server's frames are not masked (RFC 6455, 5.2). */
const splitFrame: Split = (bytes) => {
  if (bytes.length < 4) return null;
  const short = bytes.readUInt8(1);
  const head = short < 126 ? 2 : short === 126 ? 4 : 10;
  if (bytes.length < head) return null;
  const body = short < 126 ? short : short === 126 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2));
  if (bytes.length < head + body) return null;
  return { length: head + body, isEvent: bytes.subarray(head, head + body).includes('"type":"next"') };
};
