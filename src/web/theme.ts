import { useEffect, useSyncExternalStore } from 'react';

export type Theme = 'dark' | 'light';

const KEY = 'fillstream.theme';
const system = matchMedia('(prefers-color-scheme: light)');
const listeners = new Set<() => void>();
system.addEventListener('change', () => tell());

const tell = (): void => {
  for (const listener of listeners) listener();
};
const chosen = (): Theme => {
  const kept = localStorage.getItem(KEY);
  if (kept === 'dark' || kept === 'light') return kept;
  return system.matches ? 'light' : 'dark';
};
const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

/** As the system has it, until the reader chooses. */
export function useTheme(): readonly [Theme, () => void] {
  const theme = useSyncExternalStore(subscribe, chosen);
  useEffect(() => {
    document.documentElement.dataset['theme'] = theme;
  }, [theme]);
  const toggle = (): void => {
    localStorage.setItem(KEY, theme === 'dark' ? 'light' : 'dark');
    tell();
  };
  return [theme, toggle];
}

const narrow = matchMedia('(max-width: 760px)');
const onWidth = (listener: () => void): (() => void) => {
  narrow.addEventListener('change', listener);
  return () => narrow.removeEventListener('change', listener);
};

/** Whether the page is as wide as a phone; as in layout.css. */
export const useNarrow = (): boolean => useSyncExternalStore(onWidth, () => narrow.matches);
