#!/usr/bin/env node
import { Argument, Command, Option } from 'commander';
import { StartupError } from '../kernel/startup-error.ts';
import { SCOPES } from '../auth/viewer.ts';
import { printFault, printLine } from '../ops/banner.ts';
import { PLATFORMS } from '../orders/words.ts';
import { listen, type ListenOptions, TRANSPORTS } from './listen.ts';
import { openOutput } from './output.ts';
import { replay } from './replay.ts';
import { makeToken, type TokenOptions } from './token.ts';
import { type Action, ACTIONS, findExchange, trigger, type TriggerOptions } from './trigger.ts';

const URL_DEFAULT = 'http://127.0.0.1:4000';
const EXIT_FAULT = 1;

const program = new Command('fillstream')
  .description('Tools for whoever builds on Fillstream or runs it. Piped, every command prints JSON lines.')
  .showHelpAfterError()
  .configureHelp({ showGlobalOptions: true })
  .addOption(new Option('--url <url>', 'the service').default(URL_DEFAULT).env('FILLSTREAM_URL'))
  .addOption(new Option('--token <token>', 'whom you are; a development token unless given').env('FILLSTREAM_TOKEN'))
  .option('--json', 'JSON lines in a terminal too', false);

interface Common {
  readonly url: string;
  readonly token?: string;
  readonly json: boolean;
}
const common = (): Common => program.opts<Common>();
const output = () => openOutput(common());
const tokenFor = async (user: string, scope: string): Promise<string> =>
  common().token ?? (await makeToken(user, { scope, ttl: '24h' }));

program
  .command('token')
  .description('print a development token')
  .argument('<user>', 'the token’s `sub`')
  .option('--scope <scopes>', `of ${SCOPES.join(', ')}`, 'trade read')
  .option('--ttl <time>', 'a number with s, m, h or d', '24h')
  .option('--platform <name>', `${PLATFORMS.join(', ')}: recorded on the orders placed with it`)
  .option('--client <name>', 'an app’s name: recorded on the orders placed with it')
  .action(async (user: string, options: TokenOptions) => {
    printLine(await makeToken(user, options));
  });

program
  .command('listen')
  .description('watch a user’s stream, over any transport and from any cursor')
  .argument('[user]', 'whose, where the token is made here', 'alice')
  .addOption(new Option('--transport <name>', 'only this one').choices(TRANSPORTS))
  .option('--after <cursor>', 'from there; from now on unless given')
  .option('--symbol <symbols...>', 'only these')
  .option('--count <n>', 'end after so many updates', Number)
  .action(async (user: string, options: ListenOptions) => {
    const { url } = common();
    await listen({ url, getToken: () => tokenFor(user, 'read') }, options, output());
  });

const actions = Object.entries(ACTIONS).map(([name, does]) => `  ${name.padEnd(14)}${does}`);
program
  .command('trigger')
  .description('make the simulated exchange do something with an order')
  .addArgument(new Argument('<action>', 'what').choices(Object.keys(ACTIONS)))
  .argument('<clOrdId>', 'the order; one that is still to come does it when it comes')
  .option('--exchange <url>', 'the exchange; that of the demo unless given')
  .option('--account <account>', 'of the order, where its clOrdId is not enough')
  .option('--qty <decimal>')
  .option('--px <decimal>')
  .option('--quantity <decimal>')
  .option('--price <decimal>')
  .option('--text <words>')
  .option('--fill <fill>', 'its number, from 1, or its execId')
  .option('--hold', 'the order waits for the next trigger, rather than to go back to the market', false)
  .addHelpText('after', `\nActions:\n${actions.join('\n')}`)
  .action(async (action: Action, clOrdId: string, options: TriggerOptions & { exchange?: string }) => {
    const exchange = options.exchange ?? (await findExchange(common().url));
    await trigger(exchange, { action, clOrdId, options }, output());
  });

program
  .command('replay')
  .description('try quarantined reports again; exit code 1 when some still wait')
  .argument('[ids...]', 'these; all that wait unless given')
  .option('--venue <name>', 'only of this venue')
  .option('--list', 'only say what waits', false)
  .action(async (ids: string[], options: { venue?: string; list: boolean }) => {
    const place = { url: common().url, token: await tokenFor('operator', 'admin') };
    const allApplied = await replay(place, { ids, venue: options.venue, list: options.list }, output());
    if (!allApplied) process.exitCode = EXIT_FAULT;
  });

program
  .command('verify')
  .description('place orders and say whether any update was lost, repeated or reordered (verify --help)')
  .helpOption(false)
  .allowUnknownOption()
  .argument('[options...]')
  .action(async () => {
    // It is a program of its own, which shares nothing with the service, and reads the rest of the line itself.
    process.argv.splice(2, process.argv.indexOf('verify') - 1);
    await import('../verify/main.ts');
  });

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof StartupError)) throw error;
  printFault(error.message);
  process.exitCode = EXIT_FAULT;
}
