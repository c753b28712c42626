import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { build } from 'vite';

export interface PageServer {
  readonly url: string;
  close(): Promise<void>;
}

const HTML = '<!doctype html><title>app</title><div id="root"></div><script type="module" src="/app.js"></script>';

/** The app of this folder, bundled as apps are, on a server of its own: another origin than the service. */
export async function servePage(): Promise<PageServer> {
  const built = await build({
    configFile: false,
    logLevel: 'error',
    define: { 'process.env.NODE_ENV': '"development"' },
    build: {
      write: false,
      lib: { entry: path.join(import.meta.dirname, 'app.ts'), formats: ['es'], fileName: 'app' },
    },
  });
  const [first] = Array.isArray(built) ? built : [];
  const scripts = new Map<string, string>(
    first?.output.flatMap((file) => (file.type === 'chunk' ? [[`/${file.fileName}`, file.code] as const] : [])),
  );
  const server = createServer(({ url = '' }, response) => {
    const script = scripts.get(url);
    response.writeHead(200, { 'content-type': script === undefined ? 'text/html' : 'text/javascript' });
    response.end(script ?? HTML);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
