import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  parse,
  print,
  type SelectionSetNode,
  valueFromASTUntyped,
  visit,
} from 'graphql';
import type { Cursor } from './cursor.ts';
import { fieldsOf } from './shape.ts';

export type Variables = Readonly<Record<string, unknown>>;

/** A GraphQL subscription as an app has it: text, or what `gql` or a code generator made of it. */
export interface Request {
  readonly query: string | DocumentNode;
  readonly variables?: Variables | null | undefined;
  readonly operationName?: string | null | undefined;
}

/** A subscription that can be resumed: its field takes `after`, and each of its results says its `cursor`. */
export interface Operation {
  readonly field: FieldNode;
  /** What the app calls the field. */
  readonly key: string;
  /** Of the field's type, as the app has written it. */
  readonly selection: SelectionSetNode;
  readonly type: string;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly variables: Variables;
  /** What the app gave as `after`. */
  readonly after: Cursor | null;
  /** The name of the cursor in the results of `request`. */
  readonly cursorKey: string;
  /** What asks where its log, or its logs, are now. */
  readonly position: { readonly query: string };
  /** What is sent, to follow from a cursor. */
  readonly request: (after: Cursor) => { query: string; variables: Record<string, unknown>; operationName?: string };
}

/** The name under which it is asked for where the app has not asked. */
export const OWN_CURSOR = 'fillstreamCursor';
const NOT_FOLLOWED = 'no subscription with fields';
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
  if (!field?.selectionSet) throw new Error(NOT_FOLLOWED);
  const given = { ...defaultsOf(operation), ...variables };
  const after = field.arguments?.find(({ name }) => name.value === 'after')?.value;
  const afterName = after?.kind === Kind.VARIABLE ? after.name.value : OWN_AFTER;
  const cursor = field.selectionSet.selections.find(isPlainCursor);
  const text = print(extended(document, { operation, field, afterName, cursor }));
  const start = after && valueFromASTUntyped(after, given);
  return {
    field,
    key: field.alias?.value ?? field.name.value,
    selection: field.selectionSet,
    type: fieldsOf('Subscription').get(field.name.value)?.replace('!', '') ?? '',
    ...{ fragments, variables: given },
    after: typeof start === 'string' ? start : null,
    position: {
      query:
        field.name.value === 'orderUpdated' ? '{ position }' : '{ position: notifications(first: 1) { position } }',
    },
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
  if (found?.operation !== OperationTypeNode.SUBSCRIPTION) throw new Error(NOT_FOLLOWED);
  return found;
}

const defaultsOf = ({ variableDefinitions = [] }: OperationDefinitionNode): Variables =>
  Object.fromEntries(
    variableDefinitions.flatMap(({ variable, defaultValue }) =>
      defaultValue ? [[variable.name.value, valueFromASTUntyped(defaultValue)]] : [],
    ),
  );

/** GraphQL allows one field at the root of a subscription, which may stand in a fragment. */
function findField(
  set: SelectionSetNode | undefined,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): FieldNode | undefined {
  for (const selection of set?.selections ?? []) {
    if (selection.kind === Kind.FIELD && selection.name.value !== '__typename') return selection;
    const inner = selection.kind === Kind.FRAGMENT_SPREAD ? fragments.get(selection.name.value) : selection;
    const found = findField(inner?.selectionSet, fragments);
    if (found) return found;
  }
  return undefined;
}

const isPlainCursor = (selection: SelectionSetNode['selections'][number]): selection is FieldNode =>
  selection.kind === Kind.FIELD && selection.name.value === 'cursor' && !selection.directives?.length;

interface Extension {
  readonly operation: OperationDefinitionNode;
  readonly field: FieldNode;
  readonly afterName: string;
  readonly cursor: FieldNode | undefined;
}

function extended(document: DocumentNode, { operation, field, afterName, cursor }: Extension): DocumentNode {
  // What is put in, written out.
  const text = `subscription ($${afterName}: Cursor) { own(after: $${afterName}) { ${OWN_CURSOR}: cursor } }`;
  const own = parse(text).definitions[0] as OperationDefinitionNode;
  const [given] = own.selectionSet.selections as readonly [FieldNode];
  const isDefined = operation.variableDefinitions?.some(({ variable }) => variable.name.value === afterName);
  const others = (field.arguments ?? []).filter(({ name }) => name.value !== 'after');
  const sets = cursor ? [field.selectionSet] : [field.selectionSet, given.selectionSet];
  return visit(document, {
    OperationDefinition: (node) =>
      node !== operation || isDefined
        ? undefined
        : { ...node, variableDefinitions: [...(node.variableDefinitions ?? []), ...(own.variableDefinitions ?? [])] },
    Field: (node) =>
      node !== field
        ? undefined
        : {
            ...node,
            arguments: [...others, ...(given.arguments ?? [])],
            selectionSet: { kind: Kind.SELECTION_SET, selections: sets.flatMap((set) => set?.selections ?? []) },
          },
  });
}
