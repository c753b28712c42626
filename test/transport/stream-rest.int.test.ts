import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { linkAccount, positionOf, postReports, report } from '../support/client.ts';
import { tokenOf } from '../support/env.ts';
import { startService, type TestService } from '../support/service.ts';

interface Page {
  readonly items: readonly {
    readonly cursor: string;
    readonly type: string;
    readonly data: { readonly event: { readonly execId: string } };
  }[];
  readonly cursor: string;
}

let service: TestService;
let token: string;
let start: string;
beforeAll(async () => {
  service = await startService();
  await linkAccount({ url: service.url, token: await tokenOf('ops', { scopes: ['admin'] }) }, 'ann');
  token = await tokenOf('ann');
  start = await positionOf({ url: service.url, token });
  await postReports(service.url, [1, 2, 3, 4, 5].map(fill));
});
afterAll(() => service.stop());

const fill = (n: number) => report({ execId: `E${n}`, execType: 'TRADE', lastQty: '1', lastPx: '10' });

function get(
  query: Record<string, string>,
  headers: Record<string, string> = {},
  signal?: AbortSignal,
): Promise<Response> {
  return fetch(`${service.url}/v1/stream?${new URLSearchParams(query).toString()}`, {
    headers: { authorization: `Bearer ${token}`, ...headers },
    ...(signal && { signal }),
  });
}

const poll = async (query: Record<string, string>): Promise<Page> => (await get(query)).json() as Promise<Page>;
const idsOf = ({ items }: Page): readonly string[] => items.map(({ data }) => data.event.execId);

interface SseEvent {
  readonly id: string | undefined;
  readonly event: string | undefined;
  readonly data: string | undefined;
}

/** Reads server-sent events until `enough` of them carry data, then leaves. */
async function readEvents(
  query: Record<string, string>,
  headers: Record<string, string>,
  enough: number,
): Promise<readonly SseEvent[]> {
  const leaving = new AbortController();
  const response = await get(query, { accept: 'text/event-stream', ...headers }, leaving.signal);
  expect(response.headers.get('content-type')).toContain('text/event-stream');
  const found: SseEvent[] = [];
  let text = '';
  for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    const blocks = text.split('\n\n');
    text = blocks.pop() ?? '';
    found.push(...blocks.map(parseEvent));
    if (found.filter(({ data }) => data !== undefined).length >= enough) break;
  }
  leaving.abort();
  return found;
}

function parseEvent(block: string): SseEvent {
  const field = (name: string): string | undefined =>
    block
      .split('\n')
      .find((line) => line.startsWith(`${name}: `))
      ?.slice(name.length + 2);
  return { id: field('id'), event: field('event'), data: field('data') };
}

describe('polling', () => {
  it('without a cursor gives none of the past, and a place to go on from', async () => {
    const page = await poll({});
    expect(page.items).toEqual([]);
    expect(await poll({ after: page.cursor })).toEqual({ items: [], cursor: page.cursor });
  });

  it('pages through the log without a hole or a repeat', async () => {
    const first = await poll({ after: start, limit: '2' });
    const second = await poll({ after: first.cursor, limit: '2' });
    const third = await poll({ after: second.cursor, limit: '2' });
    expect([first, second, third].map(idsOf)).toEqual([['E1', 'E2'], ['E3', 'E4'], ['E5']]);
    expect(first.items.at(-1)?.cursor).toBe(first.cursor);
  });

  it('waits for the next event, and answers with it', async () => {
    const { cursor } = await poll({});
    const waiting = poll({ after: cursor, wait: '30' });
    await postReports(service.url, fill(6));
    expect(idsOf(await waiting)).toEqual(['E6']);
  });

  it('answers with nothing when nothing comes in time', async () => {
    const { cursor } = await poll({});
    expect(await poll({ after: cursor, wait: '1' })).toEqual({ items: [], cursor });
  });
});

