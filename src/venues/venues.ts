import type { Config } from '../config.ts';
import { paperPort } from './paper/port.ts';
import type { VenuePort } from './venue.ts';

/** A venue: a name that webhooks come under and, where `sends`, a side to send requests to. All speak `standard` so far. */
export interface Venue {
  readonly name: string;
  readonly sends: boolean;
}

export type Venues = ReadonlyMap<string, Venue>;
export type VenuePorts = ReadonlyMap<string, VenuePort>;

/** The venues that this service knows, by name. */
export function venuesOf(config: Pick<Config, 'demo' | 'paperUrl' | 'webhookSecrets'>): Venues {
  const names = new Set(['standard', 'paper', ...config.webhookSecrets.keys()]);
  const hasPaper = config.demo || config.paperUrl !== null;
  return new Map([...names].map((name) => [name, { name, sends: name === 'paper' && hasPaper }]));
}

/** The outbound sides; `paperUrl` is where the simulated exchange listens. */
export function venuePortsOf({ paperUrl }: { paperUrl: string | null }): VenuePorts {
  return new Map(paperUrl === null ? [] : [['paper', paperPort({ url: paperUrl })]]);
}
