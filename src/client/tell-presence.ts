import { asked, readJson, request } from './http.ts';
import type { Line } from './session.ts';
import type { Presence, PresenceReport } from './settings.ts';
import { later } from './time.ts';

/** The service believes it for half a minute. */
const EVERY_MS = 10_000;

/** Where no socket says whether somebody looks, requests do, as long as the session lasts. What is lost is said again. */
export function tellPresence(line: Line, presence: Presence, signal: AbortSignal): void {
  const tell = (report: PresenceReport): void =>
    void request(line, { ...asked(report), signal, withinMs: EVERY_MS, read: readJson }).catch(() => undefined);
  let stop = (): void => undefined;
  const again = (): void => {
    // Of nobody who looks, once is enough.
    if (presence.now().foreground) tell(presence.report());
    stop = later(EVERY_MS, again);
  };
  const unsubscribe = presence.subscribe(tell);
  signal.addEventListener('abort', () => {
    unsubscribe();
    stop();
  });
  again();
}
