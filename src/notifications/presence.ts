import type { UserId } from '../kernel/brand.ts';

/** How long a process's word that a user looks at the app holds: so long after its death nobody is taken for present. */
export const LEASE_MS = 30_000;
export const RENEW_MS = 10_000;

/** One connection of an app, as long as it is open. */
export interface PresentConnection {
  /** Whether the user can see the app there now. */
  report(foreground: boolean): void;
  /** For good: what is reported afterwards counts no more. */
  close(): void;
}

/** Who looks at an app now, in any process. It only saves a push: what can't be read is nobody. */
export interface Presence {
  /** Those of these users who have the app before them, on any connection. */
  onScreen(users: readonly UserId[]): Promise<ReadonlySet<UserId>>;
  /** Nothing is known of its user until it reports. Renewed by this process until it is closed. */
  open(user: UserId): PresentConnection;
  /** The word of an app without a connection: holds for LEASE_MS, or until the next one of this installation. */
  tell(user: UserId, installation: string, foreground: boolean): Promise<void>;
  close(): Promise<void>;
}
