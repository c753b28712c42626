import { TABLE } from './generated/schema.ts';

const shapes = new Map<string, ReadonlyMap<string, string>>();

/** The fields of an object type by their names, each with its type as the schema writes it, such as `[Order!]!`. */
export function fieldsOf(type: string): ReadonlyMap<string, string> {
  const known = shapes.get(type);
  if (known) return known;
  const groups = Object.entries(TABLE.objects[type] ?? {});
  const fields = new Map(groups.flatMap(([of, names]) => names.split(' ').map((name) => [name, of] as const)));
  shapes.set(type, fields);
  return fields;
}

/** The values of an enum; null for what was none when this client was made. */
export const valuesOf = (type: string): readonly string[] | null => TABLE.enums[type]?.split(' ') ?? null;

/** Whether a fragment on `condition` is about an object of this type. */
export const applies = (condition: string, type: string): boolean =>
  condition === type || TABLE.implementations[condition]?.split(' ').includes(type) === true;
