import { type OperationDefinitionNode, parse } from 'graphql';
import { type Order, type OrderEvent, TABLE } from './generated/schema.ts';
import { readSelection } from './read.ts';

const fieldsOf = (type: string): string => Object.keys(TABLE.objects[type] ?? {}).join(' ');

/** All of an order that is not a list of its own. */
export const ORDER_FIELDS = fieldsOf('Order');
export const EVENT_FIELDS = fieldsOf('OrderEvent');

/**
 * An order, all of it, wherever it comes from: the service, or what this or an older version of the app kept.
 * @throws UnreadableError
 */
export const readOrder = (value: unknown): Order => readWhole('Order', value) as unknown as Order;

/** @throws UnreadableError */
export const readEvent = (value: unknown): OrderEvent => readWhole('OrderEvent', value) as unknown as OrderEvent;

function readWhole(type: string, value: unknown): Readonly<Record<string, unknown>> {
  const { selectionSet } = parse(`{ ${fieldsOf(type)} }`).definitions[0] as OperationDefinitionNode;
  const reading = { fragments: new Map(), variables: {}, form: 'result', onUnknownValue: () => undefined } as const;
  return readSelection(reading, { type, set: selectionSet }, value);
}
