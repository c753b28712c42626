/** What the service pushes, as a browser shows it. */
export interface Pushed {
  readonly title: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly unreadCount: number;
}

/** A browser has to show something for each push: for what can't be read too, from a service that is newer, say. */
const UNREADABLE: Pushed = {
  title: 'Fillstream',
  options: { body: 'There is something new.', tag: 'fillstream' },
  unreadCount: 1,
};

export function pushedOf(text: string): Pushed {
  try {
    const { title, options, unreadCount } = JSON.parse(text) as Partial<Record<keyof Pushed, unknown>>;
    if (typeof title !== 'string' || typeof options !== 'object' || options === null) return UNREADABLE;
    return { title, options: { ...options }, unreadCount: typeof unreadCount === 'number' ? unreadCount : 0 };
  } catch {
    return UNREADABLE;
  }
}
