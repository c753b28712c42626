import type { Cursor } from './cursor.ts';
import type { Ending } from './ending.ts';
import { mayWant, resultOf } from './item.ts';
import { compareInLog } from './log-cursor.ts';
import { asked, endingOf, readJson, RefusedError, request } from './http.ts';
import type { GraphqlFault, Member } from './member.ts';
import type { Operation } from './operation.ts';
import { tellPresence } from './tell-presence.ts';
import { isObject } from './read.ts';
import { openReader, type ReadStream } from './reader.ts';
import type { Line, OpenSession, Session } from './session.ts';

/**
 * A session over `/v1/stream`: one reading serves all subscriptions, from the earliest of their places on, and each takes
 * what it has not had. One that stands before the others makes it begin again from there.
 */
export const openFeed =
  (read: ReadStream): OpenSession =>
  (line) => {
    const leaving = new AbortController();
    const isOver = (): boolean => leaving.signal.aborted;
    let isOpen = false;
    const ahead = new Set<Member>();
    const close = (): void => {
      if (isOver()) return;
      leaving.abort();
      reader.stop();
      for (const member of ahead) if (!member.isOver()) member.refused(IN_ONE_LOG);
    };
    const end = (ending: Ending): void => {
      if (isOver()) return;
      close();
      line.ended(ending);
    };
    const failed = (error: unknown): void => {
      const told = error instanceof RefusedError ? error.errors : [];
      if (crowd.located().length === 0 || !isAboutMembers(told)) {
        end(endingOf(error));
        return;
      }
      reader.stop();
      crowd.refuse(told);
    };
    const reader = openReader(read, line, {
      item: (item) => crowd.located().forEach((member) => give(member, item) && ahead.add(member)),
      moved: (cursor) => crowd.located().forEach((member) => move(member, cursor)),
      alive() {
        if (!isOpen) line.opened();
        isOpen = true;
        line.alive();
      },
      ended: end,
      failed,
    });
    const start = oncePerTurn(() => {
      if (isOver()) return;
      if (crowd.located().length > 0 || crowd.isEmpty()) reader.start(crowd.earliest());
    });
    const crowd = openCrowd({
      ...{ end, isOver, signal: leaving.signal, line },
      joined(cursor) {
        const at = reader.at();
        if (at !== null && (compareInLog(cursor, at) ?? -1) >= 0) return;
        // At once: what the running one still says is of places that this member has not come to.
        reader.stop();
        start();
      },
    });
    // A probe has nobody to serve.
    start();
    if (line.presence) tellPresence(line, line.presence, leaving.signal);
    return { add: crowd.add, remove: crowd.remove, close } satisfies Session;
  };

/** Whether a member that follows two logs has gone ahead in this one. */
function give(member: Member, item: unknown): boolean {
  const cursor = isObject(item) && typeof item['cursor'] === 'string' ? item['cursor'] : null;
  const at = member.cursor();
  // Read for another one, who stands before it.
  if (cursor !== null && at !== null && (compareInLog(cursor, at) ?? 1) <= 0) return false;
  if (!mayWant(member.operation, item)) {
    move(member, cursor);
    return false;
  }
  member.take(resultOf(member.operation, item));
  return isOfTwoLogs(member.operation);
}

const isOfTwoLogs = ({ field }: Operation): boolean => field.name.value === 'notificationReceived';

/**
 * Who follows two logs is read for in one of them alone. Its cursor stays until something has come: then it is of this log,
 * and when the session ends it is told RESUME_EXPIRED, so that what the other log had meanwhile is not missed.
 */
function move(member: Member, cursor: unknown): void {
  if (!isOfTwoLogs(member.operation)) member.moved(cursor);
}

/** Members are often added together: what follows from it is done once. */
function oncePerTurn(task: () => void): () => void {
  let isScheduled = false;
  return () => {
    if (isScheduled) return;
    isScheduled = true;
    queueMicrotask(() => {
      isScheduled = false;
      task();
    });
  };
}

interface CrowdOptions {
  readonly line: Line;
  readonly signal: AbortSignal;
  readonly isOver: () => boolean;
  readonly end: (ending: Ending) => void;
  readonly joined: (cursor: Cursor) => void;
}

/** Those who read together: the ones whose place is known, and the ones for whom it is being asked. */
function openCrowd({ line, signal, isOver, end, joined }: CrowdOptions) {
  const located = new Set<Member>();
  const waiting = new Set<Member>();
  const remove = (member: Member): void => {
    located.delete(member);
    waiting.delete(member);
  };
  const add = (member: Member): void => {
    const cursor = member.cursor();
    if (cursor === null) {
      waiting.add(member);
      void locate(member);
      return;
    }
    located.add(member);
    joined(cursor);
  };
  const tell = (member: Member, errors: readonly GraphqlFault[]): void => {
    remove(member);
    const ending = member.refused(errors);
    if (ending) end(ending);
    else if (!member.isOver()) add(member);
  };
  const locate = async (member: Member): Promise<void> => {
    const isWaiting = (): boolean => !isOver() && waiting.has(member);
    const position = await readPosition(line, signal, member.operation).catch((error: unknown) => {
      if (!isWaiting()) return;
      if (error instanceof RefusedError && isAboutMembers(error.errors)) tell(member, error.errors);
      else end(endingOf(error));
    });
    if (position === undefined || !isWaiting()) return;
    await member.located(position);
    if (isWaiting() && waiting.delete(member) && !member.isOver()) add(member);
  };
  return {
    ...{ add, remove },
    located: () => [...located],
    isEmpty: () => located.size + waiting.size === 0,
    refuse(errors: readonly GraphqlFault[]) {
      for (const member of [...located]) tell(member, errors);
    },
    /** Who stands in another log than the others would not see that something is missing, and is told so. */
    earliest(): Cursor | null {
      let first: Cursor | null = null;
      for (const member of [...located]) {
        const cursor = member.cursor();
        const order = cursor === null || first === null ? -1 : compareInLog(cursor, first);
        if (order === null) tell(member, IN_ANOTHER_LOG);
        else if (order < 0) first = cursor;
      }
      return first;
    },
  };
}

const IN_ONE_LOG = [{ message: 'only one log was read', extensions: { code: 'RESUME_EXPIRED' } }];
const IN_ANOTHER_LOG = [{ message: 'it is in another log', extensions: { code: 'RESUME_EXPIRED' } }];

/** What the service says of the place that was asked for, or of who asked, rather than of the connection. */
const ABOUT_MEMBERS: readonly unknown[] = ['RESUME_EXPIRED', 'BAD_USER_INPUT', 'FORBIDDEN'];
const isAboutMembers = ([first]: readonly GraphqlFault[]): boolean => ABOUT_MEMBERS.includes(first?.extensions?.code);

/** Where the viewer's stream is now, or both of them are. */
async function readPosition(line: Line, signal: AbortSignal, operation: Operation): Promise<Cursor> {
  const asking = { signal, withinMs: line.patience.openMs, read: readJson };
  if (!isOfTwoLogs(operation)) {
    const page = await request(line, { path: '/v1/stream', ...asking });
    if (isObject(page) && typeof page['cursor'] === 'string') return page['cursor'];
    throw new Error('no position');
  }
  const answer = await request(line, { ...asking, ...asked(operation.position) });
  const data = isObject(answer) && isObject(answer['data']) ? answer['data'] : {};
  const place = isObject(data['position']) ? data['position']['position'] : null;
  if (typeof place === 'string') return place;
  throw new Error('no position');
}
