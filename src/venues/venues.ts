import type { Config } from '../config.ts';
import { systemClock } from '../kernel/clock.ts';
import { alpacaPort } from './alpaca/port.ts';
import { type FormatName, formatNameOf } from './formats/format.ts';
import { paperPort } from './paper/port.ts';
import type { VenueLink } from './settings.ts';
import type { VenuePort } from './venue.ts';

/** A venue: a name that webhooks come under and, where `sends`, a side to send requests to. */
export interface Venue {
  readonly name: string;
  readonly sends: boolean;
}

export type Venues = ReadonlyMap<string, Venue>;
export type VenuePorts = ReadonlyMap<string, VenuePort>;

type LinkConfig = Pick<Config, 'venueLinks' | 'venueFormats'>;

/** The venues that this service knows, by name. */
export function venuesOf(config: Pick<Config, 'demo' | 'paperUrl' | 'webhookSecrets'> & LinkConfig): Venues {
  const names = new Set(['standard', 'paper', ...config.webhookSecrets.keys()]);
  const hasPaper = config.demo || config.paperUrl !== null;
  const linked = linkedPortsOf(config);
  return new Map([...names].map((name) => [name, { name, sends: (name === 'paper' && hasPaper) || linked.has(name) }]));
}

/** The ways to the venues whose API is configured, by the format that they write in. */
const LINKED: Readonly<Partial<Record<FormatName, (link: VenueLink) => VenuePort>>> = {
  alpaca: (link) => alpacaPort({ link, clock: systemClock }),
};

function linkedPortsOf({ venueLinks, venueFormats }: LinkConfig): VenuePorts {
  return new Map(
    [...venueLinks].flatMap(([venue, link]) => {
      const open = LINKED[formatNameOf(venue, venueFormats)];
      return open ? [[venue, open(link)] as const] : [];
    }),
  );
}

/** The outbound sides; `paperUrl` is where the simulated exchange listens. */
export function venuePortsOf({ paperUrl, ...config }: { paperUrl: string | null } & LinkConfig): VenuePorts {
  const paper = paperUrl === null ? [] : [['paper', paperPort({ url: paperUrl })] as const];
  return new Map([...paper, ...linkedPortsOf(config)]);
}
