import { writeSync } from 'node:fs';
import { DEMO_USERS } from '../demo/users.ts';

const STDOUT = 1;
const STDERR = 2;

/** What a person who has just started the service wants to know first. */
export function printBanner({ url, demoToken }: { url: string; demoToken: string | null }): void {
  const lines =
    demoToken === null
      ? [`Fillstream is ready at ${url}/graphql`]
      : [
          `Fillstream is ready. The demo trades for ${DEMO_USERS.join(', ')} at a simulated exchange.`,
          '',
          `  GraphiQL   ${url}/graphql`,
          `  Try        open it, choose the tab WatchMyOrders and press the play button: orders change as you watch`,
          `  Token      ${demoToken}`,
          `             (${DEMO_USERS[0]}, 24 hours; for others: npm run --silent token -- ${DEMO_USERS[1]})`,
        ];
  writeSync(STDOUT, `${lines.join('\n')}\n`);
}

export const printLine = (line: string): void => void writeSync(STDOUT, `${line}\n`);
export const printFault = (line: string): void => void writeSync(STDERR, `${line}\n`);
