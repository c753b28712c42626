import { createFillstream, type Fillstream, type GetToken } from '../client/index.ts';
import { openOrderCache } from '../client/offline.ts';
import { watchPresence } from '../client/notifications.ts';
import type { OrderCache } from '../client/react.ts';
import { installation } from './installation.ts';
import { forgetBrowser } from './push.ts';

/** Who is looking, and what the desk stands on: the client, and the orders that are kept on the device. */
export interface Session {
  readonly userId: string;
  readonly demoUser: string | null;
  readonly client: Fillstream;
  readonly cache: OrderCache;
  /** False when the service says that there is no such user any more; while it can't be asked the user stays. */
  isKnown(): Promise<boolean>;
  /** Closes the client and forgets the orders; nothing is pushed to this browser any more. */
  end(): void;
}

function openSession(userId: string, demoUser: string | null, getToken: GetToken): Session {
  const client = createFillstream({
    ...{ getToken, app: { name: 'blotter', platform: 'WEB' } },
    presence: watchPresence(installation()),
  });
  const cache = openOrderCache(userId);
  return {
    ...{ userId, demoUser, client, cache },
    async isKnown() {
      try {
        await getToken({ refused: false });
        return true;
      } catch (error) {
        return !(error instanceof UnknownUserError);
      }
    },
    end() {
      void forgetBrowser(client).catch(() => undefined);
      client.close();
      void cache.clear();
    },
  };
}

/** The demo's token is asked for anew this long before it ends. */
const RENEW_MS = 60_000;

interface DemoToken {
  readonly token: string;
  /** Seconds. */
  readonly expiresIn: number;
}

/** Empty where no demo runs. */
export async function readDemoUsers(signal: AbortSignal): Promise<readonly string[]> {
  const response = await fetch('/demo/users', { signal });
  if (!response.ok) return [];
  const { users } = (await response.json()) as { users: unknown };
  return Array.isArray(users) ? users.filter((user) => typeof user === 'string') : [];
}

class UnknownUserError extends Error {}

async function askDemoToken(user: string): Promise<DemoToken> {
  const response = await fetch(`/demo/users/${encodeURIComponent(user)}/token`, { method: 'POST' });
  if (response.status === 404) throw new UnknownUserError('The demo has no such user.');
  if (!response.ok) throw new Error('The demo gave no token: is the service running?');
  return (await response.json()) as DemoToken;
}

/** Asks nothing yet: the desk shows what the device knows, also where the service is away. */
export function openDemoSession(user: string): Session {
  let renewAt = 0;
  let token: Promise<string> = Promise.resolve('');
  const getToken: GetToken = ({ refused }) => {
    // The page's clock may have stood still while the device slept. What is being renewed is fresh in any case.
    const isGood = refused ? renewAt === Number.POSITIVE_INFINITY : performance.now() < renewAt;
    if (isGood) return token;
    renewAt = Number.POSITIVE_INFINITY;
    token = askDemoToken(user).then(
      (given) => {
        renewAt = performance.now() + given.expiresIn * 1_000 - RENEW_MS;
        return given.token;
      },
      (error: unknown) => {
        renewAt = 0;
        throw error;
      },
    );
    return token;
  };
  return openSession(user, user, getToken);
}

/** @throws with a sentence for the reader */
export async function signInWithToken(token: string): Promise<Session> {
  return openSession(await viewerOf(token), null, () => Promise.resolve(token));
}

async function viewerOf(token: string): Promise<string> {
  const response = await fetch('/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query: '{ viewer { id } }' }),
  }).catch(() => null);
  if (!response) throw new Error('The service can’t be reached.');
  const { data } = (await response.json()) as { data?: { viewer: { id: string } } | null };
  if (!data) throw new Error('The service does not take this token.');
  return data.viewer.id;
}
