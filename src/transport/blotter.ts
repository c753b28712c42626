import { existsSync } from 'node:fs';
import path from 'node:path';
import { serveStatic } from '@hono/node-server/serve-static';
import { type Context, Hono } from 'hono';
import { ROOT } from '../config.ts';
import type { PlayedDemo } from '../demo/demo.ts';
import { demoTokens } from '../demo/tokens.ts';
import { DEMO_USERS } from '../demo/users.ts';
import type { Deps } from '../deps.ts';
import { fault } from './rest-fault.ts';

const FOLDER = path.join(ROOT, 'dist', 'web');
const DEMO_TOKEN_SECONDS = 3_600;
/** Only its own files, and its own service by HTTP and WebSocket; styles of elements are set by React. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; " +
  "base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/** The order blotter at `/`, and the tokens of the demo's users where the demo runs. */
export function blotterRoutes(deps: Pick<Deps, 'config' | 'clock'>, played: PlayedDemo): Hono {
  const { demo, blotter } = deps.config;
  const routes = new Hono();
  if (demo) {
    routes.get('/demo/users', (c) => c.json({ users: DEMO_USERS }));
    routes.get('/demo/exchange', (c) =>
      played.exchangeUrl === null
        ? c.json(fault('NOT_FOUND', 'another instance plays the demo'), 404)
        : c.json({ url: played.exchangeUrl }),
    );
    routes.post('/demo/users/:user/token', (c) => giveToken(deps, c, c.req.param('user')));
  }
  if (!blotter || !existsSync(FOLDER)) return routes;
  const headers = (_: string, c: Context): void => {
    c.header('Content-Security-Policy', POLICY);
    // The page's own files have a hash in their names.
    c.header('Cache-Control', c.req.path.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache');
  };
  const files = serveStatic({ root: path.relative(process.cwd(), FOLDER), onFound: headers });
  routes.get('/', files);
  routes.get('/service-worker.js', files);
  routes.get('/assets/*', files);
  return routes;
}

async function giveToken(deps: Pick<Deps, 'config' | 'clock'>, c: Context, user: string): Promise<Response> {
  const token = (await demoTokens(deps, DEMO_TOKEN_SECONDS)).get(user);
  if (token === undefined) return c.json(fault('NOT_FOUND', 'the demo has no such user'), 404);
  return c.json({ token, expiresIn: DEMO_TOKEN_SECONDS }, 200, { 'Cache-Control': 'no-store' });
}
