// What the command line says.
import { parseArgs } from 'node:util';

const USAGE = `Measures the whole path, from a signed webhook to the frame that a subscriber receives.

  npm run bench [-- --quick] [--seconds 10] [--only embedded|redis] [--profile folder]

  --quick      2 seconds for each scenario instead of 10: to see that it works, not for numbers
  --seconds    how long each scenario is measured
  --only       one of the two configurations
  --profile    writes a CPU profile of each server process into this folder`;

const SECONDS = 10;
const QUICK_SECONDS = 2;
const SECONDS_MAX = 600;

export const CONFIGURATIONS = ['embedded', 'redis'];

/** Prints what is wrong, or the help, and ends the process. */
export function readOptions() {
  const values = readArguments();
  if (values.help) end(0);
  const seconds = Number(values.seconds ?? (values.quick ? QUICK_SECONDS : SECONDS));
  if (!(seconds > 0 && seconds <= SECONDS_MAX)) end(1, `--seconds is a number up to ${SECONDS_MAX}.`);
  if (values.only !== undefined && !CONFIGURATIONS.includes(values.only))
    end(1, `--only is one of ${CONFIGURATIONS.join(', ')}.`);
  return { seconds, configurations: values.only ? [values.only] : CONFIGURATIONS, profileDir: values.profile ?? null };
}

function readArguments() {
  try {
    const options = {
      quick: { type: 'boolean', default: false },
      seconds: { type: 'string' },
      only: { type: 'string' },
      profile: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    };
    return parseArgs({ options }).values;
  } catch (error) {
    return end(1, error.message);
  }
}

function end(code, fault = '') {
  console.log(fault ? `${fault}\n\n${USAGE}` : USAGE);
  process.exit(code);
}
