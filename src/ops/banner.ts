import { writeSync } from 'node:fs';

const STDOUT = 1;
const STDERR = 2;

interface BannerFacts {
  readonly url: string;
  readonly demoToken: string | null;
  readonly demoUsers: readonly string[];
}

/** What a person who has just started the service wants to know first. */
export function printBanner({ url, demoToken, demoUsers }: BannerFacts): void {
  const lines =
    demoToken === null
      ? [`Fillstream is ready at ${url}/graphql`]
      : [
          `Fillstream is ready. The demo trades for ${demoUsers.join(', ')} at a simulated exchange.`,
          '',
          `  Blotter    ${url}/  orders and fills as they happen: sign in as ${String(demoUsers[0])}`,
          `  GraphiQL   ${url}/graphql  the tab WatchMyOrders, and the play button`,
          `  Token      ${demoToken}`,
          `             (${String(demoUsers[0])}, 24 hours; for others: npm run --silent token -- ${String(demoUsers[1])})`,
        ];
  writeSync(STDOUT, `${lines.join('\n')}\n`);
}

export const printLine = (line: string): void => void writeSync(STDOUT, `${line}\n`);
export const printFault = (line: string): void => void writeSync(STDERR, `${line}\n`);
