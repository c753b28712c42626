import { expect, it } from 'vitest';
import { openFeed } from '../../src/client/feed.ts';
import { openMember } from '../../src/client/member.ts';
import { prepare } from '../../src/client/operation.ts';
import type { Reading } from '../../src/client/reader.ts';
import type { Line, Session } from '../../src/client/session.ts';
import { PATIENCE } from '../../src/client/settings.ts';
import type { UserId } from '../../src/kernel/brand.ts';
import { encodeCursor } from '../../src/kernel/position.ts';

const EPOCH = '0f8fad5b-d9cb-469f-a165-70867728950e';
const at = (offset: number): string => encodeCursor('a secret', 'ann' as UserId, { epoch: EPOCH, offset });

it('a subscription that is given to a reading further on is not moved by it, and read for from its own place', async () => {
  const nothing = (): void => undefined;
  const member = openMember({
    operation: prepare({
      query: 'subscription ($after: Cursor) { orderUpdated(after: $after) { cursor } }',
      variables: { after: at(3) },
    }),
    sink: { next: nothing, error: nothing },
    ...{ reload: undefined, backoff: { firstMs: 1, maxMs: 1 }, onFault: nothing, onReloading: nothing, onEnd: nothing },
  });
  const readings: Reading[] = [];
  const open = openFeed((reading) => {
    readings.push(reading);
    return new Promise(() => undefined);
  });
  const session: Session = open({
    ...{ url: 'http://127.0.0.1', token: '', patience: PATIENCE, webSocket: null, fetch },
    facts: { attempt: 0, lastClose: null },
    // As a probe is: it has nobody to serve before it works.
    opened: () => session.add(member),
    ...{ alive: nothing, ended: nothing },
  } satisfies Line);
  await Promise.resolve();

  const [probe] = readings;
  probe?.alive();
  probe?.moved(at(9));
  await Promise.resolve();

  expect(member.cursor()).toBe(at(3));
  expect(readings.map(({ after }) => after)).toEqual([null, at(3)]);
  session.close();
});
