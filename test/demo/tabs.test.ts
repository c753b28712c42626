import { readFileSync } from 'node:fs';
import path from 'node:path';
import { buildSchema, Kind, parse, TypeInfo, validate, visit, visitWithTypeInfo } from 'graphql';
import { expect, it } from 'vitest';
import { DEMO_TABS } from '../../src/demo/tabs.ts';

const schema = buildSchema(readFileSync(path.resolve(import.meta.dirname, '../../schema.graphql'), 'utf8'));
const ROOTS = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];

/** `Query.orders(first)` for each argument, and `Query.orders` itself, of the fields at the roots. */
function reached(text: string): readonly string[] {
  const found: string[] = [];
  const types = new TypeInfo(schema);
  visit(
    parse(text),
    visitWithTypeInfo(types, {
      Field(node) {
        const parent = types.getParentType();
        if (!parent || !ROOTS.some((root) => root === parent)) return;
        const field = `${parent.name}.${node.name.value}`;
        found.push(field, ...(node.arguments ?? []).map(({ name }) => `${field}(${name.value})`));
      },
    }),
  );
  return found;
}

const nameOf = (text: string): string | undefined => {
  const [operation, ...others] = parse(text).definitions;
  return others.length === 0 && operation?.kind === Kind.OPERATION_DEFINITION ? operation.name?.value : undefined;
};

it('each tab is one valid operation with a name of its own', () => {
  expect(DEMO_TABS.flatMap((text) => validate(schema, parse(text)))).toEqual([]);
  const names = DEMO_TABS.map(nameOf);
  expect(names).not.toContain(undefined);
  expect(new Set(names).size).toBe(DEMO_TABS.length);
});

it('together they use every field at a root of the API, and every way to narrow a subscription', () => {
  const used = new Set(DEMO_TABS.flatMap(reached));
  const fields = ROOTS.flatMap((root) => Object.values(root?.getFields() ?? {}).map((field) => ({ root, field })));
  const wanted = fields.flatMap(({ root, field }) => {
    const name = `${String(root)}.${field.name}`;
    return root === schema.getSubscriptionType() ? [name, ...field.args.map((arg) => `${name}(${arg.name})`)] : [name];
  });
  expect(wanted.length).toBeGreaterThan(ROOTS.length);
  expect(wanted.filter((each) => !used.has(each))).toEqual([]);
});
