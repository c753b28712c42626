// Writes src/client/generated/schema.ts from schema.graphql: what an app is pushed and lists, as types and as a table that answers
// are checked against at run time. `npm run codegen` runs it, and a check fails when the committed file has drifted.
import { readFileSync, writeFileSync } from 'node:fs';
import { buildSchema, getNamedType, isEnumType, isInterfaceType, isObjectType } from 'graphql';
import { format, resolveConfig } from 'prettier';

const TARGET = 'src/client/generated/schema.ts';
/** Where what an app lists begins: as types only. */
const ROOTS = ['OrderConnection'];
/** As types only: what an app gives. */
const INPUTS = ['OrderFilter'];
const SCALARS = { ID: 'string', String: 'string', Boolean: 'boolean', Int: 'number', Float: 'number' };

const schema = buildSchema(readFileSync('schema.graphql', 'utf8'));
const subscription = schema.getSubscriptionType();
const types = reached([subscription, ...ROOTS.map((name) => schema.getType(name))], INPUTS);
const objects = types.filter(isObjectType);
const enums = types.filter(isEnumType);
/** Only what is pushed is checked; what lists bring is orders. */
const pushed = reached([subscription]);

/** In the order of their names; what takes arguments is not part of what is pushed. */
function reached(roots, inputs = []) {
  const found = new Set();
  const visit = (type) => {
    if (found.has(type) || !(isObjectType(type) || isEnumType(type) || isInterfaceType(type))) return;
    found.add(type);
    if (isEnumType(type)) return;
    for (const field of fieldsOf(type)) visit(getNamedType(field.type));
    if (isObjectType(type)) type.getInterfaces().forEach(visit);
  };
  roots.forEach(visit);
  inputs
    .map((name) => schema.getType(name))
    .forEach((input) => Object.values(input.getFields()).forEach((field) => visit(getNamedType(field.type))));
  return [...found].sort((a, b) => a.name.localeCompare(b.name));
}

function fieldsOf(type) {
  return Object.values(type.getFields()).filter((field) => type === subscription || field.args.length === 0);
}

const doc = (description) => (description ? `/** ${description.replaceAll('\n', ' ')} */\n` : '');
const tsOf = (type) => {
  const text = String(type);
  if (text.endsWith('!')) return plainOf(text.slice(0, -1));
  return `${plainOf(text)} | null`;
};
function plainOf(text) {
  if (!text.startsWith('['))
    return SCALARS[text] ?? (schema.getType(text).astNode.kind.startsWith('Scalar') ? 'string' : text);
  const inner = text.slice(1, -1);
  return `readonly ${inner.endsWith('!') ? plainOf(inner.slice(0, -1)) : `(${plainOf(inner)} | null)`}[]`;
}

const interfaceOf = (type) =>
  `${doc(type.description)}export interface ${type.name} {\n${fieldsOf(type)
    .map((field) => `${doc(field.description)}readonly ${field.name}: ${tsOf(field.type)};`)
    .join('\n')}\n}\n`;
const inputOf = (type) =>
  `${doc(type.description)}export interface ${type.name} {\n${Object.values(type.getFields())
    .map((field) => `${doc(field.description)}readonly ${field.name}?: ${tsOf(field.type)} | undefined;`)
    .join('\n')}\n}\n`;
const enumOf = (type) =>
  `${doc(type.description)}export type ${type.name} = ${type
    .getValues()
    .map(({ name }) => `'${name}'`)
    .join(' | ')};\n`;

/** By their types: most fields share theirs with others. */
const grouped = (fields) => {
  const groups = {};
  for (const { name, type } of fields) (groups[String(type)] ??= []).push(name);
  return Object.fromEntries(Object.entries(groups).map(([type, names]) => [type, names.join(' ')]));
};
const named = (all, tell) => Object.fromEntries(all.map((type) => [type.name, tell(type)]));
const names = (all) => all.map(({ name }) => name).join(' ');
const table = {
  objects: {
    ...named(
      pushed.filter((type) => isObjectType(type) && type !== subscription),
      (type) => grouped(fieldsOf(type)),
    ),
    Subscription: grouped(fieldsOf(subscription)),
  },
  enums: named(pushed.filter(isEnumType), (type) => names(type.getValues())),
  implementations: named(pushed.filter(isInterfaceType), (type) => names(schema.getPossibleTypes(type))),
};

const text = `// Written by tools/client-schema.mjs from schema.graphql: change that.

${enums.map(enumOf).join('\n')}
${objects
  .filter((type) => type !== subscription)
  .map(interfaceOf)
  .join('\n')}
${INPUTS.map((name) => inputOf(schema.getType(name))).join('\n')}
interface Table {
  readonly objects: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly enums: Readonly<Record<string, string>>;
  readonly implementations: Readonly<Record<string, string>>;
}

/**
 * The same at run time, for what is pushed, with spaces between names: the fields of each type, by their own types; the
 * values of each enum; what implements each interface.
 */
export const TABLE: Table = ${JSON.stringify(table)};
`;
const formatted = await format(text, { ...(await resolveConfig(TARGET)), parser: 'typescript' });
// A file that is written anew counts as changed, and everything would be built again.
if (readFileSync(TARGET, 'utf8') !== formatted) writeFileSync(TARGET, formatted);
