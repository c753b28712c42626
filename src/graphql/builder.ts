import SchemaBuilder from '@pothos/core';
import RelayPlugin from '@pothos/plugin-relay';
import ScopeAuthPlugin from '@pothos/plugin-scope-auth';
import ValidationPlugin from '@pothos/plugin-validation';
import type { Scope } from '../auth/viewer.ts';
import { globalId, parseGlobalId } from '../kernel/global-id.ts';
import type { Context } from './context.ts';
import { viewerOf } from './context.ts';
import { apiError, badInput } from './errors.ts';
import { parseCursorScalar, parseDateTimeScalar, parseDecimalScalar, printed, type ScalarTypes } from './scalars.ts';

export const PAGE_SIZE_MAX = 100;
export const PAGE_SIZE_DEFAULT = 20;

export const builder = new SchemaBuilder<{
  Context: Context;
  Scalars: ScalarTypes;
  AuthScopes: Record<Scope, boolean>;
  DefaultFieldNullability: false;
  DefaultEdgesNullability: { list: false; items: false };
  DefaultNodeNullability: false;
}>({
  plugins: [ScopeAuthPlugin, RelayPlugin, ValidationPlugin],
  defaultFieldNullability: false,
  relay: {
    clientMutationId: 'omit',
    cursorType: 'String',
    encodeGlobalID: (type, id) => globalId(type, String(id)),
    decodeGlobalID: (text) => {
      const parsed = parseGlobalId(text);
      if (!parsed) throw badInput('this is no id of this API');
      return { typename: parsed.type, id: parsed.id };
    },
    nodesOnConnection: false,
    nodeQueryOptions: false,
    nodesQueryOptions: false,
    edgesFieldOptions: { nullable: { list: false, items: false } },
    nodeFieldOptions: { nullable: false },
  },
  scopeAuth: {
    authorizeOnSubscribe: true,
    authScopes: (context) => {
      const has = (scope: Scope): boolean => context.viewer?.scopes.has(scope) ?? false;
      return { read: has('read'), trade: has('trade'), ingest: has('ingest'), admin: has('admin') };
    },
    unauthorizedError: (_parent, context) => {
      viewerOf(context);
      return apiError('FORBIDDEN', 'the token lacks the scope for this field');
    },
  },
  validation: {
    validationError: ({ issues }) =>
      badInput(issues.map(({ path, message }) => `${(path ?? []).map(String).join('.')}: ${message}`).join('; ')),
  },
});

builder.queryType({});
builder.mutationType({});
builder.subscriptionType({});

builder.scalarType('Decimal', {
  description:
    'An exact decimal as a string without exponent: at most 20 digits before and 18 after the point. Never a JSON number.',
  serialize: printed,
  parseValue: parseDecimalScalar,
});
builder.scalarType('DateTime', {
  description: 'An ISO 8601 time with a zone; answers are in UTC with milliseconds.',
  serialize: printed,
  parseValue: parseDateTimeScalar,
});
builder.scalarType('Cursor', {
  description:
    'An opaque place in the viewer’s stream. The same cursor resumes every transport; only its own user can use it.',
  serialize: printed,
  parseValue: parseCursorScalar,
});
