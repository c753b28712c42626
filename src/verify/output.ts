import { writeSync } from 'node:fs';

const STDOUT = 1;
const STDERR = 2;

export interface Output {
  readonly line: (text: string) => void;
  readonly fault: (text: string) => void;
}

/** What is shorter is no token, and may be a word of the message. */
const TOKEN_LENGTH_MIN = 16;

/** Where this program writes; never the token, wherever it may have come into a message. */
export function openOutput(token: string | null): Output {
  const secret = token !== null && token.length >= TOKEN_LENGTH_MIN ? token : null;
  const clean = (text: string): string => (secret === null ? text : text.replaceAll(secret, '…'));
  return {
    line: (text) => void writeSync(STDOUT, `${clean(text)}\n`),
    fault: (text) => void writeSync(STDERR, `${clean(text)}\n`),
  };
}
