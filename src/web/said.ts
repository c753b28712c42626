interface Said {
  readonly type?: unknown;
  readonly orderId?: unknown;
}

/** Hears what the service worker says to its pages; answers how to stop listening. */
export function onWorkerSaid(listener: (said: Said) => void): (() => void) | undefined {
  if (!('serviceWorker' in navigator)) return undefined;
  const { serviceWorker } = navigator;
  const onMessage = ({ data }: MessageEvent<unknown>): void => listener(data ?? {});
  serviceWorker.addEventListener('message', onMessage);
  return () => serviceWorker.removeEventListener('message', onMessage);
}
