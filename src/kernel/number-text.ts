import { Decimal, DECIMAL_FRACTION_DIGITS_MAX, DECIMAL_INTEGER_DIGITS_MAX } from './decimal.ts';

/** A JSON number as it was written. JSON.parse would make a double of it, which holds neither 0.1 nor 2^53 + 1. */
export class NumberText {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

const TOKENS = /"(?:[^"\\]+|\\.)*"(\s*:)?|-?\d[\d.eE+-]*/g;

/**
 * JSON.parse, with each number a NumberText. Every value is marked as text or number before it is parsed, so that no text
 * can pass for a number. Only for what JSON.parse accepts.
 */
export function parseNumberText(json: string): unknown {
  const marked = json.replace(TOKENS, (token: string, colon: string | undefined) => {
    if (!token.startsWith('"')) return `"#${token}"`;
    return colon === undefined ? `"$${token.slice(1)}` : token;
  });
  return JSON.parse(marked, (_key, value: unknown) => {
    if (typeof value !== 'string') return value;
    return value.startsWith('#') ? new NumberText(value.slice(1)) : value.slice(1);
  });
}

/** Writes what parseNumberText has read: the same JSON, without the white space. */
export function writeNumberText(value: unknown): string {
  if (value instanceof NumberText) return value.text;
  if (Array.isArray(value)) return `[${value.map((item) => writeNumberText(item)).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).map(([key, member]) => `${JSON.stringify(key)}:${writeNumberText(member)}`);
  return `{${members.join(',')}}`;
}

const EXPONENT = /^-?\d{1,40}(?:\.\d{1,40})?[eE]([+-]?\d{1,3})$/;
const EXPONENT_MAX = DECIMAL_INTEGER_DIGITS_MAX + DECIMAL_FRACTION_DIGITS_MAX;

/** Writes an exponent out (1e-8 is 0.00000001), exactly; what is far out of our bounds is left as it is, to be refused. */
export function plainNumber(text: string): string {
  const exponent = EXPONENT.exec(text)?.[1];
  if (exponent === undefined || Math.abs(Number(exponent)) > EXPONENT_MAX) return text;
  return new Decimal(text).toFixed();
}
