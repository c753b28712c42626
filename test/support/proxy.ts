import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A line to a server that hears the request and never brings the answer back. */
export interface DeafLine {
  readonly url: string;
  /** The whole request, whose body is JSON, has been passed on. */
  readonly passedOn: Promise<void>;
  /** The server has answered; the answer goes no further. */
  readonly answered: Promise<void>;
  /** Cuts every connection. */
  cut(): Promise<void>;
}

export async function openDeafLine(target: string): Promise<DeafLine> {
  const { hostname, port: targetPort } = new URL(target);
  const sockets = new Set<Socket>();
  let heard = (): void => undefined;
  let spoke = (): void => undefined;
  const passedOn = new Promise<void>((resolve) => (heard = resolve));
  const answered = new Promise<void>((resolve) => (spoke = resolve));
  const server = createServer((client) => {
    const upstream = connect(Number(targetPort), hostname);
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
    }
    let request = '';
    client.on('data', (chunk) => {
      request += chunk.toString();
      upstream.write(chunk, () => {
        if (/\r\n\r\n\{.*\}$/s.test(request)) heard();
      });
    });
    upstream.once('data', spoke);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    ...{ passedOn, answered },
    async cut() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
