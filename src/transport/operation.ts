import { type DocumentNode, type ExecutionArgs, getOperationAST, GraphQLError, type GraphQLSchema } from 'graphql';
import type { SubscribePayload } from 'graphql-ws';
import { badInput } from '../graphql/errors.ts';
import type { createGraphqlServer } from './yoga.ts';

/** Yoga's plugins around one operation. */
export type Engine = ReturnType<ReturnType<typeof createGraphqlServer>['getEnveloped']>;

/** The engine that an operation was prepared with. */
export const engineOf = (args: ExecutionArgs): Engine => (args.rootValue as { engine: Engine }).engine;

/** Parses and validates under Yoga's plugins. Faults of the document are an `error` message of that operation alone. */
export async function prepare(
  engine: Engine,
  { query, operationName, variables }: SubscribePayload,
): Promise<ExecutionArgs | readonly GraphQLError[]> {
  const document = parse(engine, query);
  if (document instanceof GraphQLError) return [document];
  if (!getOperationAST(document, operationName)) return [badInput('there is no such operation, or several: name one')];
  const faults = validate(engine, document);
  if (faults.length > 0) return faults.map((fault) => withCode(fault, 'GRAPHQL_VALIDATION_FAILED'));
  const contextValue: unknown = await engine.contextFactory();
  return {
    schema: engine.schema as GraphQLSchema,
    document,
    operationName: operationName ?? null,
    variableValues: variables ?? null,
    contextValue,
    rootValue: { engine },
  };
}

function parse(engine: Engine, query: string): DocumentNode | GraphQLError {
  try {
    return engine.parse(query) as DocumentNode;
  } catch (error) {
    return withCode(graphqlError(error), 'GRAPHQL_PARSE_FAILED');
  }
}

/** A bound of the document that is exceeded is thrown rather than returned. */
function validate(engine: Engine, document: DocumentNode): readonly GraphQLError[] {
  try {
    return engine.validate(engine.schema, document) as readonly GraphQLError[];
  } catch (error) {
    return [graphqlError(error)];
  }
}

const graphqlError = (error: unknown): GraphQLError =>
  error instanceof GraphQLError ? error : new GraphQLError(String(error));

function withCode({ message, nodes, source, positions, extensions }: GraphQLError, code: string): GraphQLError {
  return new GraphQLError(message, {
    nodes: nodes ?? null,
    source: source ?? null,
    positions: positions ?? null,
    extensions: { code, ...extensions },
  });
}
