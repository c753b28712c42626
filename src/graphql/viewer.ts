import { SCOPES, type Viewer } from '../auth/viewer.ts';
import { cursorOf } from '../stream/resume.ts';
import { builder } from './builder.ts';
import { viewerOf } from './context.ts';

const ViewerRef = builder.objectRef<Viewer>('Viewer').implement({
  description: 'Who asks, as the token says.',
  fields: (t) => ({
    id: t.exposeID('id', { description: 'The `sub` of the token.' }),
    scopes: t.stringList({ resolve: ({ scopes }) => SCOPES.filter((scope) => scopes.has(scope)) }),
  }),
});

builder.queryFields((t) => ({
  viewer: t.field({
    type: ViewerRef,
    description: 'Who asks.',
    resolve: (_root, _args, context) => viewerOf(context),
  }),
  position: t.field({
    type: 'Cursor',
    authScopes: { read: true },
    description: 'Where the viewer’s stream is now.',
    resolve: async (_root, _args, context) => {
      const { id } = viewerOf(context);
      return cursorOf(context.deps, id, (await context.deps.reader.extent(id)).head);
    },
  }),
}));
