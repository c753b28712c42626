import type { UserId } from '../kernel/brand.ts';

export const SCOPES = ['read', 'trade', 'ingest', 'admin'] as const;
export type Scope = (typeof SCOPES)[number];

/** Who asks, as a verified token says. */
export interface Viewer {
  readonly id: UserId;
  readonly scopes: ReadonlySet<Scope>;
  readonly expiresAt: Date;
}
