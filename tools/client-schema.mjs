// Writes src/client/generated/ from schema.graphql: what an app is pushed and lists, as types and as tables that answers are
// checked against at run time. `npm run codegen` runs it, and a check fails when a committed file has drifted.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { buildSchema, getNamedType, isEnumType, isInterfaceType, isObjectType } from 'graphql';
import { format, resolveConfig } from 'prettier';

const FOLDER = 'src/client/generated/';
/** Each subscription is in one table, of a file of its own: an app loads those that it follows. */
const PARTS = { schema: ['orderUpdated'], notifications: ['notificationReceived'] };
/** Where what an app lists begins: as types only. */
const ROOTS = ['OrderConnection', 'NotificationConnection'];
/** As types only: what an app gives. */
const INPUTS = ['OrderFilter', 'NotificationFilter'];
const SCALARS = { ID: 'string', String: 'string', Boolean: 'boolean', Int: 'number', Float: 'number' };

const schema = buildSchema(readFileSync('schema.graphql', 'utf8'));
const subscription = schema.getSubscriptionType();
const types = reached([subscription, ...ROOTS.map((name) => schema.getType(name))], INPUTS);
const objects = types.filter(isObjectType);
const enums = types.filter(isEnumType);
const nowhere = Object.keys(subscription.getFields()).filter((name) => !Object.values(PARTS).flat().includes(name));
if (nowhere.length > 0) throw new Error(`no part of the client has ${nowhere.join(', ')}`);

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
  return Object.entries(groups)
    .map(([type, names]) => [type, ...names].join(' '))
    .sort()
    .join(';');
};
const named = (all, tell) => Object.fromEntries(all.map((type) => [type.name, tell(type)]));
const names = (all) => all.map(({ name }) => name).join(' ');

/** Only what is pushed is checked; what lists bring is the same. */
function tableOf(part) {
  const fields = PARTS[part].map((name) => subscription.getFields()[name]);
  const pushed = reached(fields.map(({ type }) => getNamedType(type)));
  return {
    enums: named(pushed.filter(isEnumType), (type) => names(type.getValues())),
    objects: {
      ...named(pushed.filter(isObjectType), (type) => grouped(fieldsOf(type))),
      Subscription: grouped(fields),
    },
    implementations: named(pushed.filter(isInterfaceType), (type) =>
      names(schema.getPossibleTypes(type).filter((each) => pushed.includes(each))),
    ),
  };
}

const WRITTEN = '// Written by tools/client-schema.mjs from schema.graphql: change that.\n\n';
const text = `${WRITTEN}${enums.map(enumOf).join('\n')}
${objects
  .filter((type) => type !== subscription)
  .map(interfaceOf)
  .join('\n')}
${INPUTS.map((name) => inputOf(schema.getType(name))).join('\n')}
export interface Table {
  readonly objects: Record<string, string>;
  readonly enums: Record<string, string>;
  readonly implementations: Record<string, string>;
}

/**
 * The same at run time, for what is pushed of orders, with spaces between names: the fields of each type, in groups that
 * begin with their own type; the values of each enum; what implements each interface.
 */
export const TABLE: Table = ${JSON.stringify(tableOf('schema'))};
`;

const write = async (name, content) => {
  const target = `${FOLDER}${name}.ts`;
  const formatted = await format(content, { ...(await resolveConfig(target)), parser: 'typescript' });
  // A file that is written anew counts as changed, and everything would be built again.
  if (!existsSync(target) || readFileSync(target, 'utf8') !== formatted) writeFileSync(target, formatted);
};

await write('schema', text);
for (const part of Object.keys(PARTS).filter((name) => name !== 'schema')) {
  const more = `/** As the table of orders, for ${part}. */
export const ${part.toUpperCase()}_TABLE: Table = ${JSON.stringify(tableOf(part))};
`;
  await write(part, `${WRITTEN}import type { Table } from './schema.ts';\n\n${more}`);
}
