import { describe, expect, it } from 'vitest';
import { prepare } from '../../src/client/operation.ts';
import { UnreadableError } from '../../src/client/read.ts';
import { rawUpdate, readUpdate } from '../../src/client/update.ts';

/** What the app is given of an update with this order. */
function read(selection: string, order: object, variables: object = {}): unknown {
  const query = `subscription ($yes: Boolean = true, $no: Boolean = false) {
    orderUpdated { cursor order { id ${selection} } }
  } fragment Much on Order { symbol version }`;
  const operation = prepare({ query, variables: { ...variables } });
  const update = rawUpdate(operation, { orderUpdated: { cursor: 'c', order: { id: 'o', ...order } } });
  return readUpdate(operation, update, () => undefined);
}

describe('a field behind @skip or @include', () => {
  const SELECTIONS = ['@include(if: $yes)', '@skip(if: $no)', '@include(if: true)', '@skip(if: false)'];
  const LEFT_OUT = ['@include(if: $no)', '@skip(if: $yes)', '@include(if: false)', '@skip(if: true)'];

  it.each(SELECTIONS)('that was asked for is missed: %s', (directive) => {
    expect(() => read(`version ${directive}`, {})).toThrow(new UnreadableError('Order.version: missing'));
    expect(() => read(`...Much ${directive}`, { symbol: 'AAPL' })).toThrow(UnreadableError);
    expect(() => read(`... on Order ${directive} { version }`, {})).toThrow(UnreadableError);
    expect(read(`version ${directive}`, { version: 1 })).toMatchObject({ orderUpdated: { order: { version: 1 } } });
  });

  it.each(LEFT_OUT)('that was not asked for is not: %s', (directive) => {
    for (const selection of [`version ${directive}`, `...Much ${directive}`, `... on Order ${directive} { version }`])
      expect(read(selection, {})).toEqual({ orderUpdated: { cursor: 'c', order: { id: 'o' } } });
  });

  it('goes by the variables that the app gave', () => {
    expect(read('version @include(if: $yes)', {}, { yes: false })).toMatchObject({ orderUpdated: {} });
    expect(() => read('version @include(if: $no)', {}, { no: true })).toThrow(UnreadableError);
  });

  it('with both stands only where both let it', () => {
    expect(read('version @include(if: true) @skip(if: true)', {})).toMatchObject({ orderUpdated: {} });
    expect(() => read('version @skip(if: false) @include(if: true)', {})).toThrow(UnreadableError);
  });
});
