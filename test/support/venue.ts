import { postReports, report } from './client.ts';
import { until } from './until.ts';

const GIVES_UP_AFTER_MS = 20_000;

/** A venue that reports one fill after the other of one order of 1,000,000, and sends each until it is taken. */
export interface BusyVenue {
  /** The execIds in the order reported: every one of them was taken, the last one perhaps not yet. */
  readonly execIds: readonly string[];
  /** Resolves to all execIds once the last one is taken. */
  stop(): Promise<readonly string[]>;
}

export function openBusyVenue(url: string, account: string): BusyVenue {
  const execIds: string[] = [];
  const closing = new AbortController();
  const terms = { account, clOrdId: `busy-${account}`, venueOrderId: `busy-${account}`, quantity: '1000000' };
  const deliver = (execId: string, what: Record<string, string>): Promise<boolean> => {
    const data = report({ ...terms, ...what, execId });
    const body = JSON.stringify({ type: 'execution.reported', timestamp: new Date().toISOString(), data });
    const isTaken = async (): Promise<boolean> => (await postReports(url, data, { id: execId, body })).status === 200;
    return until(isTaken, { withinMs: GIVES_UP_AFTER_MS });
  };
  const running = (async (): Promise<void> => {
    while (!closing.signal.aborted) {
      const execId = `${account}-${execIds.length}`;
      const what = execIds.length === 0 ? { execType: 'NEW' } : { execType: 'TRADE', lastQty: '1', lastPx: '10' };
      execIds.push(execId);
      await deliver(execId, what);
    }
  })();
  return {
    execIds,
    async stop() {
      closing.abort();
      await running;
      return execIds;
    },
  };
}
