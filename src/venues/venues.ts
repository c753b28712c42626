import type { Config } from '../config.ts';
import { systemClock } from '../kernel/clock.ts';
import { alpacaPort } from './alpaca/port.ts';
import { type FormatName, formatNameOf } from './formats/format.ts';
import { paperPort } from './paper-port.ts';
import type { VenueLink } from './settings.ts';
import type { AskedVenue, VenuePort } from './venue.ts';
import { zerodhaPort } from './zerodha/port.ts';

/** A venue: a name that webhooks come under, where `sends` with a side to send requests to, and where `asks` one to ask. */
export interface Venue {
  readonly name: string;
  readonly sends: boolean;
  readonly asks: boolean;
}

export type Venues = ReadonlyMap<string, Venue>;
export type VenuePorts = ReadonlyMap<string, VenuePort | AskedVenue>;

type LinkConfig = Pick<Config, 'venueLinks' | 'venueFormats'>;

/** What the demo's exchange can do is known before it listens anywhere. */
const DEMO_URL = 'http://127.0.0.1';

/** The venues that this service knows, by name. */
export function venuesOf(config: Pick<Config, 'demo' | 'paperUrl' | 'webhookSecrets'> & LinkConfig): Venues {
  const names = new Set(['standard', 'paper', ...config.webhookSecrets.keys(), ...config.venueLinks.keys()]);
  const paper = paperPortsOf(config.paperUrl ?? (config.demo ? DEMO_URL : null));
  const ports: VenuePorts = new Map([...paper, ...linkedPortsOf(config)]);
  return new Map(
    [...names].map((name) => {
      const port = ports.get(name);
      return [name, { name, sends: port?.send !== undefined, asks: port?.ask !== undefined }];
    }),
  );
}

/** The outbound sides of the venues whose APIs the environment names. */
export function linkedPortsOf({ venueLinks, venueFormats }: LinkConfig): VenuePorts {
  return new Map(
    [...venueLinks].flatMap(([venue, link]) => {
      const open = LINKED[formatNameOf(venue, venueFormats)];
      return open ? [[venue, open(link)] as const] : [];
    }),
  );
}

const LINKED: Readonly<Partial<Record<FormatName, (link: VenueLink) => VenuePort | AskedVenue>>> = {
  alpaca: (link) => alpacaPort({ link, clock: systemClock }),
  zerodha: zerodhaPort,
};

/** The outbound side of the simulated exchange, where it listens anywhere. */
export function paperPortsOf(paperUrl: string | null): VenuePorts {
  return new Map(paperUrl === null ? [] : [['paper', paperPort({ url: paperUrl })]]);
}
