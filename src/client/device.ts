const watchers = new Set<() => void>();

/** By the app's own wish: whatever waits for its next try on this page does not wait any longer. */
export const hurryAll = (): void => watchers.forEach((hurry) => hurry());

/**
 * Hurries when a browser says that its network is back, or that somebody looks again (or no longer); elsewhere nobody says so. Answers how
 * to stop.
 */
export function watchDevice(hurry: () => void, onNetwork?: (isOnline: boolean) => void): () => void {
  watchers.add(hurry);
  const leaving = new AbortController();
  const { signal } = leaving;
  const tell = (): void => {
    onNetwork?.(navigator.onLine);
    if (navigator.onLine) hurry();
  };
  if ('document' in globalThis)
    for (const event of ['online', 'offline', 'visibilitychange']) addEventListener(event, tell, { signal });
  return () => {
    watchers.delete(hurry);
    leaving.abort();
  };
}
