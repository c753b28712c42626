import { type OperationDefinitionNode, parse } from 'graphql';
import type { Order } from './generated/schema.ts';
import { checkSelection } from './read.ts';
import { fieldsOf } from './shape.ts';

const names = (): readonly string[] => [...fieldsOf('Order').keys()];

/** All of an order that is not a list of its own. */
export const ORDER_FIELDS = /* @__PURE__ */ names().join(' ');

/**
 * An order, all of it, wherever it comes from: the service, or what this or an older version of the app kept.
 * @throws UnreadableError
 */
export function readOrder(value: unknown): Order {
  const { selectionSet } = parse(`{ ${ORDER_FIELDS} }`).definitions[0] as OperationDefinitionNode;
  const checking = { fragments: new Map(), variables: {}, onUnknownValue: () => undefined } as const;
  checkSelection(checking, { type: 'Order', set: selectionSet }, value);
  return Object.fromEntries(names().map((name) => [name, value[name]])) as unknown as Order;
}
