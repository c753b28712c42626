import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A line to PostgreSQL that can lose the answer to a commit. */
export interface CutLine {
  readonly url: string;
  /** Passes the next COMMIT on, and loses its answer: the connection is cut, or carries nothing any more. Resolves then. */
  loseNextCommit(how: 'cut' | 'silent'): Promise<void>;
  close(): Promise<void>;
}

interface Lose {
  readonly how: 'cut' | 'silent';
  readonly done: () => void;
}

/** As Prisma sends it: a query of this statement alone. pg-boss's have others before it. */
const COMMIT = Buffer.from('Q\0\0\0\x0bCOMMIT\0');

export async function openCutLine(target: string): Promise<CutLine> {
  const { hostname, port } = new URL(target);
  const sockets = new Set<Socket>();
  let armed: Lose | null = null;
  const server = createServer((client) => {
    const upstream = connect(Number(port), hostname);
    let lose: Lose | null = null;
    const end = (): void => {
      for (const socket of [client, upstream]) {
        sockets.delete(socket);
        socket.destroy();
      }
    };
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', end).on('close', end);
    }
    client.on('data', (chunk) => {
      if (armed && chunk.includes(COMMIT)) {
        lose = armed;
        armed = null;
      }
      upstream.write(chunk);
    });
    upstream.on('data', (chunk) => {
      if (!lose) {
        client.write(chunk);
        return;
      }
      if (lose.how === 'cut') end();
      lose.done();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = new URL(target);
  url.port = String((server.address() as AddressInfo).port);
  return {
    url: url.href,
    loseNextCommit: (how) => new Promise((done) => (armed = { how, done })),
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