describe('server-sent events', () => {
  it('carry the same bytes as polling, with the cursor as id', async () => {
    const events = await readEvents({ after: start }, {}, 5);
    const items = events.filter(({ data }) => data !== undefined).slice(0, 5);
    const polled = await (await get({ after: start, limit: '5' })).text();
    expect(polled).toContain(`{"items":[${items.map(({ data }) => data).join(',')}],`);
    expect(items.map(({ id }) => id)).toEqual((JSON.parse(polled) as Page).items.map(({ cursor }) => cursor));
  });

  it('resume by Last-Event-ID where polling left off, and polling where they left off', async () => {
    const { cursor } = await poll({ after: start, limit: '2' });
    const events = await readEvents({ after: start }, { 'last-event-id': cursor }, 2);
    const items = events.filter(({ data }) => data !== undefined).slice(0, 2);
    expect(items.map(({ data }) => (JSON.parse(data!) as Page['items'][number]).data.event.execId)).toEqual([
      'E3',
      'E4',
    ]);
    expect(idsOf(await poll({ after: items.at(-1)!.id!, limit: '1' }))).toEqual(['E5']);
  });

  it('say where they begin, so that a reader who has seen nothing can resume', async () => {
    const [first] = await readEvents({ after: start }, {}, 1);
    expect(first).toEqual({ id: start, event: undefined, data: undefined });
  });
});

describe('who may read', () => {
  const anonymous = (headers: Record<string, string>): Promise<Response> =>
    fetch(`${service.url}/v1/stream`, { headers });
  const session = async (): Promise<string> => {
    const response = await fetch(`${service.url}/v1/session`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
    });
    expect(response.status).toBe(204);
    const cookie = response.headers.get('set-cookie') ?? '';
    expect(cookie).toMatch(/HttpOnly/i);
    expect(cookie).toMatch(/SameSite=Strict/i);
    expect(cookie).toMatch(/Path=\/v1\/stream/i);
    return cookie.split(';')[0]!;
  };

  it('nobody without a token', async () => {
    expect((await anonymous({})).status).toBe(401);
    expect((await fetch(`${service.url}/v1/session`, { method: 'POST' })).status).toBe(401);
  });

  it('a browser by its session, from an allowed origin alone', async () => {
    const cookie = await session();
    expect((await anonymous({ cookie })).status).toBe(200);
    expect((await anonymous({ cookie, origin: service.url })).status).toBe(200);
    expect((await anonymous({ cookie, origin: 'https://evil.example' })).status).toBe(403);
  });

  it('nothing else by the session', async () => {
    const cookie = await session();
    const response = await fetch(`${service.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', cookie },
      body: JSON.stringify({ query: '{ viewer { id } }' }),
    });
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
  });

  it('nobody whose token lacks the scope', async () => {
    const authorization = `Bearer ${await tokenOf('ann', { scopes: ['trade'] })}`;
    const response = await anonymous({ authorization });
    expect([response.status, await response.json()]).toMatchObject([403, { error: { code: 'FORBIDDEN' } }]);
  });
});

describe('bad input', () => {
  it.each([
    [{ after: 'garbage' }, 400, 'BAD_USER_INPUT'],
    [{ limit: '0' }, 400, 'BAD_USER_INPUT'],
    [{ limit: '501' }, 400, 'BAD_USER_INPUT'],
    [{ limit: '1e2' }, 400, 'BAD_USER_INPUT'],
    [{ wait: '31' }, 400, 'BAD_USER_INPUT'],
    [{ types: 'unheard' }, 400, 'BAD_USER_INPUT'],
  ])('%j is answered with %i', async (query, status, code) => {
    const response = await get(query);
    expect([response.status, await response.json()]).toMatchObject([status, { error: { code } }]);
  });

  it('a foreign cursor is as bad as garbage', async () => {
    const other = await positionOf({ url: service.url, token: await tokenOf('bob') });
    expect((await get({ after: other })).status).toBe(400);
  });

  it('a cursor that the log does not reach ends with 410, on both paths', async () => {
    const database = await startService();
    const foreignEpoch = await positionOf({ url: database.url, token });
    for (const accept of ['application/json', 'text/event-stream']) {
      const response = await get({ after: foreignEpoch }, { accept });
      expect([response.status, await response.json()]).toMatchObject([410, { error: { code: 'RESUME_EXPIRED' } }]);
    }
    await database.stop();
  });
});
