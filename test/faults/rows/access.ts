import { numberOf } from '../database.ts';
import { tokenOf } from '../keys.ts';
import { pause } from '../time.ts';
import type { Row } from './row.ts';
import { during, FIRST_MS, spread, startedIn } from './schedule.ts';

// F33 to F35 and F37: time, tokens and what is kept.

const MINUTE_MS = 60_000;
/** Of a delivery's time stamp, either way. */
const TOLERANCE_MS = 5 * MINUTE_MS;
const STEP_MS = 1_700;

const clockStep: Row = {
  id: 'F33',
  title: 'the server’s clock stepped',
  differs: 'by a Date that is shifted inside the server process: 4 and 10 minutes, forth and back',
  stage: { preload: true },
  catchUpMs: 10_000,
  plan: () =>
    [4, -4, 10, -10].map((minutes, n) => ({
      atMs: FIRST_MS + n * (STEP_MS + 300),
      what: `${minutes} min`,
      run: ({ stage: { first } }) =>
        during(STEP_MS, {
          begin: () => first.tell({ clockMs: minutes * MINUTE_MS }),
          end: () => first.tell({ clockMs: 0 }),
        }),
    })),
  expect({ windows, attempts }, find) {
    for (const window of windows) {
      const refused = startedIn(attempts, { from: window.from + 200, to: window.to - 200 }).filter(
        ({ status }) => status === 401,
      );
      const isOutside = Math.abs(Number.parseInt(window.what, 10)) * MINUTE_MS > TOLERANCE_MS;
      if (isOutside && refused.length === 0) find(`webhooks were taken though the clock was off by ${window.what}`);
      if (!isOutside && refused.length > 0) find(`webhooks were refused with the clock off by ${window.what}`);
    }
  },
};

const TOKEN_TTL_SECONDS = 1;
/** The service allows for clocks that are apart by 5 s, so a token lives that much longer. */
const SKEW_MS = 5_000;
const CLOSED_WITHIN_MS = 1_000;
/** Until the next connection is begun, and what a busy machine adds. */
const BACK_MS = 1_500;
const LIVES_MS = TOKEN_TTL_SECONDS * 1_000 + SKEW_MS;

const expiring: Row = {
  id: 'F34',
  title: 'tokens that expire in mid-stream',
  differs: 'tokens of 1 s, which live for 6 s, since clocks may be 5 s apart',
  load: { seconds: 14, rate: 200 },
  reconnectsPercent: 150,
  apps: { recorder: (user) => ({ token: () => tokenOf(user, { ttlSeconds: TOKEN_TTL_SECONDS }) }) },
  plan: () => [{ atMs: 0, what: 'tokens of 1 s', run: () => pause(13_500) }],
  expect({ clients }, find) {
    for (const { name, sessions } of clients) {
      const [first, second] = sessions;
      if (first?.transport !== 'ws' || !second) continue;
      const livedMs = second.openedAt - first.openedAt;
      if (first.ended !== 'close 4403') find(`${name} ended with ${String(first.ended)}`);
      if (livedMs > LIVES_MS + CLOSED_WITHIN_MS + BACK_MS) find(`${name} was closed after ${livedMs} ms`);
    }
  },
};

const WITHDRAWN_UNTIL_MS = 12_000;
const ENDED_WITHIN_MS = 5_000;
const WITHDRAWN_USERS = 10;

const withdrawn: Row = {
  id: 'F35',
  title: 'permission withdrawn in mid-stream',
  differs: 'accounts can’t be unlinked yet: an app’s token is not renewed for 6 s after it has run out',
  load: { seconds: 14, rate: 200 },
  apps: {
    special(user, index) {
      if (index === 0 || numberOf(user) > WITHDRAWN_USERS) return null;
      const last = tokenOf(user, { ttlSeconds: TOKEN_TTL_SECONDS });
      const restoredAt = Date.now() + WITHDRAWN_UNTIL_MS;
      return { token: () => (Date.now() < restoredAt ? last : tokenOf(user)) };
    },
  },
  plan: () => [{ atMs: 0, what: 'tokens not renewed', run: () => pause(WITHDRAWN_UNTIL_MS) }],
  expect({ clients }, find) {
    for (const { name, isSpecial, sessions } of clients) {
      const [first] = sessions;
      if (!isSpecial || !first) continue;
      const endsAt = first.openedAt + TOKEN_TTL_SECONDS * 1_000 + ENDED_WITHIN_MS + CLOSED_WITHIN_MS;
      const restoredAt = first.openedAt + WITHDRAWN_UNTIL_MS - BACK_MS;
      const shown = sessions.flatMap(({ seen }) => seen).filter(({ at }) => at > endsAt && at < restoredAt);
      if (shown.length > 0) find(`${name} was shown ${shown.length} events without a permission`);
    }
  },
};

const RETAINED_USERS = 10;
const CUT_OFF_MS = 1_500;
const RETAIN = 'UPDATE stream_heads SET retained_from = "offset" WHERE user_id = ANY($1::text[])';

const retention: Row = {
  id: 'F37',
  title: 'retention passed',
  differs: 'retained_from is moved by SQL while the apps of ten users are cut off',
  stage: { proxies: ['specialClients'] },
  specialOnOwnLine: true,
  apps: { special: (user) => (numberOf(user) <= RETAINED_USERS ? {} : null) },
  plan: ({ dice }) =>
    spread(dice, { count: 2, everyMs: 4_000 }, () => ({
      what: 'apps cut off until their place is not kept',
      async run({ stage, apps }) {
        const users = [...new Set(apps.all.filter(({ isSpecial }) => isSpecial).map(({ user }) => user))];
        const options = { database: stage.database, values: [users] };
        await during(CUT_OFF_MS, {
          begin: () => stage.proxy('specialClients').set('down'),
          end: () => stage.postgres.query(RETAIN, options).then(() => stage.proxy('specialClients').set('pass')),
        });
      },
    })),
  expect({ clients }, find) {
    const told = clients.filter(({ reloadedTo }) => reloadedTo.length > 0);
    const foreign = told.filter(({ isSpecial }) => !isSpecial);
    const untold = clients.filter(({ isSpecial, reloadedTo }) => isSpecial && reloadedTo.length === 0);
    if (foreign.length > 0) find(`${foreign.length} apps had to reload whose place is kept`);
    if (untold.length > 0)
      find(`${untold.length} apps were not told that their place is not kept, as ${untold[0]?.name ?? ''}`);
  },
};

export const accessRows: readonly Row[] = [clockStep, expiring, withdrawn];
export const retentionRows: readonly Row[] = [retention];
