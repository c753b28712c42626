import type { Ending } from './ending.ts';

/** From the best to the one that works everywhere. */
export type Transport = 'websocket' | 'sse' | 'polling';

export interface Ladder {
  readonly transports: readonly [Transport, ...Transport[]];
  /** So many failed attempts in a row, and the next transport is tried. */
  readonly failuresMax: number;
  /** Comes with the fallback transports: who uses none of them has nothing better to look for. */
  readonly probe?: ProbeStep | undefined;
}

export interface Fault {
  readonly code: string;
  readonly message: string;
}

/**
 * Where a client stands. `rung` is the place of its transport in the ladder; `failures` are those in a row on it,
 * `attempt` those over all; `probing` is the better rung that is being tried while the present one works, and `rounds`
 * how often that was in vain.
 */
export interface Machine {
  readonly phase: 'idle' | 'opening' | 'open' | 'waiting' | 'stopped';
  readonly rung: number;
  readonly attempt: number;
  readonly failures: number;
  readonly tokenRefused: boolean;
  readonly hasOpened: boolean;
  readonly probing: number | null;
  readonly rounds: number;
  readonly last: Ending | null;
  readonly fault: Fault | null;
}

export type Input =
  | { readonly type: 'wanted' | 'unwanted' | 'opened' | 'settled' | 'due' | 'probeDue' | 'probeOpened' | 'probeEnded' }
  | { readonly type: 'nudged' }
  | { readonly type: 'ended'; readonly ending: Ending }
  | { readonly type: 'stop'; readonly fault: Fault };

export type Command =
  | { readonly do: 'open' | 'probe'; readonly transport: Transport }
  | { readonly do: 'close' | 'closeProbe' | 'adopt' | 'settle' }
  | { readonly do: 'wait'; readonly failed: number; readonly atLeastMs: number }
  | { readonly do: 'waitProbe'; readonly round: number }
  | { readonly do: 'fail'; readonly fault: Fault };

export type Step = readonly [Machine, readonly Command[]];

export const START: Machine = {
  phase: 'idle',
  ...{ rung: 0, attempt: 0, failures: 0, tokenRefused: false, hasOpened: false },
  ...{ probing: null, rounds: 0, last: null, fault: null },
};

type ProbeInput = 'probeDue' | 'probeOpened' | 'probeEnded';

/** What becomes of the search for a better transport. */
export type ProbeStep = (ladder: Ladder, machine: Machine, type: ProbeInput) => Step;

/** What a client does about what happens. Whatever does not fit its phase comes too late, and changes nothing. */
export function step(ladder: Ladder, machine: Machine, input: Input): Step {
  const { phase } = machine;
  const stay: Step = [machine, []];
  switch (input.type) {
    case 'unwanted':
      if (phase === 'stopped') return stay;
      return [{ ...machine, phase: 'idle', attempt: 0, failures: 0, probing: null }, [{ do: 'close' }]];
    case 'opened':
      return phase === 'opening' ? opened(machine) : stay;
    case 'settled':
      if (phase !== 'open') return stay;
      return [{ ...machine, attempt: 0, failures: 0, rounds: machine.rung === 0 ? 0 : machine.rounds }, []];
    case 'wanted':
    case 'nudged':
      // A token may be good by now.
      if (phase === 'stopped' && machine.fault?.code !== 'CLOSED')
        return open(ladder, { ...START, rung: machine.rung });
      return phase === (input.type === 'wanted' ? 'idle' : 'waiting') ? open(ladder, machine) : stay;
    case 'due':
      return phase === 'waiting' ? open(ladder, machine) : stay;
    case 'ended':
      return phase === 'opening' || phase === 'open' ? ended(ladder, machine, input.ending) : stay;
    case 'probeDue':
    case 'probeOpened':
    case 'probeEnded':
      if (phase !== 'open') return stay;
      return ladder.probe?.(ladder, machine, input.type) ?? [machine, probeLater(machine)];
    case 'stop':
      return stop(machine, input.fault);
  }
}

function open({ transports }: Ladder, machine: Machine): Step {
  return [{ ...machine, phase: 'opening' }, [{ do: 'open', transport: transports[machine.rung] as Transport }]];
}

function opened(machine: Machine): Step {
  const next: Machine = { ...machine, phase: 'open', tokenRefused: false, hasOpened: true };
  return [next, [{ do: 'settle' }, ...probeLater(next)]];
}

export const probeLater = ({ rung, rounds }: Machine): readonly Command[] =>
  rung > 0 ? [{ do: 'waitProbe', round: rounds + 1 }] : [];

const stop = (machine: Machine, fault: Fault): Step => [
  { ...machine, phase: 'stopped', probing: null, fault },
  [{ do: 'close' }, { do: 'fail', fault }],
];

function ended(ladder: Ladder, machine: Machine, ending: Ending): Step {
  const down: Machine = { ...machine, probing: null, last: ending, attempt: machine.attempt + 1 };
  const closing: Command = { do: 'close' };
  const later = (next: Machine): Step => [
    { ...next, phase: 'waiting' },
    [closing, { do: 'wait', failed: next.attempt, atLeastMs: ending.afterMs ?? 0 }],
  ];
  const soon = (next: Machine): Step => {
    const [opening, commands] = open(ladder, next);
    return [opening, [closing, ...commands]];
  };
  const { verdict } = ending;
  if (verdict === 'token' && !machine.tokenRefused) return soon({ ...down, tokenRefused: true });
  // Of a token that has ended the service says to come back: the next one may be good.
  if (verdict === 'told' || ending.code === 4403) return later(down);
  if (verdict === 'token' || verdict === 'stop') return stop(down, { code: 'UNAUTHENTICATED', message: ending.reason });
  const failures = verdict === 'leave' ? ladder.failuresMax : machine.failures + 1;
  if (failures < ladder.failuresMax) return later({ ...down, failures });
  const rung = (machine.rung + 1) % ladder.transports.length;
  // What has not been tried yet is tried at once; after the last one all of them have failed.
  return rung === 0 ? later({ ...down, failures: 0, rung }) : soon({ ...down, failures: 0, rung });
}
