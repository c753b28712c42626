import type { Presence } from './settings.ts';

const REPORT =
  'mutation FillstreamPresence($input: ReportPresenceInput!) { reportPresence(input: $input) { promptForPush } }';

/**
 * In a browser: the user has the app before them while the page is visible. Nothing is pushed to them meanwhile that the app
 * shows. Elsewhere, as long as it is connected.
 * @param installation the app's own name for itself on this device, as in `registerDevice`
 */
export function watchPresence(installation: string): Presence {
  const { document } = globalThis as Partial<Pick<typeof globalThis, 'document'>>;
  const current = () => ({ installation, foreground: document?.visibilityState !== 'hidden' });
  const report = () => ({ query: REPORT, variables: { input: current() } });
  return {
    ...{ now: current, report },
    subscribe(listener) {
      const tell = (): void => listener(report());
      document?.addEventListener('visibilitychange', tell);
      return () => document?.removeEventListener('visibilitychange', tell);
    },
  };
}
