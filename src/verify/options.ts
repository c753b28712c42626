import { parseArgs } from 'node:util';
import { z } from 'zod';

/** Why a run can't be made, in one sentence for whoever asked for it. */
export class CannotRunError extends Error {
  override readonly name = 'CannotRunError';
}

export const SECONDS_DEFAULT = 60;
export const RATE_DEFAULT = 2;
export const VENUE_DEFAULT = 'paper';
export const CATCH_UP_SECONDS_DEFAULT = 5;

export const HELP = `Places orders at a deployment's simulated exchange, follows them over every transport with clients whose connections
are cut at random, and says whether any of them lost, repeated or reordered an event.

  --url URL        the service, such as http://127.0.0.1:4000
  --token TOKEN    of the user that orders are placed for, with the scopes read and trade; FILLSTREAM_TOKEN unless given
  --seconds N      how long to place orders and to cut connections (${SECONDS_DEFAULT})
  --rate N         orders a second (${RATE_DEFAULT})
  --seed N         chooses the orders and the cuts; a new one for each run unless given
  --venue NAME     where the orders go: the name of a simulated exchange, for they are filled (${VENUE_DEFAULT})
  --account NAME   there; the user's only one unless given
  --catch-up N     seconds that an event may take, from its commit or the last cut (${CATCH_UP_SECONDS_DEFAULT})
  --verbose        says why each connection ended and each order failed
  --help

Exit code 0: nothing was lost, repeated or reordered. 1: something was, or too little happened to vouch for it. 2: there was no run.
`;

const text = { type: 'string' } as const;
const flag = { type: 'boolean', default: false } as const;
const FLAGS = {
  ...{ url: text, token: text, seconds: text, rate: text, seed: text, venue: text, account: text },
  ...{ 'catch-up': text, verbose: flag, help: flag },
} as const;

const isHttp = (given: string): boolean => URL.canParse(given) && /^https?:$/.test(new URL(given).protocol);
const number = (max: number) =>
  z
    .string()
    .regex(/^\d{1,6}(\.\d{1,3})?$/, 'must be a number above 0')
    .transform(Number)
    .pipe(z.number().positive().max(max));

const schema = z.object({
  url: z
    .string('is needed: the address of the service')
    .refine(isHttp, 'must be an http or https address')
    .transform((given) => given.replace(/\/+$/, '')),
  token: z.string('or FILLSTREAM_TOKEN is needed').regex(/^[\x21-\x7e]+$/, 'is not a token'),
  seconds: number(86_400).default(SECONDS_DEFAULT),
  rate: number(100).default(RATE_DEFAULT),
  seed: z
    .string()
    .regex(/^\d{1,9}$/, 'must be a whole number')
    .transform(Number)
    .optional(),
  venue: z.string().min(1).default(VENUE_DEFAULT),
  account: z.string().optional(),
  'catch-up': number(3_600).default(CATCH_UP_SECONDS_DEFAULT),
  verbose: z.boolean(),
});

export interface Options {
  readonly url: string;
  readonly token: string;
  readonly seconds: number;
  readonly rate: number;
  readonly seed: number;
  readonly venue: string;
  readonly account: string | null;
  readonly catchUpMs: number;
  readonly verbose: boolean;
}

interface Surroundings {
  readonly token: string | undefined;
  readonly newSeed: () => number;
}

/** What the command line asks for; null for help. @throws CannotRunError */
export function readOptions(args: readonly string[], { token, newSeed }: Surroundings): Options | null {
  const { help, ...given } = readFlags(args);
  if (help) return null;
  const parsed = schema.safeParse({ ...given, token: given.token ?? token });
  if (!parsed.success) {
    const faults = parsed.error.issues.map(({ path, message }) => `--${path.join('.')} ${message}`);
    throw new CannotRunError(`${faults.join('; ')} (--help lists the flags)`);
  }
  const { 'catch-up': catchUpSeconds, account = null, seed = newSeed(), ...rest } = parsed.data;
  return { ...rest, account, seed, catchUpMs: catchUpSeconds * 1_000 };
}

function readFlags(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: FLAGS, strict: true }).values;
  } catch (error) {
    const isStray = error instanceof Error && 'code' in error && error.code === 'ERR_PARSE_ARGS_UNEXPECTED_POSITIONAL';
    // What stands in the wrong place may be the token.
    const says = isStray
      ? 'there is an argument that belongs to no flag'
      : String(error).replace(/^\w*Error[^:]*: /, '');
    throw new CannotRunError(`${says} (--help lists the flags)`);
  }
}
