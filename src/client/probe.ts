import { type Machine, probeLater, type ProbeStep } from './machine.ts';

/** From the best transport down to the one in use; then it waits for the next round. */
export const probe: ProbeStep = ({ transports }, machine, type) => {
  const { probing, rung, rounds } = machine;
  if (type === 'probeOpened') {
    if (probing === null) return [machine, []];
    const next: Machine = { ...machine, rung: probing, probing: null, failures: 0 };
    return [next, [{ do: 'adopt' }, { do: 'settle' }, ...probeLater(next)]];
  }
  if ((type === 'probeDue') !== (probing === null)) return [machine, []];
  const better = probing === null ? 0 : probing + 1;
  const transport = transports[better];
  if (better < rung && transport) {
    return [{ ...machine, probing: better }, [{ do: 'closeProbe' }, { do: 'probe', transport }]];
  }
  const next: Machine = { ...machine, probing: null, rounds: rounds + 1 };
  return [next, [{ do: 'closeProbe' }, ...probeLater(next)]];
};
