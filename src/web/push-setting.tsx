import { type ReactElement, useEffect, useState } from 'react';
import type { Fillstream } from '../client/index.ts';
import { type PushState, readPushState, switchPushOff, switchPushOn } from './push.ts';
import { Section } from './settings-parts.tsx';

const SAID: Readonly<Record<PushState, string>> = {
  on: 'This browser shows what is pushed, also while this page is closed.',
  off: 'This browser is not asked to show anything yet.',
  denied: 'This browser has been told not to show notifications: allow them in its settings for this site.',
  unsupported: 'This browser, or this address without TLS, can’t show what is pushed.',
  unconfigured: 'Push to browsers is switched off on this service.',
};

/** The permission is asked for on a press alone. */
export function PushSetting({ client }: { client: Pick<Fillstream, 'ask'> }): ReactElement {
  const [state, setState] = useState<PushState | null>(null);
  const [fault, setFault] = useState<string | null>(null);
  const put = (asked: Promise<PushState>): void =>
    void asked.then(
      (next) => {
        setState(next);
        setFault(null);
      },
      (error: unknown) => setFault(error instanceof Error ? error.message : String(error)),
    );
  useEffect(() => put(readPushState(client)), [client]);
  return (
    <Section title="Push on this browser">
      <p role="status">{state === null ? 'Looking…' : SAID[state]}</p>
      {state === 'off' && (
        <button type="button" className="button" onClick={() => put(switchPushOn(client))}>
          Show notifications here
        </button>
      )}
      {state === 'on' && (
        <button type="button" className="button" onClick={() => put(switchPushOff(client))}>
          Show none here
        </button>
      )}
      <p className="fault" role="alert">
        {fault !== null && `It did not work: ${fault}`}
      </p>
    </Section>
  );
}
