const TOKENS = /"(?:[^"\\]+|\\.)*"|[[\]{},]/g;

/**
 * Whether an object in a valid JSON text names a key twice. JSON.parse keeps the last one, other readers the first, so that
 * two services could read two things out of the same signed bytes.
 */
export function hasDuplicateKey(json: string): boolean {
  /** The keys of each open object; null for each open array. */
  const open: (Set<string> | null)[] = [];
  let previous = '';
  for (const [token] of json.matchAll(TOKENS)) {
    const keys = open.at(-1);
    if (token === '{' || token === '[') open.push(token === '{' ? new Set() : null);
    else if (token === '}' || token === ']') open.pop();
    else if (token !== ',' && keys && (previous === '{' || previous === ',')) {
      // Two spellings of one key, such as "a" and "\u0061", are the same key.
      const key = token.includes('\\') ? String(JSON.parse(token)) : token.slice(1, -1);
      if (keys.has(key)) return true;
      keys.add(key);
    }
    previous = token;
  }
  return false;
}
