import type { RawEnvironment } from '../config.ts';
import { isWeak, protocolOf } from '../kernel/secret.ts';
import { FORMAT_NAMES, type FormatName, formatNameOf } from './formats/format.ts';

/** Where the API of a venue is, and who we are there. */
export interface VenueLink {
  readonly url: string;
  /** The key's name: Alpaca's key id, the api_key of Kite Connect. */
  readonly keyId: string;
  /** What proves it: Alpaca's secret key, the access_token of Kite Connect. */
  readonly secret: string;
}

/** What the environment says of single venues. */
export interface VenueSettings {
  readonly webhookSecrets: ReadonlyMap<string, readonly string[]>;
  readonly venueFormats: ReadonlyMap<string, FormatName>;
  readonly venueLinks: ReadonlyMap<string, VenueLink>;
}

const API_SECRET_CHARACTERS_MIN = 16;
const WEBHOOK_SECRET = /^whsec_[A-Za-z0-9+/]{32,}={0,2}$/;
/** The formats whose venues have an API that we call. */
const CALLED_FORMATS: readonly FormatName[] = ['alpaca', 'zerodha'];

/** The variables `<NAME>_<VENUE>`; `faults` says what is wrong with them, one sentence each. */
export function readVenueSettings(given: RawEnvironment): VenueSettings & { readonly faults: readonly string[] } {
  const { formats, faults } = readVenueFormats(given);
  const webhooks = readWebhookSecrets(given, formats);
  const links = readVenueLinks(given, formats);
  return {
    ...{ venueFormats: formats, webhookSecrets: webhooks.secrets, venueLinks: links.links },
    faults: [...faults, ...webhooks.faults, ...links.faults],
  };
}

/** The variables `<prefix><VENUE>`, by venue. */
function readByVenue(
  given: RawEnvironment,
  prefix: string,
): readonly { readonly name: string; readonly venue: string; readonly value: string }[] {
  return Object.entries(given)
    .filter(([name]) => name.startsWith(prefix))
    .map(([name, value]) => ({ name, venue: name.slice(prefix.length).toLowerCase(), value: (value ?? '').trim() }));
}

function readVenueFormats(given: RawEnvironment): {
  readonly formats: VenueSettings['venueFormats'];
  readonly faults: readonly string[];
} {
  const entries = readByVenue(given, 'VENUE_FORMAT_').map((entry) => ({
    ...entry,
    format: FORMAT_NAMES.find((format) => format === entry.value),
  }));
  return {
    formats: new Map(entries.flatMap(({ venue, format }) => (format ? [[venue, format] as const] : []))),
    faults: entries
      .filter(({ format }) => format === undefined)
      .map(({ name }) => `${name} must be one of ${FORMAT_NAMES.join(', ')}`),
  };
}

function readWebhookSecrets(
  given: RawEnvironment,
  formats: VenueSettings['venueFormats'],
): {
  readonly secrets: VenueSettings['webhookSecrets'];
  readonly faults: readonly string[];
} {
  const entries = readByVenue(given, 'WEBHOOK_SECRET_').map(({ name, venue, value }) => {
    const secrets = value.split(/\s+/).filter((text) => text !== '');
    // Zerodha's api_secret is Zerodha's choice, and in no form of ours.
    const isSigned = formatNameOf(venue, formats) !== 'zerodha';
    const isGood = (text: string): boolean =>
      isSigned ? WEBHOOK_SECRET.test(text) && !isWeak(text) : text.length >= API_SECRET_CHARACTERS_MIN;
    const wanted = isSigned ? 'whsec_ and the base64 of at least 24 random bytes' : 'the api_secret of Kite Connect';
    return { venue, secrets, fault: secrets.length > 0 && secrets.every(isGood) ? null : `${name} must be ${wanted}` };
  });
  return {
    secrets: new Map(entries.map(({ venue, secrets }) => [venue, secrets])),
    faults: entries.flatMap(({ fault }) => fault ?? []),
  };
}

/** `VENUE_URL_<VENUE>` with `VENUE_CREDENTIALS_<VENUE>`, which is `<key id>:<secret>`. */
function readVenueLinks(
  given: RawEnvironment,
  formats: VenueSettings['venueFormats'],
): { readonly links: VenueSettings['venueLinks']; readonly faults: readonly string[] } {
  const urls = readByVenue(given, 'VENUE_URL_');
  const credentials = new Map(readByVenue(given, 'VENUE_CREDENTIALS_').map(({ venue, value }) => [venue, value]));
  const links = new Map<string, VenueLink>();
  const faults: string[] = [];
  for (const { name, venue, value } of urls) {
    const [, keyId, secret] = /^([^:\s]+):(\S+)$/.exec(credentials.get(venue) ?? '') ?? [];
    credentials.delete(venue);
    if (!CALLED_FORMATS.includes(formatNameOf(venue, formats)))
      faults.push(`${name}: its venue has no API that we call`);
    else if (!['http:', 'https:'].includes(protocolOf(value))) faults.push(`${name} must be a URL of http: or https:`);
    else if (keyId === undefined || secret === undefined)
      faults.push(`VENUE_CREDENTIALS_${venue.toUpperCase()} must be <key id>:<secret>`);
    else links.set(venue, { url: value, keyId, secret });
  }
  for (const venue of credentials.keys()) faults.push(`VENUE_URL_${venue.toUpperCase()} is missing`);
  return { links, faults };
}
