import type { Viewer } from '../auth/viewer.ts';
import { type Platform, PLATFORMS } from './words.ts';

/** Where an order was placed: information for people, on which nothing is allowed or refused. */
export interface Origin {
  readonly platform: Platform;
  readonly client: string | null;
}

export interface SaidOrigin {
  readonly platform?: Platform | null | undefined;
  readonly client?: string | null | undefined;
}

/**
 * What is recorded. The token goes before the input: its issuer has signed which app it is for, while any app can write
 * anything into an input. An input that says otherwise is not refused, since nothing hangs on it.
 */
export function originOf({ platform, client }: Pick<Viewer, 'platform' | 'client'>, said: SaidOrigin): Origin {
  const issued = PLATFORMS.find((known) => known === platform?.toUpperCase());
  return { platform: issued ?? said.platform ?? 'API', client: clientOf(client, said.client ?? null) };
}

/** An app may add its version to what the token calls it: `acme-ios/2.3` where the token says `acme-ios`. */
function clientOf(issued: string | undefined, said: string | null): string | null {
  if (issued === undefined || said?.startsWith(`${issued}/`)) return said;
  return issued;
}
