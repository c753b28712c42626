import type { UserId } from '../kernel/brand.ts';
import type { TargetKind } from './channels/channel.ts';
import type { Channel } from './words.ts';

/** What routes notifications and sends them, as the API sees it. */
export interface Notifier {
  /** What is configured. */
  readonly kinds: ReadonlySet<TargetKind>;
  /** The applicationServerKey of Web Push (RFC 8292); null: it is off. */
  readonly webPushPublicKey: string | null;
  /** There are new facts of these users. Never throws and never waits. */
  tell(users: readonly UserId[]): void;
  /** Deliveries that failed are owed again; null: of any channel. @returns how many */
  replay(which: { readonly channel: Channel | null; readonly limit: number }): Promise<number>;
}
