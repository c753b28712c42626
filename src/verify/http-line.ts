import { z } from 'zod';
import { openEventReader, type ServerSent } from './event-stream.ts';
import { type Gate, openWatchdog } from './line.ts';

/** A request that was answered, but not with what was asked for; `code` is the API's, or else the status. */
export class RefusedError extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(`${code}: ${message}`);
    this.code = code;
  }
}

const fault = z.object({ code: z.string(), message: z.string() });
const restFault = z.object({ error: fault }).transform(({ error }) => error);
const graphqlFault = z
  .object({ errors: z.tuple([z.object({ message: z.string(), extensions: z.object({ code: z.string() }) })], z.any()) })
  .transform(({ errors: [{ message, extensions }] }) => ({ code: extensions.code, message }));
const anyFault = z.union([restFault, graphqlFault]);

/** The fault that a body tells, in the words of REST or of GraphQL; null when it tells none. */
export function faultOf(body: unknown): z.infer<typeof fault> | null {
  return anyFault.safeParse(body).data ?? null;
}

const REASON_LENGTH_MAX = 200;

/** What went wrong, in a word or two: the API's code, the system's, or the message. */
export function reasonOf(error: unknown): string {
  if (error instanceof RefusedError) return error.code;
  if (error instanceof z.ZodError || error instanceof SyntaxError) return 'the answer can’t be read';
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  const system = cause instanceof Error && 'code' in cause ? String(cause.code) : null;
  return system ?? error.message.slice(0, REASON_LENGTH_MAX);
}

interface Limits {
  readonly signal: AbortSignal;
  readonly withinMs: number;
}

/**
 * A request whose answer must begin in time; the body is read under the same signal.
 * @throws RefusedError when it is not a success
 */
export async function request(url: string, init: RequestInit, { signal, withinMs }: Limits): Promise<Response> {
  const late = new AbortController();
  const timer = AbortSignal.timeout(withinMs);
  const giveUp = (): void => late.abort(new Error('no answer in time'));
  timer.addEventListener('abort', giveUp);
  try {
    const response = await fetch(url, { ...init, signal: AbortSignal.any([signal, late.signal]) });
    if (response.ok) return response;
    throw refused(response.status, await response.text());
  } finally {
    timer.removeEventListener('abort', giveUp);
  }
}

function refused(status: number, text: string): RefusedError {
  const told = faultOf(parsed(text));
  return new RefusedError(told?.code ?? `status ${status}`, told?.message ?? 'not what was asked for');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

interface Reading {
  readonly gate: Gate;
  readonly silenceMs: number;
  /** Of the request: once it has aborted, reading the body rejects. */
  readonly signal: AbortSignal;
  readonly onSilence: () => void;
}

/** The events of a stream until it ends. @throws when its request was aborted */
export async function* readEvents(
  response: Response,
  { gate, silenceMs, signal, onSilence }: Reading,
): AsyncGenerator<ServerSent, undefined> {
  const reader = response.body?.getReader();
  if (!reader) return;
  const decoder = new TextDecoder();
  const read = openEventReader();
  using dog = openWatchdog(silenceMs, gate, onSilence);
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      await gate.passed(signal);
      dog.heard();
      yield* read(decoder.decode(value, { stream: true }));
    }
  } finally {
    reader.cancel().catch(() => undefined);
  }
}
