import { startApp } from './app.ts';
import { developmentSecrets } from './auth/dev-secret.ts';
import { environment, readConfig } from './config.ts';
import { DEMO_USERS } from './demo/users.ts';
import { systemClock } from './kernel/clock.ts';
import { StartupError } from './kernel/startup-error.ts';
import { printBanner, printFault } from './ops/banner.ts';

/** A terminal and npm may each pass the same Ctrl-C on; only one that comes later is meant as a second one. */
const SECOND_SIGNAL_MS = 1_000;

try {
  const app = await startApp(readConfig(environment(), developmentSecrets), {
    onFatal: (sentence) => {
      printFault(sentence);
      process.exit(1);
    },
  });
  let stoppingSince: Date | undefined;
  const stop = (): void => {
    const now = systemClock.now();
    if (stoppingSince && now.getTime() - stoppingSince.getTime() > SECOND_SIGNAL_MS) process.exit(1);
    if (stoppingSince) return;
    stoppingSince = now;
    app.stop().then(
      () => process.exit(0),
      (error: unknown) => {
        app.deps.log.error({ err: error }, 'the service did not stop cleanly');
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  // Only now: whoever reads that it is ready may stop it.
  printBanner({ ...app, demoUsers: DEMO_USERS });
} catch (error) {
  if (!(error instanceof StartupError)) throw error;
  printFault(error.message);
  process.exit(1);
}
