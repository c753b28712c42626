import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { build } from 'vite';

const ROOT = path.resolve(import.meta.dirname, '../..');
/** Inside the project, so that a program finds the packages, and not among its sources. */
const FOLDER = path.join(ROOT, 'test/generated/docs');

/** An example of a page: what stands after the fence, such as `ts`, and the heading that it stands under. */
export interface Snippet {
  readonly heading: string;
  readonly kind: string;
  readonly code: string;
}

export async function readSnippets(file: string): Promise<readonly Snippet[]> {
  const text = await readFile(path.join(ROOT, file), 'utf8');
  const snippets: Snippet[] = [];
  let heading = '';
  for (const [, title, kind, code] of text.matchAll(/^#+ (.+)$|^```(\S[^\n]*)\n([\s\S]*?)^```$/gm)) {
    if (title !== undefined) heading = title;
    else if (kind !== undefined && code !== undefined) snippets.push({ heading, kind, code });
  }
  return snippets;
}

/** An example that runs, and what it has printed. */
export interface Running {
  readonly child: ChildProcess;
  output(): string;
}

interface Place {
  readonly url: string;
  readonly token: string;
}

/** The example as a reader of the page would have it, with an address and a token of his own. */
export const adapted = (code: string, { url, token }: Place): string =>
  code.replaceAll('http://127.0.0.1:4000', url).replaceAll('YOUR_TOKEN', token);

async function write({ heading, kind, code }: Snippet, place: Place): Promise<string> {
  await mkdir(FOLDER, { recursive: true });
  const file = path.join(FOLDER, `${heading.replace(/\W+/g, '-').toLowerCase()}.${kind.split(' ')[0] ?? ''}`);
  await writeFile(file, adapted(code, place));
  return file;
}

/** The example as a script for a page, with all that it imports. */
export async function bundle(snippet: Snippet, place: Place): Promise<string> {
  const built = await build({
    configFile: false,
    logLevel: 'error',
    define: { 'process.env.NODE_ENV': '"development"' },
    resolve: {
      alias: [
        { find: /^fillstream\/client$/, replacement: path.join(ROOT, 'dist/client/index.js') },
        { find: /^fillstream\/client\//, replacement: path.join(ROOT, 'dist/client/') },
      ],
    },
    build: {
      write: false,
      lib: { entry: await write(snippet, place), formats: ['es'], fileName: 'app' },
      rollupOptions: { output: { inlineDynamicImports: true } },
    },
  });
  const [first] = Array.isArray(built) ? built : [];
  const [script] = first?.output ?? [];
  if (!script) throw new Error('nothing was built');
  return script.code;
}

/** Runs a shell or a TypeScript example as a program of its own. */
export async function run(snippet: Snippet, place: Place): Promise<Running> {
  const { kind } = snippet;
  const file = await write(snippet, place);
  // Node 20 has a browser's WebSocket only when asked for it.
  const [program, args] =
    kind === 'sh' ? ['sh', [file]] : [process.execPath, ['--experimental-websocket', '--import', 'tsx', file]];
  // A group of its own, so that what a shell has started ends with it.
  const child = spawn(program, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  return { child, output: () => output };
}

export function end({ child }: Running): void {
  if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGKILL');
}
