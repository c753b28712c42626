/**
 * Whether a subscription was made for this key of the service.
 * @param held `subscription.options.applicationServerKey`; a browser that does not tell it is believed
 * @param key base64 of either alphabet, as the service was configured with it
 */
export function isSameKey(held: ArrayBuffer | null, key: string): boolean {
  if (held === null) return true;
  return base64url(btoa(String.fromCharCode(...new Uint8Array(held)))) === base64url(key);
}

/** As browsers want it. */
export const base64url = (base64: string): string =>
  base64.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
