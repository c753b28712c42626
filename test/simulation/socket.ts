import { delay } from '../../src/kernel/clock.ts';
import type { Position } from '../../src/kernel/position.ts';
import type { Chance } from './chance.ts';
import type { World } from './world.ts';

/** Frames on their way, past which the sender waits. */
const WINDOW_FRAMES = 64;
const LATENCY_MS_MAX = 5;
const PAUSE_MS_MAX = 4_000;

export interface Frame {
  readonly position: Position;
  readonly id: string;
  readonly symbol: string;
}

/** What the reader's end of a socket hears. */
export interface Ears {
  readonly frame: (frame: Frame) => void;
  /** The server's last word: an error of the operation, or null when it said that the stream is complete. */
  readonly ended: (error: unknown) => void;
  /** The connection is gone without a word. */
  readonly gone: () => void;
}

/** A connection between a reader and a process. What was sent and not yet received is lost with it. */
export interface Socket {
  readonly isOpen: boolean;
  /** Resolves once there is room, also when the socket is gone. */
  send(frame: Frame): Promise<void>;
  end(error: unknown): void;
  /** Told when the server learns that the socket is gone. */
  onClose(listener: () => void): void;
  cut(): void;
}

export function openSocket(world: World, chance: Chance, ears: Ears): Socket {
  const frames: Frame[] = [];
  let isOpen = true;
  let isCarrying = false;
  let last: { readonly error: unknown } | null = null;
  let room = (): void => undefined;
  const closers: (() => void)[] = [];
  const isStillOpen = (): boolean => isOpen;
  const close = (): void => {
    isOpen = false;
    room();
  };
  const carry = async (): Promise<void> => {
    if (isCarrying) return;
    isCarrying = true;
    while (isStillOpen() && (frames.length > 0 || last)) {
      await delay(chance.int(0, LATENCY_MS_MAX));
      if (chance.one(world.weather.pauses)) {
        world.count('reader paused');
        await delay(chance.int(1, PAUSE_MS_MAX));
      }
      for (const frame of frames.splice(0)) if (isStillOpen()) ears.frame(frame);
      room();
      if (!last || !isStillOpen()) continue;
      close();
      ears.ended(last.error);
    }
    isCarrying = false;
  };
  return {
    get isOpen() {
      return isOpen;
    },
    async send(frame) {
      frames.push(frame);
      void carry();
      if (isStillOpen() && frames.length >= WINDOW_FRAMES) await new Promise<void>((resolve) => (room = resolve));
    },
    end(error) {
      last = { error };
      void carry();
    },
    onClose: (listener) => void closers.push(listener),
    cut() {
      if (!isOpen) return;
      close();
      ears.gone();
      // The server learns of it a little later, or much later when nobody tells it.
      void delay(chance.pick([0, 0, 5, 1_500])).then(() => closers.forEach((listener) => listener()));
    },
  };
}
