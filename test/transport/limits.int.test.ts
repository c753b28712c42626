import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tokenOf } from '../support/env.ts';
import { startService, type TestService } from '../support/service.ts';
import { openSocket, type Operation, WAYS } from './ways.ts';

let service: TestService;
let asked: { url: string; token: string };
beforeAll(async () => {
  service = await startService();
  asked = { url: service.url, token: await tokenOf('ann') };
});
afterAll(() => service.stop());

const nested = (depth: number): string =>
  `{ viewer ${'{ ... on Viewer '.repeat(depth - 2)}{ id }${' }'.repeat(depth - 2)} }`;
const aliased = (count: number): string =>
  `{ ${Array.from({ length: count }, (_, n) => `a${n}: viewer { id }`).join(' ')} }`;
/** 2 tokens, 5 for each of 15 viewers, and one for each of their fields, which are shared out among them. */
const tokens = (count: number): string => {
  const fields = (n: number): string => 'id '.repeat(Math.floor((count - 77 + n) / 15));
  return `{ ${Array.from({ length: 15 }, (_, n) => `a${n}: viewer { ${fields(n)}}`).join(' ')} }`;
};
const directives = (count: number): string => `{ viewer { ${'id @include(if: true) '.repeat(count)} } }`;
const page = (size: string | number): string => `{ orders(first: ${size}) { edges { cursor } } }`;
const pages = (inner: number): string =>
  `{ orders(first: 100) { edges { node { history(first: ${inner}) { edges { cursor } } } } } }`;

const REFUSED: readonly [name: string, code: string, document: Operation & { message: RegExp }][] = [
  ['a depth of 11', 'GRAPHQL_VALIDATION_FAILED', { message: /depth/i, query: nested(11) }],
  ['16 aliases', 'GRAPHQL_VALIDATION_FAILED', { message: /alias/i, query: aliased(16) }],
  ['2,000 aliases', 'GRAPHQL_PARSE_FAILED', { message: /token/i, query: aliased(2_000) }],
  ['51 directives', 'GRAPHQL_VALIDATION_FAILED', { message: /directive/i, query: directives(51) }],
  ['1,001 tokens', 'GRAPHQL_PARSE_FAILED', { message: /token/i, query: tokens(1_001) }],
  ['pages of pages', 'GRAPHQL_VALIDATION_FAILED', { message: /cost/i, query: pages(100) }],
  ['a syntax error', 'GRAPHQL_PARSE_FAILED', { message: /syntax error/i, query: '{ viewer {' }],
  ['an unknown field', 'GRAPHQL_VALIDATION_FAILED', { message: /nothing/, query: '{ viewer { nothing } }' }],
  [
    'a fragment cycle',
    'GRAPHQL_VALIDATION_FAILED',
    { message: /./, query: '{ viewer { ...A } } fragment A on Viewer { ...A }' },
  ],
  [
    'two anonymous operations',
    'BAD_USER_INPUT',
    { message: /operation/, query: '{ viewer { id } } { viewer { id } }' },
  ],
  ['a page of none', 'BAD_USER_INPUT', { message: /at least 1/, query: page(0) }],
  ['a page of less than none', 'BAD_USER_INPUT', { message: /at least 1/, query: page(-1) }],
  ['a page of 101', 'BAD_USER_INPUT', { message: /at most 100/, query: page(101) }],
  ['a page of 2^31', 'GRAPHQL_VALIDATION_FAILED', { message: /32-bit/, query: page(2 ** 31) }],
  [
    'a variable of the wrong type',
    'BAD_USER_INPUT',
    { message: /\$n/, query: `query ($n: Int!) ${page('$n')}`, variables: { n: 'ten' } },
  ],
  [
    'an unknown operation name',
    'BAD_USER_INPUT',
    { message: /operation/i, query: 'query Known { viewer { id } }', operationName: 'Unknown' },
  ],
];

describe.each(WAYS)('over %s, a document', (_name, ask) => {
  it.each(REFUSED)('with %s is refused as %s', async (...[, code, { message, ...operation }]) => {
    const { data, errors } = await ask(asked, operation);
    expect(data ?? null).toBeNull();
    expect(new Set(errors?.map(({ extensions }) => extensions.code))).toEqual(new Set([code]));
    expect(errors?.map((error) => error.message).join()).toMatch(message);
  });

  it.each([
    ['a depth of 10', nested(10)],
    ['15 aliases', aliased(15)],
    ['50 directives', directives(50)],
    ['1,000 tokens', tokens(1_000)],
    ['a page of 100', page(100)],
    ['pages of pages within the bound', pages(5)],
  ])('with %s is answered', async (_name, query) => {
    const { data, errors } = await ask(asked, { query });
    expect(errors).toBeUndefined();
    expect(data).toBeTruthy();
  });
});

describe('on a socket, a refused operation', () => {
  it.each(REFUSED.filter(([, code]) => code !== 'BAD_USER_INPUT'))(
    'with %s is an error message of its own, and the socket stays open',
    async (...[, code, { message: _, ...operation }]) => {
      const socket = await openSocket(asked);
      const { type, payload } = await socket.ask(operation);
      expect(type).toBe('error');
      expect(payload).toEqual(
        expect.arrayContaining([expect.objectContaining({ extensions: expect.objectContaining({ code }) as object })]),
      );
      expect(await socket.ask({ query: '{ viewer { id } }' })).toMatchObject({
        type: 'next',
        payload: { data: { viewer: { id: 'ann' } } },
      });
      expect(socket.isOpen()).toBe(true);
      await socket.close();
    },
  );

  it('is a subscription too many: the 101st', async () => {
    const socket = await openSocket(asked);
    const subscribe = (n: number): void =>
      socket.send({ id: `s${n}`, type: 'subscribe', payload: { query: 'subscription { orderUpdated { cursor } }' } });
    for (let n = 1; n <= 101; n++) subscribe(n);
    expect(await socket.about('s101')).toMatchObject({
      type: 'error',
      payload: [{ extensions: { code: 'TOO_MANY_SUBSCRIPTIONS' } }],
    });
    // One that ends makes room for another one, which then waits for events rather than being refused.
    socket.send({ id: 's1', type: 'complete' });
    expect(await socket.ask({ query: '{ viewer { id } }' })).toMatchObject({ type: 'next' });
    expect(socket.isOpen()).toBe(true);
    await socket.close();
  });

  it('with a subscription that can’t start is an error message, with the code of its cause', async () => {
    const socket = await openSocket(asked);
    for (const [code, args] of [
      ['BAD_USER_INPUT', '(after: "forged")'],
      ['NOT_FOUND', '(orderId: "T3JkZXI6Nw==")'],
    ]) {
      const answer = await socket.ask({ query: `subscription { orderUpdated${args ?? ''} { cursor } }` });
      expect(answer).toMatchObject({ type: 'error', payload: [{ extensions: { code } }] });
    }
    expect(socket.isOpen()).toBe(true);
    await socket.close();
  });

  it('of more than 64 KiB closes the socket with 1009', async () => {
    const socket = await openSocket(asked);
    socket.send({
      id: 'large',
      type: 'subscribe',
      payload: { query: `# ${'x'.repeat(64 * 1_024)}\n{ viewer { id } }` },
    });
    expect(await socket.closed).toBe(1009);
  });

  it('of just under 64 KiB is answered', async () => {
    const socket = await openSocket(asked);
    const query = `# ${'x'.repeat(64 * 1_024 - 200)}\n{ viewer { id } }`;
    expect(await socket.ask({ query })).toMatchObject({ type: 'next' });
    await socket.close();
  });
});
