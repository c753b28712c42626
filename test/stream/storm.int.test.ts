import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Client } from 'graphql-ws';
import { linkAccount, positionOf, postReports, report, wsClient } from '../support/client.ts';
import { tokenOf } from '../support/env.ts';
import { startService, type TestService } from '../support/service.ts';
import { offsetOf, watchSocket } from '../support/watch.ts';

const USERS = 40;
const SOCKETS_EACH = 5;
const MISSED = 7;

let service: TestService;
const statements: string[] = [];
beforeAll(async () => {
  service = await startService({ onStatement: (sql) => statements.push(sql) });
});
afterAll(() => service.stop());

/** The handshakes of a slow machine come one after the other; the questions that follow them are what is to come at once. */
async function openConnected(asked: { url: string; token: string }): Promise<Client> {
  const client = wsClient(asked, { lazy: false });
  await new Promise((resolve) => client.on('connected', resolve));
  return client;
}

const isReadOfLog = (sql: string): boolean => /FROM\s+stream_epoch/i.test(sql);

it('sockets that come back all at once read the log together, and each gets what it missed', async () => {
  const { url } = service;
  const admin = { url, token: await tokenOf('ops', { scopes: ['admin'] }) };
  const names = Array.from({ length: USERS }, (_, n) => `user-${n}`);
  // One after the other: as many at once would wait for each other's rows, and on a slow machine for too long.
  for (const [n, user] of names.entries()) await linkAccount(admin, user, { account: `A${n}` });
  const users = await Promise.all(
    names.map(async (user, n) => {
      const token = await tokenOf(user);
      return { token, account: `A${n}`, after: await positionOf({ url, token }) };
    }),
  );
  const reports = users.flatMap(({ account }) =>
    Array.from({ length: MISSED }, () =>
      report({ ...{ account, execType: 'TRADE', lastQty: '1', lastPx: '10' }, execId: randomUUID() }),
    ),
  );
  expect((await postReports(url, reports)).body).toMatchObject({ accepted: USERS * MISSED });

  const clients = await Promise.all(
    users.flatMap(({ token, after }) =>
      Array.from({ length: SOCKETS_EACH }, async () => ({ client: await openConnected({ url, token }), after })),
    ),
  );
  statements.length = 0;
  const sockets = clients.map(({ client, after }) => watchSocket({ client }, { after }));
  const seen = await Promise.all(sockets.map((watch) => watch.until(({ length }) => length >= MISSED)));
  const expected = Array.from({ length: MISSED }, (_, n) => n + 1);
  for (const updates of seen) expect(updates.map(({ cursor }) => offsetOf(cursor))).toEqual(expected);
  // Alone, each socket would ask where its stream is, and then for a page.
  const reads = statements.filter(isReadOfLog).length;
  expect(reads).toBeGreaterThan(0);
  expect(reads).toBeLessThan(sockets.length);
  for (const { client } of clients) await client.dispose();
});
