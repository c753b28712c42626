import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { closeEnding, type Ending } from '../../src/client/ending.ts';
import { type Command, type Input, type Ladder, type Machine, START, step } from '../../src/client/machine.ts';
import { probe } from '../../src/client/probe.ts';
import { stateOf } from '../../src/client/status.ts';

const LADDER: Ladder = { transports: ['websocket', 'sse', 'polling'], failuresMax: 2, probe };
const LOST = closeEnding(1006, '');

interface Run {
  readonly machine: Machine;
  readonly commands: readonly Command[];
}

/** What has come of the inputs, and what the last one made the client do. */
function given(...inputs: readonly (Input['type'] | Ending)[]): Run {
  return inputs.reduce<Run>(
    ({ machine }, input) => {
      const [next, commands] = step(LADDER, machine, inputOf(input));
      return { machine: next, commands };
    },
    { machine: START, commands: [] },
  );
}

const inputOf = (input: Input['type'] | Ending): Input =>
  typeof input === 'object' ? { type: 'ended', ending: input } : ({ type: input, ending: LOST } as Input);

const opensOf = (...inputs: readonly (Input['type'] | Ending)[]): readonly string[] =>
  inputs.flatMap((_, i) =>
    given(...inputs.slice(0, i + 1)).commands.flatMap((command) =>
      'transport' in command ? [`${command.do} ${command.transport}`] : [],
    ),
  );

const ALONE = { deviceIsOnline: true, reloading: false };

describe('the ladder', () => {
  it('is left downwards after so many failed attempts in a row, and begun again after the last', () => {
    expect(opensOf('wanted', LOST, 'due', LOST, LOST, 'due', LOST, LOST, 'due', LOST, 'due')).toEqual([
      'open websocket',
      'open websocket',
      'open sse',
      'open sse',
      'open polling',
      'open polling',
      'open websocket',
    ]);
  });

  it('is not left for what the service says, be it ever so often', () => {
    const told = closeEnding(1012, '');
    const inputs = Array.from({ length: 20 }, () => [told, 'due'] as const).flat();
    expect(new Set(opensOf('wanted', ...inputs))).toEqual(new Set(['open websocket']));
  });

  it('is left at once for a close that would only come again', () => {
    expect(opensOf('wanted', closeEnding(4400, ''))).toEqual(['open websocket', 'open sse']);
  });

  it('forgets failed attempts only once a connection has lasted', () => {
    expect(opensOf('wanted', LOST, 'due', 'opened', LOST)).toContain('open sse');
    expect(opensOf('wanted', LOST, 'due', 'opened', 'settled', LOST, 'due')).not.toContain('open sse');
  });
});

describe('a better transport', () => {
  const onPolling = ['wanted', closeEnding(4400, ''), closeEnding(4400, ''), 'opened'] as const;

  it('is tried from the best on, while the present one works', () => {
    expect(opensOf(...onPolling, 'probeDue', 'probeEnded', 'probeEnded', 'probeDue')).toEqual([
      'open websocket',
      'open sse',
      'open polling',
      'probe websocket',
      'probe sse',
      'probe websocket',
    ]);
    expect(given(...onPolling, 'probeDue').machine.phase).toBe('open');
  });

  it('is tried less and less often', () => {
    const rounds = [1, 2, 3].map(
      (n) =>
        given(
          ...onPolling,
          ...Array.from({ length: n }, () => ['probeDue', 'probeEnded', 'probeEnded'] as const).flat(),
        ).commands,
    );
    expect(rounds).toMatchObject([2, 3, 4].map((round) => [{ do: 'closeProbe' }, { do: 'waitProbe', round }]));
  });

  it('is taken up when it works', () => {
    const { machine, commands } = given(...onPolling, 'probeDue', 'probeOpened');
    expect(machine).toMatchObject({ phase: 'open', rung: 0, probing: null });
    expect(commands).toEqual([{ do: 'adopt' }, { do: 'settle' }]);
  });
});

