import { afterEach, expect, it } from 'vitest';
import { openOrderCache } from '../../src/client/offline.ts';

const global = globalThis as { indexedDB?: unknown };
afterEach(() => Reflect.deleteProperty(global, 'indexedDB'));

it.each<[string, unknown]>([
  ['is not there', undefined],
  [
    'is refused at once',
    {
      open() {
        throw new Error('SecurityError');
      },
    },
  ],
])('where IndexedDB %s nothing is kept, and no call fails', async (_name, indexedDB) => {
  if (indexedDB !== undefined) global.indexedDB = indexedDB;
  const unhandled: unknown[] = [];
  const hear = (reason: unknown): void => void unhandled.push(reason);
  process.on('unhandledRejection', hear);
  const cache = openOrderCache('ann');
  // Nobody has read yet when it is refused.
  await new Promise(setImmediate);
  await new Promise(setImmediate);
  await cache.write('{}', [], 1);
  expect(await cache.read('{}')).toBeNull();
  await cache.clear();
  process.off('unhandledRejection', hear);
  expect(unhandled).toEqual([]);
});
