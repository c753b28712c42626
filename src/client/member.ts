import { type Backoff, backoffMs } from './backoff.ts';
import { compareCursors, type Cursor } from './cursor.ts';
import { codeEnding, type Ending } from './ending.ts';
import type { Operation } from './operation.ts';
import type { ClientFault, Reload, ReloadReason } from './settings.ts';
import { later, random } from './time.ts';
import { rawUpdate, readUpdate } from './update.ts';

export interface GraphqlFault {
  readonly message: string;
  readonly extensions?: { readonly code?: unknown };
}

/** Why a subscription has ended. `code` is the API's, or `UNREADABLE`, or `CLOSED`. */
export class SubscriptionError extends Error {
  readonly code: string;
  /** As the service sent them; empty when it is not from there. */
  readonly errors: readonly GraphqlFault[];

  constructor(code: string, message: string, errors: readonly GraphqlFault[] = []) {
    super(message);
    this.code = code;
    this.errors = errors;
  }
}

export interface Sink<Data = Record<string, unknown>> {
  next(result: { readonly data: Data }): void;
  error(error: SubscriptionError): void;
  /** Instead of the client's `onReload`. */
  reload?: Reload | undefined;
}

/** One subscription over all of its connections: where it stands, and what it takes. */
export interface Member {
  readonly operation: Operation;
  /** Where to follow from; null when that has to be asked first, and told to `located`. */
  cursor(): Cursor | null;
  located(position: Cursor): Promise<void>;
  /** A result’s `data`. */
  take(data: unknown): void;
  /** It is served, and nothing that it wants is before this place, if one is told. */
  moved(cursor: unknown): void;
  /**
   * The service has answered with errors: what they mean to the whole connection; null when they are about this
   * subscription alone, which has then ended, or has to be located again.
   */
  refused(errors: readonly GraphqlFault[]): Ending | null;
  fail(error: SubscriptionError): void;
  /** The app's own end of it. */
  stop(): void;
  isOver(): boolean;
}

/** In a row, before the subscription is given up. */
const INTERNAL_ERRORS_MAX = 3;

interface MemberOptions {
  readonly operation: Operation;
  readonly sink: Sink;
  readonly reload: Reload | undefined;
  readonly backoff: Backoff;
  readonly onFault: (fault: ClientFault) => void;
  /** Updates are missing from now on, or no longer. */
  readonly onReloading: (reloading: boolean) => void;
  /** It takes nothing any more. */
  readonly onEnd: () => void;
}

export function openMember(options: MemberOptions): Member {
  const { operation, sink, reload, onFault, onReloading, onEnd } = options;
  let at: Cursor | null = operation.after;
  let isExpired = false;
  let isOver = false;
  let internalErrors = 0;
  const reloading = openReloading(options, () => isOver);
  const stop = (): void => {
    if (isOver) return;
    isOver = true;
    if (isExpired) onReloading(false);
    onEnd();
  };
  const fail = (error: SubscriptionError): void => {
    if (isOver) return;
    stop();
    guarded(onFault, () => sink.error(error));
  };
  /** False: it has been there before. */
  const advance = (cursor: Cursor): boolean => {
    if (at !== null && (compareCursors(cursor, at) ?? 1) <= 0) return false;
    at = cursor;
    return true;
  };
  return {
    operation,
    cursor: () => (isExpired ? null : at),
    async located(position) {
      if (!isExpired) at ??= position;
      else
        await reloading({ code: 'RESUME_EXPIRED', orderId: null, position }, (loaded) => {
          at = typeof loaded === 'string' ? loaded : position;
          isExpired = false;
          onReloading(false);
        });
    },
    take(arrived) {
      if (isOver) return;
      const update = rawUpdate(operation, arrived);
      // Past it also when it can't be read, for it would only come again.
      if (update.cursor !== null && !advance(update.cursor)) return;
      internalErrors = 0;
      try {
        const data = readUpdate(operation, update, (message) => onFault({ code: 'UNKNOWN_VALUE', message }));
        guarded(onFault, () => sink.next({ data }));
      } catch (error) {
        const { message } = error as Error;
        onFault({ code: 'UNREADABLE', message });
        // The others go on meanwhile.
        if (reload) void reloading({ code: 'UNREADABLE', orderId: update.orderId, position: at });
        else fail(new SubscriptionError('UNREADABLE', message));
      }
    },
    moved(cursor) {
      internalErrors = 0;
      if (typeof cursor === 'string') advance(cursor);
    },
    refused(errors) {
      const code = String(errors[0]?.extensions?.code);
      const message = errors[0]?.message ?? 'refused';
      if (code === 'RESUME_EXPIRED' && reload) {
        if (!isExpired) onReloading((isExpired = true));
        return null;
      }
      // A fault of the service's may pass; one that does not is the subscription's own.
      const mayPass = code === 'INTERNAL_SERVER_ERROR' && ++internalErrors <= INTERNAL_ERRORS_MAX;
      const ending = mayPass ? ({ code, reason: message, verdict: 'told' } as const) : codeEnding(code, message);
      if (!ending) fail(new SubscriptionError(code, message, errors));
      return ending;
    },
    ...{ fail, stop },
    isOver: () => isOver,
  };
}

/**
 * Calls the app's handler until it has worked, and then `worked`; unless the subscription is over by then, or the same is
 * to be loaded again once more.
 */
function openReloading({ reload, backoff, onFault }: MemberOptions, isOver: () => boolean) {
  const latest: Record<string, ReloadReason> = {};
  return async (why: ReloadReason, worked?: (loaded: unknown) => void): Promise<void> => {
    const what = `${why.code}${why.orderId}`;
    const isWanted = (): boolean => !isOver() && latest[what] === why;
    latest[what] = why;
    for (let failed = 1; isWanted(); failed++) {
      try {
        const loaded = await reload?.(why);
        if (isWanted()) worked?.(loaded);
        return;
      } catch (error) {
        onFault({ code: 'RELOAD', message: String(error) });
        await new Promise<void>((resolve) => void later(backoffMs(backoff, failed, random()), resolve));
      }
    }
  };
}

/** What the app throws in its own handlers must not end the connection. */
function guarded(onFault: MemberOptions['onFault'], task: () => void): void {
  try {
    task();
  } catch (error) {
    onFault({ code: 'HANDLER', message: String(error) });
  }
}
