import { randomInt } from 'node:crypto';
import { reasonOf } from './http-line.ts';
import { CannotRunError, HELP, type Options, readOptions } from './options.ts';
import { openOutput } from './output.ts';
import { isPass, reportOf } from './report.ts';
import { verify } from './verify.ts';

// `npm run verify`: tells whether a deployment loses, repeats or reorders anything. Beside the flags it reads one variable, for a
// token does not belong into a list of processes.

const SEED_MAX = 1_000_000_000;
const EXIT_FAILED = 1;
const EXIT_NO_RUN = 2;

const given = process.env['FILLSTREAM_TOKEN'];

function read(): Options | null {
  const newSeed = (): number => randomInt(SEED_MAX);
  return readOptions(process.argv.slice(2), { token: given === '' ? undefined : given, newSeed });
}

async function run(options: Options): Promise<void> {
  const { line, fault } = openOutput(options.token);
  const { url, seconds, rate, seed, venue } = options;
  line(`${rate} orders a second at ${venue} through ${new URL(url).origin} for ${seconds} s, seed ${seed}\n`);
  const outcome = await verify(options, options.verbose ? fault : () => undefined);
  for (const each of reportOf(outcome)) line(each);
  if (!isPass(outcome)) process.exitCode = EXIT_FAILED;
}

let options: Options | null = null;
try {
  options = read();
  if (options) await run(options);
  else openOutput(null).line(HELP);
} catch (error) {
  const { fault } = openOutput(options?.token ?? null);
  if (error instanceof CannotRunError) fault(error.message);
  else fault(`The run broke off: ${reasonOf(error)}.`);
  process.exitCode = EXIT_NO_RUN;
}