describe('a token that is not known', () => {
  const refused = closeEnding(4401, 'a valid token is needed');

  it('is fetched anew at once, and given up the second time', () => {
    expect(opensOf('wanted', refused)).toEqual(['open websocket', 'open websocket']);
    const { machine, commands } = given('wanted', refused, refused);
    expect(machine).toMatchObject({ phase: 'stopped', fault: { code: 'UNAUTHENTICATED' } });
    expect(commands.at(-1)).toMatchObject({ do: 'fail' });
  });

  it('is fetched anew again after a connection', () => {
    expect(given('wanted', refused, 'opened', refused).machine.phase).toBe('opening');
  });
});

describe('the state', () => {
  it.each<[string, (Input['type'] | Ending)[]]>([
    ['idle', []],
    ['idle', ['wanted', 'opened', 'unwanted']],
    ['connecting', ['wanted']],
    ['connecting', ['wanted', LOST]],
    ['live', ['wanted', 'opened']],
    ['recovering', ['wanted', 'opened', LOST]],
    ['recovering', ['wanted', 'opened', LOST, 'due']],
    ['polling', ['wanted', closeEnding(4400, ''), closeEnding(4400, ''), 'opened']],
    ['offline', ['wanted', 'opened', LOST, 'due', LOST, LOST, 'due', LOST, LOST, 'due', LOST]],
    ['offline', ['wanted', closeEnding(4401, ''), closeEnding(4401, '')]],
  ])('is %s after %j', (state, inputs) => {
    expect(stateOf(LADDER, given(...inputs).machine, ALONE)).toBe(state);
  });

  it('is recovering while a list is loaded again, and offline where the device has no network', () => {
    const { machine } = given('wanted', 'opened');
    expect(stateOf(LADDER, machine, { deviceIsOnline: true, reloading: true })).toBe('recovering');
    expect(stateOf(LADDER, machine, { deviceIsOnline: false, reloading: false })).toBe('offline');
  });
});

describe('whatever happens, in whatever order', () => {
  const ending = fc.constantFrom(1000, 1006, 1011, 1012, 4400, 4401, 4403).map((code) => closeEnding(code, ''));
  const input = fc.oneof(
    fc
      .constantFrom('wanted', 'unwanted', 'opened', 'settled', 'due', 'probeDue', 'probeOpened', 'probeEnded', 'nudged')
      .map((type) => ({ type })),
    ending.map((each): Input => ({ type: 'ended', ending: each })),
  );

  it('there is one session in use, one probe at most, and always something that goes on', () => {
    fc.assert(
      fc.property(fc.array(input, { maxLength: 60 }), (inputs) => {
        const edge = { main: 0, probe: 0, retry: false };
        let machine = START;
        for (const each of inputs) {
          const [next, commands] = step(LADDER, machine, each);
          machine = next;
          if (each.type === 'due') edge.retry = false;
          for (const command of commands) obey(edge, command);
          expect(edge.main).toBe(machine.phase === 'opening' || machine.phase === 'open' ? 1 : 0);
          expect(edge.probe).toBe(machine.probing === null ? 0 : 1);
          if (machine.phase === 'waiting') expect(edge.retry).toBe(true);
          expect(machine.rung).toBeLessThan(LADDER.transports.length);
          if (machine.phase === 'stopped') expect(machine.fault).not.toBeNull();
        }
      }),
      { numRuns: 2_000 },
    );
  });

  /** As the edge does it; an ended session needs no closing. */
  function obey(edge: { main: number; probe: number; retry: boolean }, command: Command): void {
    switch (command.do) {
      case 'open':
        edge.main += 1;
        return;
      case 'probe':
        edge.probe += 1;
        return;
      case 'adopt':
        expect(edge.probe).toBe(1);
        edge.probe = 0;
        return;
      case 'close':
        Object.assign(edge, { main: 0, probe: 0, retry: false });
        return;
      case 'closeProbe':
        edge.probe = 0;
        return;
      case 'wait':
        edge.retry = true;
        return;
      case 'waitProbe':
      case 'settle':
      case 'fail':
    }
  }
});
