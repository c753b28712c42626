import type { SubscribePayload } from 'graphql-ws';
import { closeEnding, type Ending, lost } from './ending.ts';
import type { GraphqlFault, Member } from './member.ts';
import type { Json } from './read.ts';
import type { Line, OpenSession, Session } from './session.ts';
import { openSocket } from './socket.ts';

interface Running {
  readonly id: string;
  readonly stop: () => void;
}

/** GraphQL over WebSocket: each subscription is an operation of its own. */
export const openWebSocket: OpenSession = (line: Line): Session => {
  const running = new Map<Member, Running>();
  const end = (ending: Ending): void => {
    socket.close();
    line.ended(ending);
  };
  const socket = openSocket(line, {
    ended: line.ended,
    moved(id, cursor) {
      for (const [member, operation] of running) if (operation.id === id) member.moved(cursor);
    },
  });
  const remove = (member: Member): void => {
    const operation = running.get(member);
    running.delete(member);
    operation?.stop();
  };
  /** Begins an operation; what it says is heard until another one takes its place, or the member goes. */
  const run = (member: Member, request: SubscribePayload, ears: Ears): void => {
    const isCurrent = (): boolean => running.get(member) === operation;
    const refused = (errors: readonly GraphqlFault[]): void => {
      remove(member);
      const ending = member.refused(errors);
      if (ending) end(ending);
      else if (!member.isOver()) add(member);
    };
    const stop = socket.client.subscribe(request, {
      next({ data, errors }) {
        if (!isCurrent()) return;
        if (data) ears.next(data);
        else refused(errors ?? []);
      },
      error: (fault) => isCurrent() && Array.isArray(fault) && refused(fault as readonly GraphqlFault[]),
      complete: () => isCurrent() && ears.complete(),
    });
    const operation: Running = { id: socket.lastId(), stop };
    running.set(member, operation);
  };
  const add = (member: Member): void => {
    const cursor = member.cursor();
    if (cursor !== null) {
      run(member, member.operation.request(cursor), {
        next: (data) => member.take(data),
        complete: () => end(closeEnding(1012, 'completed')),
      });
      return;
    }
    let position: unknown;
    run(member, member.operation.position, {
      next: (data) => (position = (data['position'] as Json | null)?.['position'] ?? data['position']),
      complete() {
        if (typeof position !== 'string') {
          end(lost('UNREADABLE', 'no position'));
          return;
        }
        const asked = running.get(member);
        const isWaiting = (): boolean => running.get(member) === asked;
        void member.located(position).then(() => isWaiting() && !member.isOver() && add(member));
      },
    });
  };
  const close = (): void => {
    running.clear();
    socket.close();
  };
  return { add, remove, close };
};

interface Ears {
  readonly next: (data: Record<string, unknown>) => void;
  readonly complete: () => void;
}
