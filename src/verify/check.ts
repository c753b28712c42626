import { checkClient } from './check-client.ts';
import { checkLog } from './check-log.ts';
import { checkOrders } from './check-orders.ts';
import type { History } from './history.ts';
import { indexLog } from './log-index.ts';
import { type Finding, isClean, sumOf, type Verdict } from './verdict.ts';

/** Judges a run by what it left behind; in time proportional to it. Pure: the same history has the same verdict. */
export function check(history: History): Verdict {
  const index = indexLog(history.log);
  const findings: Finding[] = [];
  const clients = history.clients.map((client) => ({
    ...{ name: client.name, user: client.user },
    ...checkClient(client, { index, history, findings }),
  }));
  const counts = sumOf([
    ...clients,
    checkLog(history, index, findings),
    checkOrders(history.finalOrders, index, findings),
  ]);
  return { passed: isClean(counts), counts, clients, findings };
}
