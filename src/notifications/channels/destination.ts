import { lookup } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';
import { NotPublic } from './http.ts';

/**
 * Where apps and users may send us: their addresses are theirs to choose, and must lead nowhere inside of the operator's
 * network (OWASP, Server-Side Request Forgery). Origins that the operator has named are free of all this.
 */
export type Origins = readonly string[];

const URL_CHARACTERS_MAX = 2_048;

/** The push services of Chrome and Edge on Android, Firefox, Safari, and Edge on Windows; a dot: any host below it. */
const PUSH_SERVICES = ['fcm.googleapis.com', '.push.services.mozilla.com', '.push.apple.com', '.notify.windows.com'];

/** What is wrong with the endpoint of a push subscription, in words for who registers it; null: nothing. */
export function pushEndpointFault(endpoint: string, origins: Origins): string | null {
  const url = urlOf(endpoint);
  if (url && origins.includes(url.origin)) return null;
  const fault = addressFault(url);
  if (fault !== null) return fault;
  const host = url?.hostname ?? '';
  const isKnown = PUSH_SERVICES.some((name) => (name.startsWith('.') ? host.endsWith(name) : host === name));
  return isKnown ? null : 'its host is no push service that we know';
}

/** What is wrong with the address of an outgoing webhook; what its host resolves to shows when it is called. */
export function webhookFault(address: string, origins: Origins): string | null {
  const url = urlOf(address);
  return url && origins.includes(url.origin) ? null : addressFault(url);
}

export const isTrusted = (address: string, origins: Origins): boolean => {
  const url = urlOf(address);
  return url !== null && origins.includes(url.origin);
};

/** A name is resolved by the very look-up that its connection is made with, so that it can't change in between. */
export const publicLookup =
  (resolve: typeof lookup = lookup): LookupFunction =>
  (host, options, callback) => {
    resolve(host, { ...options, all: true }, (error, addresses) => {
      if (error) {
        callback(error, '');
        return;
      }
      const [first] = addresses;
      if (!first) callback(new NotPublic(), '');
      // One of them that is not public makes the whole name suspect.
      else if (!addresses.every(({ address }) => isPublic(address))) callback(new NotPublic(), '');
      else if (options.all) callback(null, addresses);
      else callback(null, first.address, first.family);
    });
  };

/** Whether it is an address of the internet, and none that stands for one of another kind. */
export function isPublic(address: string): boolean {
  return ipaddr.isValid(address) && ipaddr.process(address).range() === 'unicast';
}

function urlOf(text: string): URL | null {
  return text.length <= URL_CHARACTERS_MAX && URL.canParse(text) ? new URL(text) : null;
}

function addressFault(url: URL | null): string | null {
  if (url === null) return 'it is no URL, or too long';
  if (url.protocol !== 'https:') return 'it is not https';
  if (url.port !== '') return 'its port is not 443';
  if (url.username !== '' || url.password !== '') return 'it holds a name or a password';
  const host = url.hostname.replace(/^\[|\]$/g, '');
  return isIP(host) !== 0 && !isPublic(host) ? 'its address is not public' : null;
}
