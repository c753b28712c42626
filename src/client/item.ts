import { Kind, valueFromASTUntyped } from 'graphql';
import type { Operation } from './operation.ts';
import { fragmentOf, isObject, isWanted, type Json, type Reading, type Selection } from './read.ts';
import { fieldsOf } from './shape.ts';

/** What an argument of a subscription narrows it by. */
const NARROWED: Readonly<Record<string, string>> = {
  orderId: 'id',
  symbols: 'symbol',
  categories: 'category',
  strategies: 'strategy',
};

/** Whether an item of the stream may be for this operation: who reads the stream is told nothing of its arguments. */
export function mayWant({ field, variables }: Operation, item: unknown): boolean {
  if (!isObject(item) || typeof item['type'] !== 'string') return true;
  if (item['type'] !== field.name.value) return false;
  const { order, notification = order } = isObject(item['data']) ? item['data'] : {};
  if (!isObject(notification)) return true;
  return !field.arguments?.some(({ name, value }) => {
    const by = NARROWED[name.value];
    const wanted: unknown = valueFromASTUntyped(value, variables);
    // One value stands for a list of it, as it does for the service; none narrows nothing.
    return by && ![wanted ?? notification[by]].flat().includes(notification[by]);
  });
}

/** What the operation would have been sent of it over GraphQL, not checked yet. */
export function resultOf({ key, type, selection: set, cursorKey, ...operation }: Operation, item: unknown): Json {
  if (!isObject(item) || !isObject(item['data'])) return { [key]: item };
  const { cursor, data } = item;
  // An item stands for itself alone.
  return { [key]: { ...select(operation, { type, set }, { merged: 1, ...data, cursor }), [cursorKey]: cursor } };
}

/** What is selected of a value that has the schema's names, under the names that the operation gives. */
function select(reading: Reading, { type, set }: Selection, value: Json): Json {
  const selected: Record<string, unknown> = {};
  for (const selection of set.selections) {
    if (!isWanted(selection.directives, reading)) continue;
    if (selection.kind !== Kind.FIELD) {
      const inner = fragmentOf(selection, type, reading);
      if (inner) merge(selected, select(reading, { type, set: inner }, value));
      continue;
    }
    const { name, alias, selectionSet: inner } = selection;
    const of =
      fieldsOf(type)
        .get(name.value)
        ?.replaceAll(/[[\]!]/g, '') ?? '';
    // The log keeps events as they were written: a field that is newer than one of them is not in it, and GraphQL says null.
    const given = name.value === '__typename' ? type : (value[name.value] ?? null);
    const part = inner ? each(given, (one) => select(reading, { type: of, set: inner }, one)) : given;
    merge(selected, { [alias?.value ?? name.value]: part });
  }
  return selected;
}

/** Of an object or of a list of them; anything else is left to who checks it. */
function each(value: unknown, task: (object: Json) => Json): unknown {
  if (Array.isArray(value)) return value.map((one) => each(one, task));
  return isObject(value) ? task(value) : value;
}

/** The same name may be selected several times, each time with other fields. */
function merge(into: Record<string, unknown>, more: Json): void {
  for (const [key, value] of Object.entries(more)) {
    const before = into[key];
    into[key] = isObject(before) && isObject(value) ? { ...before, ...value } : value;
  }
}
