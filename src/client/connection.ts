import { type Backoff, backoffMs } from './backoff.ts';
import {
  type Command,
  type Fault,
  type Input,
  type Ladder,
  type Machine,
  START,
  step,
  type Transport,
} from './machine.ts';
import type { Ending } from './ending.ts';
import type { Member } from './member.ts';
import { openerOf, probeStep } from './opener.ts';
import type { Line, Session } from './session.ts';
import type { AppFacts } from './settings.ts';
import { later, random } from './time.ts';
import type { Tokens } from './tokens.ts';

export interface ConnectionOptions {
  readonly ladder: Ladder;
  readonly backoff: Backoff;
  readonly probe: Backoff;
  readonly app: AppFacts;
  readonly line: Pick<Line, 'url' | 'patience' | 'presence' | 'webSocket' | 'fetch'>;
  readonly tokens: Tokens;
  readonly members: ReadonlySet<Member>;
  readonly onMachine: (machine: Machine) => void;
  readonly onAlive: () => void;
  readonly onTokenFault: (error: unknown) => void;
  readonly onFail: (fault: Fault) => void;
}

/** What the machine decides, done: at most one session in use, and one more while a better transport is tried. */
export interface Connection {
  tell(input: Input): void;
  /** To the session in use, or to the one that is opened for it. */
  readonly add: (member: Member) => void;
  readonly remove: (member: Member) => void;
}

/** A session, from the asking for its token on. */
interface Attempt {
  session: Session | null;
}

export function openConnection(options: ConnectionOptions): Connection {
  const timers = openTimers((type) => tell({ type }));
  let machine = START;
  let main: Attempt | null = null;
  let probe: Attempt | null = null;

  const tell = (input: Input): void => {
    const [next, commands] = step({ ...options.ladder, probe: probeStep }, machine, input);
    machine = next;
    for (const command of commands) perform(command);
    options.onMachine(machine);
    if (input.type === 'settled') for (const member of options.members) member.moved(null);
  };
  const attempt = (transport: Transport): Attempt => {
    const made: Attempt = { session: null };
    const isUsed = (): boolean => made === main || made === probe;
    const ears: Ears = {
      isUsed,
      opened: () => isUsed() && tell({ type: made === main ? 'opened' : 'probeOpened' }),
      alive: () => made === main && options.onAlive(),
      ended: (ending) => isUsed() && tell(made === main ? { type: 'ended', ending } : { type: 'probeEnded' }),
      made(session) {
        made.session = session;
        if (made === main) for (const member of options.members) session.add(member);
      },
    };
    void begin(options, { transport, machine: () => machine }, ears);
    return made;
  };
  const perform = (command: Command): void => {
    switch (command.do) {
      case 'open':
        return void (main = attempt(command.transport));
      case 'probe':
        return void (probe = attempt(command.transport));
      case 'adopt':
        main?.session?.close();
        main = probe;
        probe = null;
        for (const member of options.members) main?.session?.add(member);
        return;
      case 'close':
        timers.cancel();
        for (const each of [main, probe]) each?.session?.close();
        main = probe = null;
        return;
      case 'closeProbe':
        probe?.session?.close();
        probe = null;
        return;
      case 'wait':
        timers.set('due', Math.max(command.atLeastMs, backoffMs(options.backoff, command.failed, random())));
        return;
      case 'waitProbe':
        timers.set('probeDue', backoffMs(options.probe, command.round, random()));
        return;
      case 'settle':
        timers.set('settled', options.line.patience.settleMs);
        return;
      case 'fail':
        options.onFail(command.fault);
    }
  };
  return {
    tell,
    add: (member) => (main?.session ? main.session.add(member) : tell({ type: 'wanted' })),
    remove: (member) => main?.session?.remove(member),
  };
}

interface Ears extends Pick<Line, 'opened' | 'alive' | 'ended'> {
  readonly isUsed: () => boolean;
  readonly made: (session: Session) => void;
}

/** Fetches what the transport needs and a token, then opens a session with them, unless it is not wanted any more. */
async function begin(
  { app, line, tokens, onTokenFault }: ConnectionOptions,
  { transport, machine }: { readonly transport: Transport; readonly machine: () => Machine },
  { isUsed, made, ...told }: Ears,
): Promise<void> {
  const open = await openerOf(transport).catch((error: unknown) => {
    told.ended({ code: 'NO_CODE', reason: String(error), verdict: 'leave' });
  });
  if (!open || !isUsed()) return;
  let token: string | null;
  try {
    token = await tokens.get();
  } catch (error) {
    if (isUsed()) onTokenFault(error);
    told.ended({ code: 'TOKEN', reason: 'no token', verdict: 'told' });
    return;
  }
  if (!isUsed()) return;
  if (token === null) {
    told.ended({ code: 'UNAUTHENTICATED', reason: 'not signed in', verdict: 'stop' });
    return;
  }
  const { attempt, last } = machine();
  const ended = (ending: Ending): void => {
    if (ending.verdict === 'token') tokens.refused();
    told.ended(ending);
  };
  made(open({ ...line, ...told, ended, token, facts: { ...app, attempt, lastClose: last?.code ?? null } }));
}

type Timed = 'due' | 'probeDue' | 'settled';

/** One timer of each kind at a time. */
function openTimers(onTime: (type: Timed) => void) {
  const stops: Partial<Record<Timed, () => void>> = {};
  return {
    set(type: Timed, milliseconds: number): void {
      stops[type]?.();
      stops[type] = later(milliseconds, () => onTime(type));
    },
    cancel: (): void => Object.values(stops).forEach((stop) => stop()),
  };
}
