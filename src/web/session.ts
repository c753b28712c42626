/** Who is looking: the user, and a token that is fresh whenever a connection is made. */
export interface Session {
  readonly userId: string;
  readonly demoUser: string | null;
  readonly getToken: () => Promise<string>;
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

async function askDemoToken(user: string): Promise<DemoToken> {
  const response = await fetch(`/demo/users/${encodeURIComponent(user)}/token`, { method: 'POST' });
  if (!response.ok) throw new Error('The demo gave no token: is the service running?');
  return (await response.json()) as DemoToken;
}

/** @throws with a sentence for the reader */
export async function signInAsDemoUser(user: string): Promise<Session> {
  let renewAt = 0;
  let token: Promise<string> = Promise.resolve('');
  const getToken = (): Promise<string> => {
    if (performance.now() < renewAt) return token;
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
  return { userId: await viewerOf(await getToken()), demoUser: user, getToken };
}

/** @throws with a sentence for the reader */
export async function signInWithToken(token: string): Promise<Session> {
  return { userId: await viewerOf(token), demoUser: null, getToken: () => Promise.resolve(token) };
}

async function viewerOf(token: string): Promise<string> {
  const response = await fetch('/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query: '{ viewer { id } }' }),
  });
  const { data } = (await response.json()) as { data?: { viewer: { id: string } } | null };
  if (!data) throw new Error('The service does not take this token.');
  return data.viewer.id;
}

const REMEMBERED = 'fillstream.demo-user';

/** A demo user is remembered for the tab, a token never. */
export function remember({ demoUser }: Session): void {
  if (demoUser !== null) sessionStorage.setItem(REMEMBERED, demoUser);
}
export const forget = (): void => sessionStorage.removeItem(REMEMBERED);
export const remembered = (): string | null => sessionStorage.getItem(REMEMBERED);
