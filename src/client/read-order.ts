import { type OperationDefinitionNode, parse } from 'graphql';
import { type Order, TABLE } from './generated/schema.ts';
import { readSelection } from './read.ts';

/** All of an order that is not a list of its own. */
export const ORDER_FIELDS = Object.keys(TABLE.objects['Order'] ?? {}).join(' ');

/**
 * An order, all of it, wherever it comes from: the service, or what this or an older version of the app kept.
 * @throws UnreadableError
 */
export function readOrder(value: unknown): Order {
  const { selectionSet } = parse(`{ ${ORDER_FIELDS} }`).definitions[0] as OperationDefinitionNode;
  const reading = { fragments: new Map(), variables: {}, form: 'result', onUnknownValue: () => undefined } as const;
  return readSelection(reading, { type: 'Order', set: selectionSet }, value) as unknown as Order;
}
