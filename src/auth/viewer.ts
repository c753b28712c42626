import type { UserId } from '../kernel/brand.ts';

export const SCOPES = ['read', 'trade', 'ingest', 'admin'] as const;
export type Scope = (typeof SCOPES)[number];

/** Who asks, as a verified token says. */
export interface Viewer {
  readonly id: UserId;
  readonly scopes: ReadonlySet<Scope>;
  readonly expiresAt: Date;
  /** What the token says of the app that it was issued to, in its own words; absent where it says nothing. */
  readonly platform?: string;
  readonly client?: string;
  /** Addresses of the user that the token's issuer has verified; absent where it says of none. */
  readonly vouched?: { readonly email?: string; readonly phone?: string };
}
