import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openVenueOutbox } from '../../src/venues/outbox.ts';
import { silent } from '../stream/fakes.ts';
import { cloneDatabase, type TestDatabase } from '../support/database.ts';

const ROUNDS = 3;
const PROCESSES = 6;

let databases: TestDatabase[];
beforeEach(() => {
  databases = [];
});
afterEach(() => Promise.all(databases.map((database) => database.drop())));

describe('the venue outbox', () => {
  it('is opened by processes that start at once on a new database', async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const database = await cloneDatabase();
      databases.push(database);
      const open = () => openVenueOutbox({ url: database.url, log: silent });
      const opened = await Promise.allSettled(Array.from({ length: PROCESSES }, open));
      for (const each of opened) if (each.status === 'fulfilled') await each.value.close();
      expect(opened.filter(({ status }) => status === 'rejected')).toEqual([]);
    }
  });
});
