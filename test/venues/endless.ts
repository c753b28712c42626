import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Endless {
  readonly url: string;
  /** How many answers were left by whoever asked. */
  left(): number;
  close(): Promise<void>;
}

/** A server whose answers have no end. */
export async function openEndless(): Promise<Endless> {
  let left = 0;
  const chunk = Buffer.alloc(64 * 1_024, ' ');
  const server = createServer((_request, response) => {
    response.once('close', () => (left += 1));
    const write = (): void => {
      while (!response.destroyed && response.write(chunk));
    };
    response.on('drain', write);
    write();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    left: () => left,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
