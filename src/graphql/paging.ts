import { resolveCursorConnection } from '@pothos/plugin-relay';
import { z } from 'zod';
import type { builder } from './builder.ts';
import { PAGE_SIZE_DEFAULT, PAGE_SIZE_MAX } from './builder.ts';
import type { Context } from './context.ts';
import { badInput } from './errors.ts';

export const pageSizeSchema = z
  .number()
  .int()
  .min(1, 'must be at least 1')
  .max(PAGE_SIZE_MAX, `must be at most ${PAGE_SIZE_MAX}`);

type FieldBuilder = Parameters<Parameters<typeof builder.queryField>[1]>[0];

/** Relay's arguments, with the page size bounded by an error rather than silently. */
export function pageArgs(t: Pick<FieldBuilder, 'arg'>) {
  return {
    first: t.arg.int({ validate: pageSizeSchema.nullish(), description: `1 to ${PAGE_SIZE_MAX}.` }),
    after: t.arg.string({ description: 'The cursor of an edge, of this list.' }),
    last: t.arg.int({ validate: pageSizeSchema.nullish(), description: `1 to ${PAGE_SIZE_MAX}.` }),
    before: t.arg.string({ description: 'The cursor of an edge, of this list.' }),
  };
}

export interface PageArgs {
  readonly first?: number | null | undefined;
  readonly after?: string | null | undefined;
  readonly last?: number | null | undefined;
  readonly before?: string | null | undefined;
}

/** A part of a list, by the keys of its rows. */
export interface Page<Key> {
  readonly after: Key | null;
  readonly before: Key | null;
  readonly limit: number;
  /** From the other end, in the other order. */
  readonly inverted: boolean;
}

export interface Connection<Node> {
  readonly edges: { cursor: string; node: Node }[];
  readonly pageInfo: {
    hasNextPage: boolean;
    hasPreviousPage: boolean;
    startCursor: string | null;
    endCursor: string | null;
  };
}

interface List<Row, Node, Key extends readonly (string | number)[]> {
  readonly key: z.ZodType<Key>;
  readonly keyOf: (row: Row) => Key;
  readonly nodeOf: (row: Row) => Node;
  readonly read: (page: Page<Key>) => Promise<readonly Row[]>;
}

/**
 * A page of a list as a Relay connection. The cursors hold the key of their row; they are no positions in a stream.
 * @throws BAD_USER_INPUT on a cursor that is not of this list, and when the request asks for more rows than it may
 */
export async function readConnection<Row, Node, Key extends readonly (string | number)[]>(
  { args, rows }: { readonly args: PageArgs } & Pick<Context, 'rows'>,
  { key, keyOf, nodeOf, read }: List<Row, Node, Key>,
): Promise<Connection<Node>> {
  const decode = (text: string | undefined): Key | null => (text === undefined ? null : readKey(key, text));
  rows.left -= args.first ?? args.last ?? PAGE_SIZE_DEFAULT;
  if (rows.left < 0) throw badInput('the request asks for too many rows: ask for smaller pages');
  const sizes = { defaultSize: PAGE_SIZE_DEFAULT, maxSize: PAGE_SIZE_MAX };
  const toCursor = (row: unknown): string => writeKey(keyOf(row as Row));
  const { edges, pageInfo } = await resolveCursorConnection(
    { args, ...sizes, toCursor },
    async ({ after, before, limit, inverted }): Promise<readonly Row[]> =>
      read({ after: decode(after), before: decode(before), limit, inverted }),
  );
  return {
    edges: edges.map(({ cursor, node }) => ({ cursor, node: nodeOf(node) })),
    pageInfo: { ...pageInfo, startCursor: edges[0]?.cursor ?? null, endCursor: edges.at(-1)?.cursor ?? null },
  };
}

const writeKey = (key: readonly (string | number)[]): string => Buffer.from(JSON.stringify(key)).toString('base64url');

function readKey<T>(schema: z.ZodType<T>, text: string): T {
  try {
    return schema.parse(JSON.parse(Buffer.from(text, 'base64url').toString()));
  } catch {
    throw badInput('this is no cursor of this list');
  }
}
