import type { GetToken } from './settings.ts';

/** The app's tokens, with what the service has said of the last one. */
export interface Tokens {
  readonly get: () => Promise<string | null>;
  /** The service does not take the last one, or not any more. */
  readonly refused: () => void;
}

export function openTokens(getToken: GetToken): Tokens {
  let given: string | null = null;
  let bad: string | null = '';
  return {
    get: async () => (given = await getToken({ refused: given === bad })),
    refused: () => void (bad = given),
  };
}
