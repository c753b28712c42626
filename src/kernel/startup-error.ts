/**
 * The service can't start for a reason that its operator can do something about. The message is one clear sentence for the
 * operator, possibly followed by one that says what to do; print it without a stack.
 */
export class StartupError extends Error {
  override readonly name = 'StartupError';
}
