export const JSON_DEPTH_MAX = 32;

const TOKENS = /"(?:[^"\\]+|\\.)*"|[[\]{},]/g;

/**
 * Why a text that JSON.parse accepts is refused all the same; null when it is fine. Of a key that is named twice JSON.parse
 * keeps the last, other readers keep the first, so two services could read two things out of the same signed bytes. What
 * is nested too deeply is parsed, and later exhausts the stack of what walks it.
 */
export function jsonFault(json: string): string | null {
  /** The keys of each open object; null for each open array. */
  const open: (Set<string> | null)[] = [];
  let previous = '';
  for (const [token] of json.matchAll(TOKENS)) {
    const keys = open.at(-1);
    if (token === '{' || token === '[') {
      open.push(token === '{' ? new Set() : null);
      if (open.length > JSON_DEPTH_MAX) return `nested deeper than ${JSON_DEPTH_MAX}`;
    } else if (token === '}' || token === ']') open.pop();
    else if (token !== ',' && keys && (previous === '{' || previous === ',')) {
      // Two spellings of one key, such as "a" and "\u0061", are the same key.
      const key = token.includes('\\') ? String(JSON.parse(token)) : token.slice(1, -1);
      if (keys.has(key)) return 'a key is named twice';
      keys.add(key);
    }
    previous = token;
  }
  return null;
}
