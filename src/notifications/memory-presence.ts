import type { Deps } from '../deps.ts';
import type { UserId } from '../kernel/brand.ts';
import { LEASE_MS, type Presence } from './presence.ts';

/** Of the apps that this process serves, for the embedded service. */
export function openMemoryPresence({ clock }: Pick<Deps, 'clock'>): Presence {
  /** By user, until when each of their apps is in the foreground. */
  const until = new Map<UserId, Map<object | string, number>>();
  const now = (): number => clock.now().getTime();
  const report = (user: UserId, app: object | string, time: number | null): void => {
    const apps = until.get(user) ?? new Map<object | string, number>();
    if (time === null) apps.delete(app);
    else apps.set(app, time);
    for (const [each, end] of apps) if (end <= now()) apps.delete(each);
    if (apps.size > 0) until.set(user, apps);
    else until.delete(user);
  };
  const isOnScreen = (user: UserId): boolean => [...(until.get(user)?.values() ?? [])].some((end) => end > now());
  return {
    onScreen: (users) => Promise.resolve(new Set(users.filter(isOnScreen))),
    open(user) {
      const connection = {};
      let closed = false;
      return {
        report: (foreground) => report(user, connection, foreground && !closed ? Number.POSITIVE_INFINITY : null),
        close: () => {
          closed = true;
          report(user, connection, null);
        },
      };
    },
    tell(user, installation, foreground) {
      report(user, installation, foreground ? now() + LEASE_MS : null);
      return Promise.resolve();
    },
    close: () => Promise.resolve(),
  };
}
