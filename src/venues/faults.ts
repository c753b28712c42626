/** The venue, or our guard before it, asks to wait: it was not called, or it said that it is called too often. */
export class VenueBusy extends Error {
  override readonly name = 'VenueBusy';
  /** At least so long; 0: as long as is usual. */
  readonly retryAfterMs: number;
  constructor(message: string, retryAfterMs: number) {
    super(message);
    this.retryAfterMs = retryAfterMs;
  }
}

/** The venue answers, and can't take this request in the present state of its order: it may in a later one. */
export class NotYet extends Error {
  override readonly name = 'NotYet';
}
