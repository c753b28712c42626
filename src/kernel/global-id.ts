/** Relay global ids: base64 of `Type:id`. */
export function globalId(type: string, id: string): string {
  return Buffer.from(`${type}:${id}`).toString('base64');
}

/** Null when the text is not a global id. */
export function parseGlobalId(text: string): { readonly type: string; readonly id: string } | null {
  const plain = Buffer.from(text, 'base64').toString();
  const colon = plain.indexOf(':');
  if (colon < 1 || globalId(plain.slice(0, colon), plain.slice(colon + 1)) !== text) return null;
  return { type: plain.slice(0, colon), id: plain.slice(colon + 1) };
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** The UUID in a global id of this type, or null. */
export function parseUuidOf(type: string, text: string): string | null {
  const parsed = parseGlobalId(text);
  return parsed?.type === type && UUID.test(parsed.id) ? parsed.id : null;
}
