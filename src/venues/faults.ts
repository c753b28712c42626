import { Busy } from '../limits/guard.ts';

/** The venue, or our guard before it, asks to wait: it was not called, or it said that it is called too often. */
export class VenueBusy extends Busy {
  override readonly name = 'VenueBusy';
}

/** The venue answers, and can't take this request in the present state of its order: it may in a later one. */
export class NotYet extends Error {
  override readonly name = 'NotYet';
}
