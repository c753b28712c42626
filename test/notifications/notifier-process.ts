import { openDb } from '../../src/db/client.ts';
import { systemClock, systemIds } from '../../src/kernel/clock.ts';
import { openNotifications } from '../../src/notifications/notifications.ts';
import type { NotificationView } from '../../src/notifications/view.ts';
import { routeUrgently, testParts } from './delivery-parts.ts';
import { pino } from 'pino';
import { httpPort, portsAt } from './http-provider.ts';

/**
 * The notifications of one process, which kills itself at a point of a delivery: `node --import tsx notifier-process.ts
 * <database> <provider> <point>`. A kill can't be caught, so nothing of it is put right on the way.
 */
const [, , databaseUrl = '', providerUrl = '', point = ''] = process.argv;
const at = (name: string) => (): void => {
  if (name === point) process.kill(process.pid, 'SIGKILL');
};

openNotifications({
  ...{ db: openDb({ url: databaseUrl }), clock: systemClock, ids: systemIds, log: pino({ level: 'silent' }) },
  // The commit of the routing is behind it, and no worker has been woken yet.
  bus: { publish: at('routed') },
  settled: at('marked'),
  parts: testParts({
    route: routeUrgently,
    ports: {
      ...portsAt(providerUrl),
      // Whichever of the two is called first: the other must not have got anything either.
      FCM: httpPort('FCM', providerUrl, { before: at('claimed') }),
      SMS: httpPort('SMS', providerUrl, { before: at('claimed'), after: at('accepted') }),
    },
    feed: {
      async append(_user, id: string, { title }: NotificationView) {
        await fetch(`${providerUrl}/FEED`, {
          method: 'POST',
          body: JSON.stringify({ id, to: '', quiet: false, title }),
        });
      },
    },
    // Asked of the users that something was committed for, before it is routed.
    onScreen: () => {
      at('committed')();
      return Promise.resolve(new Set());
    },
  }),
});
