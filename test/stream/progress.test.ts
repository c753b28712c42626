import { describe, expect, it } from 'vitest';
import { openProgress } from '../../src/stream/progress.ts';
import { at } from './fakes.ts';

describe('the places of a socket’s subscriptions', () => {
  const pair = (log: number, feed: number | null) => ({ log: at(log), feed: feed === null ? null : at(feed) });

  it('agree in two logs when they do in both', () => {
    const progress = openProgress();
    const [one, two] = [progress.open('1', pair(3, null)), progress.open('2', pair(3, null))];
    expect(progress.take().agreed).toEqual(pair(3, null));
    one.passed(pair(3, 5));
    expect(progress.take()).toEqual({ untold: new Map([['1', pair(3, 5)]]), agreed: null });
    two.passed(pair(3, 5));
    expect(progress.take()).toEqual({ untold: new Map([['2', pair(3, 5)]]), agreed: pair(3, 5) });
  });

  it('of one log and of two never agree', () => {
    const progress = openProgress();
    progress.open('1', at(3));
    progress.open('2', pair(3, 3));
    expect(progress.take().agreed).toBeNull();
  });
});
