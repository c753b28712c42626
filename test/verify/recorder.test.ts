import type { ServerResponse } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import type { ClientHistory, Transport } from '../../src/verify/history.ts';
import { openRecorder, type Recorder, type RecorderOptions } from '../../src/verify/recorder.ts';
import { until } from '../support/until.ts';
import { type FakeService, nextFrame, openFakeService } from './fake-service.ts';
import { cursorAt } from './perfect.ts';

const WITHIN = { withinMs: 5_000 };
/** Well above what a busy machine needs for an answer, as only the silence is to be met. */
const IMPATIENT = { openMs: 1_000, pingMs: 200, silenceMs: 500, pollWaitSeconds: 0.1 };

let open: readonly { close: () => Promise<unknown> }[] = [];
afterEach(async () => {
  for (const each of open) await each.close();
  open = [];
});

async function given(
  script: Parameters<typeof openFakeService>[0],
  options: Partial<RecorderOptions> & { transport: Transport },
): Promise<Recorder> {
  const service: FakeService = await openFakeService(script);
  const recorder = await openRecorder({
    ...{ url: service.url, user: 'alice', name: 'app', token: () => 'T', patience: IMPATIENT, ...options },
  });
  open = [recorder, service];
  return recorder;
}

const eventsOf = ({ sessions }: ClientHistory) => sessions.map(({ seen }) => seen.map(({ eventId }) => eventId));
const endingsOf = ({ sessions }: ClientHistory) => sessions.map(({ ended }) => ended);

describe('a recorder', () => {
  it('keeps what comes twice', async () => {
    const recorder = await given(
      { onSubscribe: (socket) => [1, 2, 2].forEach((offset) => socket.send(nextFrame(offset))) },
      { transport: 'ws' },
    );
    await until(() => recorder.deliveries() === 3, WITHIN);
    // On a busy machine a first connection may be given up before it is answered.
    expect(eventsOf(await recorder.close()).flat()).toEqual(['E1', 'E2', 'E2']);
  });

  it('resumes after the cursor that a ping has told', async () => {
    const asked: string[] = [];
    const recorder = await given(
      {
        onSubscribe(socket, after) {
          asked.push(after);
          socket.send(JSON.stringify({ type: 'ping', payload: { cursor: cursorAt(7) } }));
        },
      },
      { transport: 'ws' },
    );
    await until(() => recorder.offset() === 7, WITHIN);
    recorder.cut();
    await until(() => asked.length === 2, WITHIN);
    expect(asked).toEqual([cursorAt(0), cursorAt(7)]);
  });

  it('resumes after the id of a server-sent event that carries nothing', async () => {
    const asked: unknown[] = [];
    const recorder = await given(
      {
        onRequest(request, response) {
          asked.push(request.headers['last-event-id']);
          response.setHeader('content-type', 'text/event-stream').write(`id: ${cursorAt(7)}\n\n`);
        },
      },
      { transport: 'sse' },
    );
    await until(() => recorder.offset() === 7, WITHIN);
    recorder.cut();
    await until(() => asked.length === 2, WITHIN);
    expect(asked).toEqual([cursorAt(0), cursorAt(7)]);
  });

  it('counts a cut of an open connection alone', async () => {
    const recorder = await given({}, { transport: 'ws' });
    await until(() => recorder.isOpen(), WITHIN);
    recorder.cut();
    recorder.cut();
    expect(recorder.cuts()).toBe(1);
  });

  it('asks for a token at each connection, and lives on when there is none', async () => {
    let asked = 0;
    const token = (): string => {
      asked += 1;
      if (asked === 2) throw new Error('no token now');
      return 'T';
    };
    const recorder = await given({}, { transport: 'ws', token });
    await until(() => recorder.isOpen(), WITHIN);
    expect(endingsOf(await recorder.close())).toEqual(['no token now', 'closed']);
  });

  it('takes a frame that it can’t read for the end of the connection', async () => {
    const recorder = await given(
      { onSubscribe: (socket) => socket.send('{"type":"next","payload":{}}') },
      { transport: 'ws' },
    );
    await until(() => recorder.sessions() >= 2, WITHIN);
    expect(endingsOf(await recorder.close())[0]).toBe('unreadable: the answer can’t be read');
  });
});

describe('a connection that is half open', () => {
  it('is given up over a WebSocket that answers no ping', async () => {
    const recorder = await given({ answersPings: false }, { transport: 'ws' });
    await until(() => recorder.sessions() >= 2, WITHIN);
    expect(endingsOf(await recorder.close())[0]).toBe('silent');
  });

  it('is kept over a WebSocket that has nothing to say but pong', async () => {
    const recorder = await given({}, { transport: 'ws' });
    await until(() => recorder.isOpen(), WITHIN);
    const openedAt = performance.now();
    await until(() => performance.now() - openedAt > 4 * IMPATIENT.pingMs, WITHIN);
    expect(endingsOf(await recorder.close())).toEqual(['closed']);
  });

  it.each(['sse', 'graphql-sse'] as const)('is given up over %s that is silent', async (transport) => {
    const beginStream = (_: unknown, response: ServerResponse): void =>
      response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
    const recorder = await given({ onRequest: beginStream }, { transport });
    await until(() => recorder.sessions() >= 2, WITHIN);
    expect(endingsOf(await recorder.close())[0]).toBe('silent');
  });

  it('is no reason to give up a reader that was stopped', async () => {
    const recorder = await given({ answersPings: false }, { transport: 'ws' });
    await until(() => recorder.isOpen(), WITHIN);
    recorder.pause();
    const pausedAt = performance.now();
    await until(() => performance.now() - pausedAt > 4 * IMPATIENT.pingMs, WITHIN);
    expect(endingsOf(await recorder.close())).toEqual(['closed']);
  });

  it.each(['sse', 'graphql-sse', 'poll'] as const)(
    'is given up over %s when the request is not answered',
    async (transport) => {
      const recorder = await given({ onRequest: () => undefined }, { transport });
      await until(() => recorder.sessions() >= 2, WITHIN);
      expect(endingsOf(await recorder.close())[0]).toBe('no answer in time');
    },
  );
});
