import { useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import type { Panel } from './side-panel.tsx';

/** What is beside the list, and where the focus goes when that is closed. */
export function useBeside() {
  const [panel, setPanel] = useState<Panel | null>(null);
  const opener = useRef<Element | null>(null);
  return {
    panel,
    show(next: Panel): void {
      if (panel === null) opener.current = document.activeElement;
      setPanel(next);
    },
    close(): void {
      const row = document.querySelector('.orders tr[aria-selected="true"]');
      // At once: behind the panel of a phone nothing takes the focus.
      flushSync(() => setPanel(null));
      giveFocusBack(row ?? opener.current);
    },
  };
}

/** The keyboard goes on where it was, or else with the first order. */
function giveFocusBack(to: Element | null): void {
  const isThere = to instanceof HTMLElement && to.isConnected && to !== document.body;
  const back = isThere ? to : document.querySelector<HTMLElement>('.orders tr[tabindex="0"]');
  back?.focus();
}
