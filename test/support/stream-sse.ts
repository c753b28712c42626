import { get, type IncomingMessage } from 'node:http';
import type { Asked } from './client.ts';

/** One message of `GET /v1/stream` as server-sent events. */
export interface StreamMessage {
  readonly id: string | undefined;
  readonly event: string | undefined;
  readonly data: string | undefined;
}

/** A reader of the stream over a raw connection, who may stop to read. */
export interface StreamReader {
  /** The status, before anything is read. */
  readonly status: number;
  readonly messages: readonly StreamMessage[];
  pause(): void;
  resume(): void;
  /** Resolves when the service has ended the stream. */
  readonly ended: Promise<void>;
  leave(): void;
}

export async function openStreamReader({ url, token }: Required<Asked>, after: string): Promise<StreamReader> {
  const headers = { accept: 'text/event-stream', authorization: `Bearer ${token}` };
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    get(
      `${url}/v1/stream?${new URLSearchParams({ after, types: 'orderUpdated' }).toString()}`,
      { headers },
      resolve,
    ).once('error', reject);
  });
  const messages: StreamMessage[] = [];
  let text = '';
  response.setEncoding('utf8').on('data', (chunk: string) => {
    const blocks = `${text}${chunk}`.split('\n\n');
    text = blocks.pop() ?? '';
    messages.push(...blocks.map(messageOf));
  });
  const ended = new Promise<void>((resolve) => response.once('close', resolve).on('error', () => undefined));
  return {
    status: response.statusCode ?? 0,
    ...{ messages, ended },
    pause: () => void response.pause(),
    resume: () => void response.resume(),
    leave: () => void response.destroy(),
  };
}

function messageOf(block: string): StreamMessage {
  const field = (name: string): string | undefined =>
    block
      .split('\n')
      .find((line) => line.startsWith(`${name}: `))
      ?.slice(name.length + 2);
  return { id: field('id'), event: field('event'), data: field('data') };
}
