import { randomUUID } from 'node:crypto';
import { type Client, createClient } from 'graphql-ws';
import { Webhook } from 'standardwebhooks';
import WebSocket from 'ws';
import { STANDARD_SECRET } from './env.ts';

export interface GraphqlAnswer {
  readonly data?: Record<string, unknown> | null;
  readonly errors?: readonly { message: string; extensions: { code: string } }[];
}

export interface Asked {
  readonly url: string;
  readonly token?: string;
}

/** One GraphQL request over HTTP. */
export async function ask({ url, token }: Asked, query: string, variables: object = {}): Promise<GraphqlAnswer> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token !== undefined && { authorization: `Bearer ${token}` }) },
    body: JSON.stringify({ query, variables }),
  });
  return (await response.json()) as GraphqlAnswer;
}

/** A graphql-ws client; `dispose()` it at the end. */
export function wsClient({ url, token }: Asked, options: Partial<Parameters<typeof createClient>[0]> = {}): Client {
  return createClient({
    url: `${url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams: { authorization: `Bearer ${token ?? ''}` },
    retryAttempts: 0,
    ...options,
  });
}

export type Report = Record<string, unknown>;

/** A complete report of a new order; override what matters to the test. */
export function report(overrides: Report = {}): Report {
  return {
    execId: randomUUID(),
    execType: 'NEW',
    venueOrderId: 'V1',
    clOrdId: 'C1',
    account: 'ACC-1',
    symbol: 'AAPL',
    side: 'BUY',
    orderType: 'LIMIT',
    timeInForce: 'DAY',
    assetClass: 'EQUITY',
    quantity: '100',
    price: '10',
    ...overrides,
  };
}

export interface WebhookAnswer {
  readonly status: number;
  readonly body: unknown;
  readonly headers: Headers;
}

interface WebhookOptions {
  readonly venue?: string;
  readonly id?: string;
  readonly secret?: string;
  readonly at?: Date;
  /** The exact body, instead of an envelope around the reports. */
  readonly body?: string;
  readonly headers?: Record<string, string>;
}

/** Posts reports as a venue does: Standard Webhooks, signed. */
export async function postReports(
  url: string,
  reports: Report | readonly Report[],
  options: WebhookOptions = {},
): Promise<WebhookAnswer> {
  const { venue = 'standard', id = randomUUID(), secret = STANDARD_SECRET, at = new Date() } = options;
  const body =
    options.body ?? JSON.stringify({ type: 'execution.reported', timestamp: at.toISOString(), data: reports });
  const response = await fetch(`${url}/webhooks/${venue}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
      'webhook-signature': new Webhook(secret).sign(id, at, body),
      ...options.headers,
    },
    body,
  });
  return { status: response.status, body: await response.json(), headers: response.headers };
}

/** Maps an account to a user, as an operator does. */
export async function linkAccount(
  asked: Asked,
  user: string,
  { venue = 'standard', account = 'ACC-1' } = {},
): Promise<void> {
  const answer = await ask(
    asked,
    'mutation Link($venue: String!, $account: String!, $userId: ID!) { linkVenueAccount(venue: $venue, account: $account, userId: $userId) { userId } }',
    { venue, account, userId: user },
  );
  if (answer.errors) throw new Error(JSON.stringify(answer.errors));
}

/** Where the user's stream is now: subscribe after it, since graphql-ws does not acknowledge a subscription. */
export async function positionOf(asked: Asked): Promise<string> {
  const { data } = await ask(asked, '{ position }');
  return data?.['position'] as string;
}
