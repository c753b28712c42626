import { useEffect, useState } from 'react';
import {
  mendSubscription,
  type PushState,
  readPushState,
  registerBrowser,
  switchPushOff,
  switchPushOn,
  type Viewer,
} from './push.ts';
import { onWorkerSaid } from './said.ts';

const SAID: Readonly<Record<PushState, string>> = {
  on: 'This browser shows what is pushed, also while this page is closed.',
  off: 'This browser is not asked to show anything yet.',
  denied: 'This browser has been told not to show notifications: allow them in its settings for this site.',
  unsupported: 'This browser, or this address without TLS, can’t show what is pushed.',
  unconfigured: 'Push to browsers is switched off on this service.',
};

/** Whether this browser shows what is pushed, null as long as it is not known; and the two switches, which are to be pressed. */
export function usePush(viewer: Viewer) {
  const [state, setState] = useState<PushState | null>(null);
  const [isWaiting, setWaiting] = useState(false);
  const [fault, setFault] = useState<string | null>(null);
  const put = async (asked: Promise<PushState>): Promise<void> => {
    try {
      setState(await asked);
      setFault(null);
    } catch (error) {
      setFault(`It did not work: ${error instanceof Error ? error.message : String(error)}`);
    }
    setWaiting(false);
  };
  useEffect(() => void put(readPushState(viewer)), [viewer]);
  const press = (change: (viewer: Viewer) => Promise<PushState>) => (): void => {
    setWaiting(true);
    void put(change(viewer));
  };
  const said = isWaiting ? 'Waiting for this browser…' : state === null ? 'Looking…' : SAID[state];
  return { state, said, fault, switchOn: press(switchPushOn), switchOff: press(switchPushOff) };
}

/** Keeps the service told of this browser. @returns whether it advises to ask the reader for the permission */
export function useRegistration(viewer: Viewer): boolean {
  const [isAdvised, setAdvised] = useState(false);
  useEffect(() => {
    const leaving = new AbortController();
    const register = async (): Promise<void> => {
      setAdvised(await registerBrowser(viewer));
      await mendSubscription(viewer, leaving.signal);
    };
    // Where the service, or the push service, is away, nothing is pushed: the next start tries again.
    const start = (): void => void register().catch(() => undefined);
    start();
    const unhear = onWorkerSaid(({ type }) => {
      if (type === 'subscription') start();
    });
    return () => {
      unhear?.();
      leaving.abort();
    };
  }, [viewer]);
  return isAdvised;
}
