import {
  type DirectiveNode,
  type FragmentDefinitionNode,
  type FragmentSpreadNode,
  type InlineFragmentNode,
  Kind,
  type SelectionSetNode,
  valueFromASTUntyped,
} from 'graphql';
import { applies, fieldsOf, valuesOf } from './shape.ts';

/** What arrived is not what the schema says: this client does not pass it on. */
export class UnreadableError extends Error {}

/** What a document says beside its selections. */
export interface Reading {
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly variables: Readonly<Record<string, unknown>>;
}

interface Checking extends Reading {
  /** A value of an enum that this client is too old to know. It is passed on. */
  readonly onUnknownValue: (value: string) => void;
}

export type Json = Readonly<Record<string, unknown>>;

export const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const textOf = (value: unknown): string | null => (typeof value === 'string' ? value : null);

export interface Selection {
  readonly type: string;
  readonly set: SelectionSetNode;
}

/**
 * Whether all that an operation selects of a value is there, and is what the schema says. A type or a field that the
 * schema did not have when this client was made is taken as it comes.
 * @throws UnreadableError
 */
export function checkSelection(checking: Checking, { type, set }: Selection, value: unknown): asserts value is Json {
  if (!isObject(value)) throw new UnreadableError(`${type}: not an object`);
  for (const selection of set.selections) {
    if (!isWanted(selection.directives, checking)) continue;
    if (selection.kind !== Kind.FIELD) {
      const inner = fragmentOf(selection, type, checking);
      if (inner) checkSelection(checking, { type, set: inner }, value);
      continue;
    }
    const { name, alias, selectionSet: inner } = selection;
    const key = alias?.value ?? name.value;
    checkValue(checking, { type: fieldsOf(type).get(name.value), set: inner, at: `${type}.${key}` }, value[key]);
  }
}

/** Whether `@skip` and `@include` let a selection be. */
export const isWanted = (directives: readonly DirectiveNode[] | undefined, { variables }: Reading): boolean =>
  !directives?.some(({ name: { value: name }, arguments: [condition] = [] }) => {
    const holds = condition && valueFromASTUntyped(condition.value, variables);
    return name === 'skip' ? holds : name === 'include' && !holds;
  });

/** What a fragment selects of an object of this type; undefined: nothing. */
export function fragmentOf(
  selection: FragmentSpreadNode | InlineFragmentNode,
  type: string,
  { fragments }: Reading,
): SelectionSetNode | undefined {
  const fragment = selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments.get(selection.name.value);
  return applies(fragment?.typeCondition?.name.value ?? type, type) ? fragment?.selectionSet : undefined;
}

interface Expected {
  /** As the schema writes it; undefined where it is not known. */
  readonly type: string | undefined;
  readonly set: SelectionSetNode | undefined;
  readonly at: string;
}

function checkValue(checking: Checking, { type, set, at }: Expected, value: unknown): void {
  if (value === null && !type?.endsWith('!')) return;
  if (value === null || value === undefined) throw new UnreadableError(`${at}: missing`);
  const plain = type?.replace(/!$/, '');
  if (plain?.startsWith('[')) {
    if (!Array.isArray(value)) throw new UnreadableError(`${at}: not a ${plain}`);
    for (const each of value) checkValue(checking, { type: plain.slice(1, -1), set, at }, each);
  } else if (set) checkSelection(checking, { type: plain ?? '', set }, value);
  else if (plain && !isScalar(checking, plain, value)) throw new UnreadableError(`${at}: not a ${plain}`);
}

const DECIMAL = /^-?\d+(\.\d+)?$/;

function isScalar({ onUnknownValue }: Checking, type: string, value: unknown): boolean {
  if (type === 'Int') return Number.isSafeInteger(value);
  if (type === 'Float') return typeof value === 'number';
  if (type === 'Boolean') return typeof value === 'boolean';
  if (typeof value !== 'string') return false;
  if (type === 'Decimal') return DECIMAL.test(value);
  if (type === 'DateTime') return !Number.isNaN(Date.parse(value));
  if (valuesOf(type)?.includes(value) === false) onUnknownValue(`${type} ${value}`);
  return true;
}
