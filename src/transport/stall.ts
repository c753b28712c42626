import type { Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { every } from '../kernel/clock.ts';
import { STALL_CHECK_MS, STALL_CHECKS_MAX } from '../limits/limits.ts';

/** One write counts as taken only when all of it is: what a slow line may take of it between two checks. */
export const SLOW_LINE_BYTES = 64 * 1_024;

interface StallCheck<T extends WeakKey> {
  readonly all: () => Iterable<T>;
  /** The connection that carries what is written for a reader; null where it doesn't matter how long that takes. */
  readonly connectionOf: (reader: T) => Socket | null;
  readonly onStalled: (reader: T) => void;
}

/** Finds readers for whom something waits and whose connection has taken nothing for STALL_CHECKS_MAX checks. */
export function openStallCheck<T extends WeakKey>({ all, connectionOf, onStalled }: StallCheck<T>): Disposable {
  const seen = new WeakMap<T, { taken: number; checks: number }>();
  return every(STALL_CHECK_MS, () => {
    for (const reader of all()) {
      const connection = connectionOf(reader);
      const pending = connection?.writableLength ?? 0;
      const taken = (connection?.bytesWritten ?? 0) - pending;
      const last = seen.get(reader);
      if (pending === 0 || last?.taken !== taken) seen.set(reader, { taken, checks: 0 });
      else if (++last.checks >= STALL_CHECKS_MAX + pending / SLOW_LINE_BYTES) onStalled(reader);
    }
  });
}

/** Cuts off event streams and exports whose reader has stopped: HTTP has no close code, so the client comes back by itself. */
export function cutStalledStreams(server: Server): Disposable {
  const streams = new Set<ServerResponse>();
  server.on('request', (_request, response) => {
    streams.add(response);
    response.once('close', () => streams.delete(response));
  });
  return openStallCheck({
    all: () => streams,
    connectionOf: (response) => (isStream(response) ? response.socket : null),
    onStalled: (response) => response.destroy(),
  });
}

const isStream = (response: ServerResponse): boolean =>
  /^text\/(event-stream|csv)\b/.test(String(response.getHeader('content-type')));
