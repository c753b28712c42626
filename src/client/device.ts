/** What a browser knows of its network, and whether somebody looks. Elsewhere nobody says, and nothing happens. */
export function watchDevice(onNetwork: (isOnline: boolean) => void): () => void {
  const { document, addEventListener } = globalThis as Partial<
    Pick<typeof globalThis, 'document' | 'addEventListener'>
  >;
  if (!addEventListener || !document) return () => undefined;
  const online = (): void => onNetwork(true);
  const offline = (): void => onNetwork(false);
  const shown = (): void => {
    if (document.visibilityState === 'visible' && navigator.onLine) onNetwork(true);
  };
  globalThis.addEventListener('online', online);
  globalThis.addEventListener('offline', offline);
  document.addEventListener('visibilitychange', shown);
  return () => {
    globalThis.removeEventListener('online', online);
    globalThis.removeEventListener('offline', offline);
    document.removeEventListener('visibilitychange', shown);
  };
}
