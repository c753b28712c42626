import { useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import { later } from '../client/time.ts';
import { openDeskStore } from './desk-store.ts';
import type { Session } from './session.ts';
import { filterOf, type View } from './toolbar.tsx';
import { openTrading } from './trading.ts';

interface Looking {
  readonly view: View;
  readonly selectedId: string | null;
}

const TYPING_MS = 250;

/** All that the desk shows, and all that can be asked of it. */
export function useDesk(session: Session, { view, selectedId }: Looking) {
  const desk = useMemo(() => openDeskStore(session), [session]);
  useEffect(() => desk.open(), [desk]);
  const trading = useMemo(() => openTrading(desk.client), [desk]);
  const status = useSyncExternalStore(desk.client.status.subscribe, desk.client.status.getSnapshot);
  const state = useSyncExternalStore(desk.state.subscribe, desk.state.getSnapshot);
  const selected = useSyncExternalStore(desk.selection.state.subscribe, desk.selection.state.getSnapshot);
  const settled = useSettled(view, TYPING_MS);
  useEffect(() => desk.show(filterOf(settled)), [desk, settled]);
  useEffect(() => desk.select(selectedId), [desk, selectedId]);
  return { desk, trading, status, state, selected };
}

/** The latest value once it has not changed for a while: nobody wants a request for each key. */
function useSettled<T>(value: T, afterMs: number): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    return later(afterMs, () => setSettled(value));
  }, [value, afterMs]);
  return settled;
}
