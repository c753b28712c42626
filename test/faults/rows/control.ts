import { pause } from '../time.ts';
import type { Row } from './row.ts';

// Without a fault: what the load costs by itself, and what apps do not ask for while they are live. Run by name only.

const control = (id: string, instances: 1 | 2): Row => ({
  ...{ id, title: `no fault, ${instances === 1 ? 'one server' : 'two servers'}`, stage: { instances } },
  plan: () => [],
});

/** By then every list has been loaded. */
const LIVE_AFTER_MS = 4_000;
const LIVE_MS = 30_000;
/** The beginning of a request; frames of a WebSocket are masked. */
const REQUEST = /^(GET|POST|OPTIONS) \S+ HTTP\/1\.1\r\n/;

const quiet: Row = {
  id: 'C3',
  title: 'no fault, 30 s of updates to live apps, whose HTTP requests are counted',
  stage: { proxies: ['specialClients'] },
  load: { users: 9, appsPerUser: 1, rate: 50, seconds: (LIVE_AFTER_MS + LIVE_MS) / 1_000 + 1 },
  // Those on `fillstream/client`, which are the second ones of their users.
  apps: { special: (_, index) => (index === 1 ? {} : null) },
  specialOnOwnLine: true,
  plan: () => [
    {
      ...{ atMs: LIVE_AFTER_MS, what: `requests counted for ${LIVE_MS} ms` },
      async run({ stage, apps, find, note }) {
        const live = apps.all.filter(({ isSpecial }) => isSpecial);
        if (live.some((app) => !app.isOpen())) find('an app was not live when the counting began');
        const proxy = stage.proxy('specialClients');
        const sockets = proxy.connections();
        const seen = (): number => live.reduce((sum, app) => sum + app.deliveries(), 0);
        const before = seen();
        let requests = 0;
        proxy.tap({ toTarget: (chunk) => void (requests += REQUEST.test(chunk.toString('latin1')) ? 1 : 0) });
        await pause(LIVE_MS);
        proxy.tap(null);
        note(`${seen() - before} updates to ${live.length} live apps, ${requests} HTTP requests`);
        if (requests > 0) find(`${requests} HTTP requests came while the apps were live`);
        if (proxy.connections() > sockets) find('there were more connections than before');
        if (seen() === before) find('no update came');
      },
    },
  ],
};

export const controlRows: readonly Row[] = [control('C1', 1), control('C2', 2), quiet];
