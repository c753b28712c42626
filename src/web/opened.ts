import { useEffect, useRef } from 'react';
import { onWorkerSaid } from './said.ts';

const PARAMETER = 'order';

/** The order that a notification was pressed for: in the address of a new window, or said by the service worker. */
export function useOpenedOrder(onOpen: (orderId: string) => void): void {
  const latest = useRef(onOpen);
  useEffect(() => {
    latest.current = onOpen;
  });
  useEffect(() => {
    const asked = new URLSearchParams(location.search).get(PARAMETER);
    if (asked !== null) {
      history.replaceState(null, '', location.pathname);
      latest.current(asked);
    }
    return onWorkerSaid(({ type, orderId }) => {
      if (type === 'open' && typeof orderId === 'string') latest.current(orderId);
    });
  }, []);
}
