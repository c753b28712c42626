import {
  type DirectiveNode,
  type FragmentDefinitionNode,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import { TABLE } from './generated/schema.ts';

/** What arrived is not what the schema says: this client does not pass it on. */
export class UnreadableError extends Error {}

export interface Reading {
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly variables: Readonly<Record<string, unknown>>;
  /** `result`: the fields have the names that the operation gives them; `item`: those of the schema, as over REST. */
  readonly form: 'result' | 'item';
  /** A value of an enum that this client is too old to know. It is passed on. */
  readonly onUnknownValue: (value: string) => void;
}

type Json = Readonly<Record<string, unknown>>;

export const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

interface Selection {
  readonly type: string;
  readonly set: SelectionSetNode;
}

/**
 * What an operation selects of a value, under the names that it gives, once all of it is what the schema says. A type or
 * a field that the schema did not have when this client was made is taken as it comes.
 * @throws UnreadableError
 */
export function readSelection(reading: Reading, { type, set }: Selection, value: unknown): Json {
  if (!isObject(value)) throw new UnreadableError(`${type}: not an object`);
  const read: Record<string, unknown> = {};
  for (const selection of set.selections) {
    if (isWanted(selection.directives ?? [], reading.variables)) readInto(read, reading, { type, selection, value });
  }
  return read;
}

interface Selected {
  readonly type: string;
  readonly selection: SelectionNode;
  readonly value: Json;
}

function readInto(read: Record<string, unknown>, reading: Reading, { type, selection, value }: Selected): void {
  if (selection.kind !== Kind.FIELD) {
    const fragment = selection.kind === Kind.INLINE_FRAGMENT ? selection : reading.fragments.get(selection.name.value);
    const condition = fragment?.typeCondition?.name.value ?? type;
    if (fragment && applies(condition, type))
      merge(read, readSelection(reading, { type, set: fragment.selectionSet }, value));
    return;
  }
  const { name, alias, selectionSet } = selection;
  const key = alias?.value ?? name.value;
  if (name.value === '__typename') {
    merge(read, { [key]: type });
    return;
  }
  const given = value[reading.form === 'item' ? name.value : key];
  const declared = TABLE.objects[type]?.[name.value];
  if (reading.form === 'item' && declared === undefined && given === undefined)
    throw new UnreadableError(`${type}.${name.value}: only queries have it`);
  merge(read, {
    [key]: readValue(reading, { type: declared ?? null, set: selectionSet ?? null, at: `${type}.${key}` }, given),
  });
}

/** The same name may be selected several times, each time with other fields. */
function merge(into: Record<string, unknown>, more: Json): void {
  for (const [key, value] of Object.entries(more)) {
    const before = into[key];
    into[key] = isObject(before) && isObject(value) ? { ...before, ...value } : value;
  }
}

function isWanted(directives: readonly DirectiveNode[], variables: Json): boolean {
  return directives.every(({ name, arguments: given }) => {
    const condition = given?.[0]?.value;
    const holds =
      condition?.kind === Kind.VARIABLE
        ? variables[condition.name.value] === true
        : condition?.kind === Kind.BOOLEAN && condition.value;
    return name.value === 'skip' ? !holds : name.value !== 'include' || holds;
  });
}

const applies = (condition: string, type: string): boolean =>
  condition === type || (TABLE.implementations[condition]?.includes(type) ?? false);

interface Expected {
  readonly type: string | null;
  readonly set: SelectionSetNode | null;
  readonly at: string;
}

/** Of a type as the schema writes it, such as `[Order!]!`. */
function readValue(reading: Reading, { type, set, at }: Expected, value: unknown): unknown {
  if (type?.endsWith('!')) {
    if (value === null || value === undefined) throw new UnreadableError(`${at}: missing`);
    return readValue(reading, { type: type.slice(0, -1), set, at }, value);
  }
  if (value === null || value === undefined) return null;
  if (type?.startsWith('[')) {
    if (!Array.isArray(value)) throw new UnreadableError(`${at}: not a list`);
    return value.map((each) => readValue(reading, { type: type.slice(1, -1), set, at }, each));
  }
  if (set) return readSelection(reading, { type: type ?? '', set }, value);
  if (type !== null && !isScalar(reading, type, value)) throw new UnreadableError(`${at}: not a ${type}`);
  return value;
}

const DECIMAL = /^-?\d+(\.\d+)?$/;

function isScalar({ onUnknownValue }: Reading, type: string, value: unknown): boolean {
  if (type === 'Int') return Number.isSafeInteger(value);
  if (type === 'Float') return typeof value === 'number';
  if (type === 'Boolean') return typeof value === 'boolean';
  if (typeof value !== 'string') return false;
  if (type === 'Decimal') return DECIMAL.test(value);
  if (type === 'DateTime') return !Number.isNaN(Date.parse(value));
  if (TABLE.enums[type]?.includes(value) === false) onUnknownValue(`${type} ${value}`);
  return true;
}
