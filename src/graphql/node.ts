import { parseUuidOf } from '../kernel/global-id.ts';
import { builder } from './builder.ts';
import type { Context } from './context.ts';

/** Finds what the viewer may see by its UUID; null alike for what is another user's and what never was. */
type FindNode = (context: Context, uuid: string) => Promise<object | null>;

const finders = new Map<string, FindNode>();

/** A feature names its type here, and `node` finds it; the type's `isTypeOf` tells it from the others. */
export function findsNode(type: string, find: FindNode): void {
  finders.set(type, find);
}

builder.queryField('node', (t) =>
  t.field({
    type: builder.nodeInterfaceRef(),
    nullable: true,
    authScopes: { read: true },
    description: 'Anything that has a global id; null when the viewer has none by this one.',
    args: { id: t.arg.id({ required: true }) },
    resolve: async (_root, { id }, context) => {
      for (const [type, find] of finders) {
        const uuid = parseUuidOf(type, id);
        if (uuid !== null) return find(context, uuid);
      }
      return null;
    },
  }),
);
