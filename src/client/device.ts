/** What a browser knows of its network, and whether somebody looks. Elsewhere nobody says, and nothing happens. */
export function watchDevice(onNetwork: (isOnline: boolean) => void): () => void {
  const { document } = globalThis as Partial<Pick<typeof globalThis, 'document'>>;
  if (!document) return () => undefined;
  const leaving = new AbortController();
  const { signal } = leaving;
  const tell = (): void => onNetwork(navigator.onLine);
  for (const event of ['online', 'offline']) addEventListener(event, tell, { signal });
  document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && tell(), { signal });
  return () => leaving.abort();
}
