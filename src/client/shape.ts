import { type Table, TABLE } from './generated/schema.ts';

const shapes = new Map<string, ReadonlyMap<string, string>>();
const known = new Set<Table>();

/** Of what is beside orders: whoever follows that calls it first, so that other apps need not load it. Idempotent. */
export function know(table: Table): void {
  if (known.has(table)) return;
  known.add(table);
  const { objects, enums, implementations } = table;
  for (const [type, fields] of Object.entries(objects)) TABLE.objects[type] = `${TABLE.objects[type] ?? ''};${fields}`;
  Object.assign(TABLE.enums, enums);
  for (const [type, names] of Object.entries(implementations))
    TABLE.implementations[type] = `${TABLE.implementations[type] ?? ''} ${names}`;
  shapes.clear();
}

/** The fields of an object type by their names, each with its type as the schema writes it, such as `[Order!]!`. */
export function fieldsOf(type: string): ReadonlyMap<string, string> {
  const known = shapes.get(type);
  if (known) return known;
  const groups = TABLE.objects[type]?.split(';').map((group) => group.split(' ')) ?? [];
  const fields = new Map(groups.flatMap(([of = '', ...names]) => names.map((name) => [name, of] as const)));
  shapes.set(type, fields);
  return fields;
}

/** The values of an enum; null for what was none when this client was made. */
export const valuesOf = (type: string): readonly string[] | null => TABLE.enums[type]?.split(' ') ?? null;

/** Whether a fragment on `condition` is about an object of this type. */
export const applies = (condition: string, type: string): boolean =>
  condition === type || TABLE.implementations[condition]?.split(' ').includes(type) === true;
