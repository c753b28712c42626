/**
 * Pieces of a JSON text as they stand in it, byte for byte: parsed and printed again they might differ from what was sent.
 * The text must be valid JSON; parse it first.
 */

/** The members of an object, by name, each with the text of its value. */
export function rawMembers(text: string): ReadonlyMap<string, string> {
  const members = new Map<string, string>();
  for (const part of parts(text)) {
    const colon = part.indexOf(':', endOfString(part, part.indexOf('"')));
    members.set(JSON.parse(part.slice(0, colon)) as string, part.slice(colon + 1).trim());
  }
  return members;
}

/** The texts of an array's elements. */
export const rawElements = (text: string): readonly string[] => parts(text).map((part) => part.trim());

/** What stands between the commas of the outermost object or array. */
function parts(text: string): readonly string[] {
  const found: string[] = [];
  let depth = 0;
  let from = 0;
  for (let i = 0; i < text.length; i += 1) {
    const char = text[i];
    if (char === '"') i = endOfString(text, i) - 1;
    else if (char === '{' || char === '[') {
      depth += 1;
      if (depth === 1) from = i + 1;
    } else if (char === '}' || char === ']') {
      depth -= 1;
      if (depth === 0) found.push(text.slice(from, i));
    } else if (char === ',' && depth === 1) {
      found.push(text.slice(from, i));
      from = i + 1;
    }
  }
  return found.length === 1 && found[0]?.trim() === '' ? [] : found;
}

/** Where the string that starts at `quote` is over: after its closing quote. */
function endOfString(text: string, quote: number): number {
  for (let end = text.indexOf('"', quote + 1); end !== -1; end = text.indexOf('"', end + 1)) {
    let slashes = 0;
    while (text[end - 1 - slashes] === '\\') slashes += 1;
    if (slashes % 2 === 0) return end + 1;
  }
  return text.length;
}
