import WebSocket from 'ws';
import {
  createFillstream,
  type ClientFault,
  type ClientOptions,
  type ConnectionStatus,
  type Fillstream,
} from '../../src/client/index.ts';
import type { Asked } from '../support/client.ts';
import { positionOf } from '../support/client.ts';
import { until } from '../support/until.ts';

/** So that a test sees many attempts in a short time. */
export const QUICK: Partial<ClientOptions> = {
  backoff: { firstMs: 50, maxMs: 400 },
  probe: { firstMs: 100, maxMs: 400 },
  patience: { openMs: 1_000, pingMs: 300, pongMs: 300, settleMs: 200, lingerMs: 50, pollWaitSeconds: 2 },
  webSocketImpl: WebSocket,
};

/** What an app on Node opens; `statuses` are all it has shown, in their order. */
export interface TestApp {
  readonly client: Fillstream;
  readonly faults: readonly ClientFault[];
  readonly statuses: readonly ConnectionStatus[];
  /** Resolves to the first status from now on that is so. */
  statusThat(is: (status: ConnectionStatus) => boolean, withinMs?: number): Promise<ConnectionStatus>;
}

export function openApp({ url, token }: Required<Asked>, options: Partial<ClientOptions> = {}): TestApp {
  const faults: ClientFault[] = [];
  const client = createFillstream({
    ...{ url, getToken: () => token, ...QUICK, onFault: (fault) => void faults.push(fault) },
    ...options,
  });
  const statuses: ConnectionStatus[] = [client.status.getSnapshot()];
  client.status.subscribe(() => void statuses.push(client.status.getSnapshot()));
  return {
    ...{ client, faults, statuses },
    statusThat: (is, withinMs = 20_000) => {
      const from = statuses.length - 1;
      return until(() => statuses.slice(from).find(is) ?? null, { withinMs }) as Promise<ConnectionStatus>;
    },
  };
}

interface Followed {
  readonly orderUpdated: {
    readonly cursor: string;
    readonly event: { readonly execId: string | null; readonly lastQty: string | null };
    readonly order: { readonly id: string; readonly version: number; readonly cumQty: string };
  };
}

export const FOLLOW = `subscription Follow($after: Cursor) {
  orderUpdated(after: $after) { cursor event { execId lastQty } order { id version cumQty } }
}`;

/** A subscription of the app, with all that it was given. */
export interface Following {
  readonly execIds: () => readonly (string | null)[];
  readonly errors: readonly { code: string }[];
  /** Resolves once this execution has come. */
  until(execId: string): Promise<void>;
  stop(): void;
}

export async function follow(app: TestApp, asked: Required<Asked>): Promise<Following> {
  const after = await positionOf(asked);
  const updates: Followed['orderUpdated'][] = [];
  const errors: { code: string }[] = [];
  const stop = app.client.subscribe<Followed>(
    { query: FOLLOW, variables: { after } },
    { next: ({ data }) => void updates.push(data.orderUpdated), error: (error) => void errors.push(error) },
  );
  const execIds = (): readonly (string | null)[] => updates.map(({ event }) => event.execId);
  return {
    ...{ execIds, errors, stop },
    async until(execId) {
      await until(() => execIds().includes(execId) || errors.length > 0, { withinMs: 25_000 });
    },
  };
}
