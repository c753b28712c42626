import type { Operation } from './operation.ts';
import { isObject, readSelection, UnreadableError, type Reading } from './read.ts';

/** A result's `data`, or an item of the stream. */
export interface Arrived {
  readonly form: Reading['form'];
  readonly value: unknown;
}

/** What has arrived for an operation, not checked yet: a value of the field's type, and where it stands. */
export interface RawUpdate {
  readonly form: Reading['form'];
  readonly raw: unknown;
  /** Null when it can't be read. */
  readonly cursor: string | null;
  readonly orderId: string | null;
}

export function rawUpdate(operation: Operation, { form, value }: Arrived): RawUpdate {
  const raw = form === 'item' ? updateOf(value) : isObject(value) ? value[operation.key] : null;
  const cursor = isObject(raw) ? raw[form === 'item' ? 'cursor' : operation.cursorKey] : null;
  const id = isObject(raw) && isObject(raw['order']) ? raw['order']['id'] : null;
  return { form, raw, cursor: textOf(cursor), orderId: textOf(id) };
}

const textOf = (value: unknown): string | null => (typeof value === 'string' ? value : null);

/** An item of the stream in the form of its GraphQL type. */
const updateOf = (item: unknown): unknown =>
  isObject(item) && isObject(item['data']) ? { merged: 1, ...item['data'], cursor: item['cursor'] } : item;

/** Whether it may be for this operation: a transport that carries the whole stream knows nothing of its arguments. */
export function mayWant({ field, args }: Operation, { form, value }: Arrived): boolean {
  if (form === 'result' || !isObject(value) || typeof value['type'] !== 'string') return true;
  if (value['type'] !== field) return false;
  const order = isObject(value['data']) ? value['data']['order'] : null;
  if (!isObject(order)) return true;
  const { orderId, symbols } = args;
  if (typeof orderId === 'string' && order['id'] !== orderId) return false;
  return !Array.isArray(symbols) || symbols.includes(order['symbol']);
}

/**
 * What the app has asked for of it, under the app's names.
 * @throws UnreadableError
 */
export function readUpdate(
  { key, type, selection, fragments, variables }: Operation,
  { form, raw, cursor }: RawUpdate,
  onUnknownValue: Reading['onUnknownValue'],
): Readonly<Record<string, unknown>> {
  if (cursor === null) throw new UnreadableError('no cursor');
  return { [key]: readSelection({ form, fragments, variables, onUnknownValue }, { type, set: selection }, raw) };
}
