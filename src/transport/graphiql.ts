import type { GraphiQLOptions } from 'graphql-yoga';

/** Where the page hands the headers of a tab to what sends the operation: over HTTP they are sent, over WebSocket dropped. */
const TAB_HEADERS = /extensions:\{headers:(\w+)\?\.headers\}/;
const TAB_HEADERS_ON_SOCKETS = 'extensions:{headers:$1?.headers,connectionParams:$1?.headers}';

/** A pressed tab is drawn elsewhere by its animation, so that the release misses it and the first click is lost. */
const STILL_TABS = '<style>.graphiql-tabs .graphiql-tab { transform: none !important; }</style></head>';

/**
 * Yoga's GraphiQL, which needs nothing from another host, with two repairs that test/e2e/graphiql.e2e.test.ts watches over. It is
 * loaded when it is first asked for: its nine megabytes would delay every start, also where it is off.
 */
export async function renderPage(options: GraphiQLOptions): Promise<string> {
  const { renderGraphiQL } = await import('@graphql-yoga/render-graphiql');
  return renderGraphiQL(options).replace('</head>', STILL_TABS).replace(TAB_HEADERS, TAB_HEADERS_ON_SOCKETS);
}
