import { type OperationDefinitionNode, parse } from 'graphql';
import type { Order, OrderEvent } from './generated/schema.ts';
import { checkSelection, isObject } from './read.ts';
import { fieldsOf } from './shape.ts';

const namesOf = (type: string): readonly string[] => [...fieldsOf(type).keys()];

/** All of an order that is not a list of its own. */
export const ORDER_FIELDS = /* @__PURE__ */ namesOf('Order').join(' ');
export const EVENT_FIELDS = /* @__PURE__ */ namesOf('OrderEvent').join(' ');

/**
 * An order, all of it, wherever it comes from: the service, or what this or an older version of the app kept.
 * @throws UnreadableError
 */
export const readOrder = (value: unknown): Order => readWhole('Order', value) as unknown as Order;

/** @throws UnreadableError */
export const readEvent = (value: unknown): OrderEvent => readWhole('OrderEvent', value) as unknown as OrderEvent;

/**
 * All that the schema has of a type, but for what takes arguments.
 * @throws UnreadableError
 */
export function readWhole(type: string, value: unknown): Readonly<Record<string, unknown>> {
  const names = namesOf(type);
  const { selectionSet } = parse(`{ ${names.join(' ')} }`).definitions[0] as OperationDefinitionNode;
  const checking = { fragments: new Map(), variables: {}, onUnknownValue: () => undefined } as const;
  checkSelection(checking, { type, set: selectionSet }, value);
  return Object.fromEntries(names.map((name) => [name, value[name]]));
}

/** Of a page what can be read, and why some of it can't. */
export interface Rows<Node> {
  readonly nodes: readonly Node[];
  readonly fault: Error | null;
  /** As it came. */
  readonly last: Readonly<Record<string, unknown>> | null;
}

/** One row that can't be read does not keep the others back. Null: no page at all. */
export function readRows<Node>(page: unknown, read: (node: unknown) => Node): Rows<Node> | null {
  if (!isObject(page) || !Array.isArray(page['edges'])) return null;
  let fault: Error | null = null;
  const given = (page['edges'] as unknown[]).map((edge) => (isObject(edge) ? edge['node'] : null));
  const nodes = given.flatMap((node) => {
    try {
      return [read(node)];
    } catch (error) {
      fault = error as Error;
      return [];
    }
  });
  const last = given.at(-1);
  return { nodes, fault, last: isObject(last) ? last : null };
}
