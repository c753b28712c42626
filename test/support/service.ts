import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { type App, type AppOptions, startApp } from '../../src/app.ts';
import { developmentSecrets } from '../../src/auth/dev-secret.ts';
import { readConfig } from '../../src/config.ts';
import { cloneDatabase } from './database.ts';
import { testEnvironment } from './env.ts';

export interface TestService {
  readonly url: string;
  readonly databaseUrl: string;
  readonly app: App;
  stop(): Promise<void>;
}

interface ServiceOptions extends AppOptions {
  readonly env?: Record<string, string>;
  /** A database to share; by default a fresh one, dropped at the end. */
  readonly databaseUrl?: string;
}

/** The whole service in this process, as main.ts starts it, on real PostgreSQL and real Redis. */
export async function startService({ env, databaseUrl, ...options }: ServiceOptions = {}): Promise<TestService> {
  const database = databaseUrl === undefined ? await cloneDatabase() : { url: databaseUrl, drop: () => undefined };
  const app = await startApp(readConfig(testEnvironment(database.url, env), developmentSecrets), options);
  return {
    url: app.url,
    databaseUrl: database.url,
    app,
    async stop() {
      await app.stop();
      await database.drop();
    },
  };
}

export interface ServiceProcess {
  readonly url: string;
  readonly child: ChildProcess;
  /** All that it has printed so far. */
  output(): string;
  /** Sends the signal and resolves with the exit code (null when a signal ended it). */
  end(signal: NodeJS.Signals): Promise<number | null>;
}

export const MAIN = path.resolve(import.meta.dirname, '../../dist/main.js');

/** `node dist/main.js` as a process of its own; resolves once it has said that it is ready. */
export async function startProcess(
  env: Record<string, string>,
  args: readonly string[] = [MAIN],
): Promise<ServiceProcess> {
  const child = spawn(process.execPath, [...args], {
    env: { PATH: process.env['PATH'] ?? '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const url = await new Promise<string>((resolve, reject) => {
    const read = (chunk: Buffer): void => {
      output += chunk.toString();
      const address = /ready/.test(output) && /(http:\/\/[^\s/]+)/.exec(output)?.[1];
      if (address) resolve(address);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('exit', (code) => reject(new Error(`exited with ${String(code)}: ${output}`)));
  });
  return {
    url,
    child,
    output: () => output,
    async end(signal) {
      if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
      const exited = once(child, 'exit') as Promise<[number | null]>;
      child.kill(signal);
      return (await exited)[0];
    },
  };
}
