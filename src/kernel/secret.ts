export const SECRET_BYTES_MIN = 32;

/** Too short to resist guessing, or a filler such as "change-me" repeated. */
export const isWeak = (text: string): boolean => Buffer.byteLength(text) < SECRET_BYTES_MIN || new Set(text).size < 10;

/** The protocol of a URL with its colon; empty where the text is no URL. */
export function protocolOf(text: string): string {
  try {
    return new URL(text).protocol;
  } catch {
    return '';
  }
}
