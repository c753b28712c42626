import { OWN_CURSOR, type Operation } from './operation.ts';
import { checkSelection, isObject, type Json, textOf, UnreadableError } from './read.ts';

/** What has arrived for an operation, not checked yet: a value of its field, and where it stands. */
export interface RawUpdate {
  readonly raw: unknown;
  /** Null when it can't be read. */
  readonly cursor: string | null;
  readonly orderId: string | null;
}

export function rawUpdate({ key, cursorKey }: Operation, data: unknown): RawUpdate {
  const raw = isObject(data) ? data[key] : null;
  const { [cursorKey]: cursor, order } = isObject(raw) ? raw : {};
  return { raw, cursor: textOf(cursor), orderId: isObject(order) ? textOf(order['id']) : null };
}

/**
 * What the app has asked for of it, under the app's names.
 * @throws UnreadableError
 */
export function readUpdate(
  { key, type, selection: set, fragments, variables }: Operation,
  { raw, cursor }: RawUpdate,
  onUnknownValue: (value: string) => void,
): Json {
  if (cursor === null) throw new UnreadableError('no cursor');
  checkSelection({ fragments, variables, onUnknownValue }, { type, set }, raw);
  const { [OWN_CURSOR]: own, ...asked } = raw;
  return { [key]: asked };
}
