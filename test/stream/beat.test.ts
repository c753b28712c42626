import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { systemClock } from '../../src/kernel/clock.ts';
import { BEAT_MS, openBeats } from '../../src/stream/beat.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A link that carries every beat while it is up. */
function openLink() {
  const said: string[] = [];
  const link = { up: true };
  const beats = openBeats({
    clock: systemClock,
    send: () => {
      if (link.up) queueMicrotask(() => beats.heard());
    },
    onLost: () => said.push('lost'),
    onBack: () => said.push('back'),
  });
  return { said, link, beats, pass: (ms: number) => vi.advanceTimersByTimeAsync(ms) };
}

describe('beats', () => {
  it('that come back say so once', async () => {
    const { said, beats, pass } = openLink();
    await pass(10 * BEAT_MS);
    expect(said).toEqual(['back']);
    expect(beats.isLost()).toBe(false);
  });

  it('that stop are noticed within three seconds, again and again, and so is the first one after', async () => {
    const { said, link, beats, pass } = openLink();
    await pass(BEAT_MS);
    link.up = false;
    await pass(3 * BEAT_MS);
    expect(beats.isLost()).toBe(true);
    expect(said.slice(0, 2)).toEqual(['back', 'lost']);
    await pass(6 * BEAT_MS);
    expect(said.filter((word) => word === 'lost').length).toBeGreaterThan(2);
    link.up = true;
    await pass(BEAT_MS);
    expect(said.at(-1)).toBe('back');
    expect(beats.isLost()).toBe(false);
  });

  it('of a link that is made anew count as lost at once, and the first one after says so', async () => {
    const { said, beats, pass } = openLink();
    await pass(BEAT_MS);
    beats.renewed();
    expect(beats.isLost()).toBe(true);
    await pass(BEAT_MS);
    expect(beats.isLost()).toBe(false);
    expect(said).toEqual(['back', 'back']);
  });

  it('have their full time on a link that is made anew', async () => {
    const { said, link, beats, pass } = openLink();
    await pass(BEAT_MS);
    link.up = false;
    await pass(BEAT_MS);
    beats.renewed();
    await pass(BEAT_MS);
    expect(said).toEqual(['back']);
    await pass(BEAT_MS);
    expect(said).toEqual(['back', 'lost']);
  });

  it('are no more once disposed', async () => {
    const { said, beats, pass } = openLink();
    beats[Symbol.dispose]();
    await pass(10 * BEAT_MS);
    expect(said).toEqual(['back']);
  });
});
