import {
  type ArgumentNode,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  parse,
  print,
  type SelectionSetNode,
  type ValueNode,
  valueFromASTUntyped,
  visit,
} from 'graphql';
import type { Cursor } from './cursor.ts';
import { TABLE } from './generated/schema.ts';

export type Variables = Readonly<Record<string, unknown>>;

/** A GraphQL subscription as an app has it: text, or what `gql` or a code generator made of it. */
export interface Request {
  readonly query: string | DocumentNode;
  readonly variables?: Variables | null | undefined;
  readonly operationName?: string | null | undefined;
}

/** A subscription that can be resumed: its field takes `after`, and each of its results says its `cursor`. */
export interface Operation {
  readonly field: string;
  /** What the app calls the field. */
  readonly key: string;
  /** Of the field's type, as the app has written it. */
  readonly selection: SelectionSetNode;
  readonly type: string;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly variables: Variables;
  /** What the app gave as `after`. */
  readonly after: Cursor | null;
  /** The field's other arguments. */
  readonly args: Variables;
  /** The name of the cursor in the results of `request`. */
  readonly cursorKey: string;
  /** What is sent, to follow from a cursor. */
  readonly request: (after: Cursor) => { query: string; variables: Record<string, unknown>; operationName?: string };
}

const OWN_CURSOR = 'fillstreamCursor';
const OWN_AFTER = 'fillstreamAfter';

/**
 * Gives a subscription what it needs to be resumed, where the app has not written it: the argument `after` and the field
 * `cursor`.
 * @throws Error when the document holds no such subscription
 */
export function prepare({ query, variables, operationName }: Request): Operation {
  const document: DocumentNode = typeof query === 'string' ? parse(query) : query;
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const each of document.definitions)
    if (each.kind === Kind.FRAGMENT_DEFINITION) fragments.set(each.name.value, each);
  const operation = findOperation(document, operationName ?? null);
  const field = findField(operation.selectionSet, fragments);
  if (!field?.selectionSet) throw new Error('a subscription needs one field with a selection');
  const given = { ...defaultsOf(operation), ...variables };
  const after = field.arguments?.find(({ name }) => name.value === 'after')?.value;
  const afterName = after?.kind === Kind.VARIABLE ? after.name.value : OWN_AFTER;
  const cursor = field.selectionSet.selections.find(isPlainCursor);
  const text = print(extended(document, { operation, field, afterName, cursor }));
  const start = after && valueFromASTUntyped(after, given);
  return {
    field: field.name.value,
    key: field.alias?.value ?? field.name.value,
    selection: field.selectionSet,
    type: TABLE.objects['Subscription']?.[field.name.value]?.replace('!', '') ?? '',
    ...{ fragments, variables: given },
    after: typeof start === 'string' ? start : null,
    args: Object.fromEntries(
      (field.arguments ?? []).map(({ name, value }) => [name.value, valueFromASTUntyped(value, given)]),
    ),
    cursorKey: cursor ? (cursor.alias?.value ?? 'cursor') : OWN_CURSOR,
    request: (from) => ({
      query: text,
      variables: { ...variables, [afterName]: from },
      ...(operation.name && { operationName: operation.name.value }),
    }),
  };
}

function findOperation(document: DocumentNode, name: string | null): OperationDefinitionNode {
  const found = document.definitions.find(
    (each): each is OperationDefinitionNode =>
      each.kind === Kind.OPERATION_DEFINITION && (name === null || each.name?.value === name),
  );
  if (found?.operation !== OperationTypeNode.SUBSCRIPTION)
    throw new Error('only subscriptions are followed: queries go over HTTP');
  return found;
}

const defaultsOf = ({ variableDefinitions = [] }: OperationDefinitionNode): Variables =>
  Object.fromEntries(
    variableDefinitions.flatMap(({ variable, defaultValue }) =>
      defaultValue ? [[variable.name.value, valueFromASTUntyped(defaultValue)]] : [],
    ),
  );

/** GraphQL allows one field at the root of a subscription, which may stand in a fragment. */
function findField(set: SelectionSetNode, fragments: ReadonlyMap<string, FragmentDefinitionNode>): FieldNode | null {
  for (const selection of set.selections) {
    if (selection.kind === Kind.FIELD) {
      if (selection.name.value !== '__typename') return selection;
      continue;
    }
    const fragment = selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments.get(selection.name.value);
    const found = fragment ? findField(fragment.selectionSet, fragments) : null;
    if (found) return found;
  }
  return null;
}

const isPlainCursor = (selection: SelectionSetNode['selections'][number]): selection is FieldNode =>
  selection.kind === Kind.FIELD && selection.name.value === 'cursor' && !selection.directives?.length;

const named = (value: string) => ({ kind: Kind.NAME, value }) as const;

interface Extension {
  readonly operation: OperationDefinitionNode;
  readonly field: FieldNode;
  readonly afterName: string;
  readonly cursor: FieldNode | undefined;
}

function extended(document: DocumentNode, { operation, field, afterName, cursor }: Extension): DocumentNode {
  const variable = { kind: Kind.VARIABLE, name: named(afterName) } as const;
  const isDefined = operation.variableDefinitions?.some((each) => each.variable.name.value === afterName);
  const others = (field.arguments ?? []).filter(({ name }) => name.value !== 'after');
  const after: ArgumentNode = { kind: Kind.ARGUMENT, name: named('after'), value: variable satisfies ValueNode };
  const own: FieldNode = { kind: Kind.FIELD, alias: named(OWN_CURSOR), name: named('cursor') };
  const selections = field.selectionSet?.selections ?? [];
  return visit(document, {
    OperationDefinition: (node) =>
      node !== operation || isDefined
        ? undefined
        : {
            ...node,
            variableDefinitions: [
              ...(node.variableDefinitions ?? []),
              { kind: Kind.VARIABLE_DEFINITION, variable, type: { kind: Kind.NAMED_TYPE, name: named('Cursor') } },
            ],
          },
    Field: (node) =>
      node !== field
        ? undefined
        : {
            ...node,
            arguments: [...others, after],
            selectionSet: { kind: Kind.SELECTION_SET, selections: cursor ? selections : [...selections, own] },
          },
  });
}
