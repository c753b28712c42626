import { check } from '../../src/verify/check.ts';
import type { ClientHistory, Logged, OtherPlace } from '../../src/verify/history.ts';
import { seenBy } from './clients.ts';
import type { Concluding } from './run.ts';
import { timelineOf } from './timeline.ts';
import { compareOrders, type QueriedOrder } from './truth.ts';
import type { Aftermath } from './rows/row.ts';

export interface Verdict {
  readonly deliveries: number;
  readonly faults: number;
  readonly reconnects: number;
  readonly lost: number;
  readonly repeated: number;
  readonly reordered: number;
  readonly catchUpMs: number;
  /** From an event's commit to a WebSocket, at worst; faults included. */
  readonly worstLagMs: number;
  /** Empty when the run has passed. */
  readonly findings: readonly string[];
  readonly notes: readonly string[];
  /** How the load went, in half seconds. */
  readonly timeline: string;
}

interface Facts extends Concluding {
  readonly catchUpWithinMs: number;
  readonly queried: readonly QueriedOrder[];
  readonly log: readonly Logged[];
  readonly others: readonly OtherPlace[];
  readonly clients: Aftermath['clients'];
  readonly reconnects: number;
}

/** The checker's verdict; and whether the run was the one that its schedule states, on servers that lived. */
export function judge(facts: Facts): Verdict {
  const { row, scene, windows, workload, queried, log, others, clients, reconnects, catchUpWithinMs } = facts;
  const { acknowledged, attempts, faults } = scene.sender;
  const verdict = check({
    ...{ acknowledged, log, others, clients, finalOrders: queried, catchUpWithinMs },
    faultEndedAt: windows.at(-1)?.to ?? 0,
  });
  const { deliveries, lost, repeated, reordered, catchUpMs } = verdict.counts;
  const findings = [
    ...facts.findings,
    ...verdict.findings.map(({ property, client, user, says }) => `${property} ${client ?? user}: ${says}`),
    ...compareOrders(workload.expected(), queried),
    ...faults,
    ...scene.stage.instances.flatMap((instance) => instance.faults),
    ...scheduleFindings(facts, deliveries),
  ];
  row.expect?.({ windows, attempts, log, clients }, (finding) => void findings.push(finding));
  const worstLagMs = worstLag(clients, log);
  if (worstLagMs > (row.lagMsMax ?? Number.POSITIVE_INFINITY))
    findings.push(
      `an event reached a WebSocket ${worstLagMs} ms after its commit; ${String(row.lagMsMax)} are allowed`,
    );
  return {
    ...{
      deliveries,
      faults: windows.filter(({ isDone }) => isDone).length,
      reconnects,
      lost,
      repeated,
      reordered,
      catchUpMs,
      worstLagMs,
    },
    ...{ findings, notes: facts.notes, timeline: timelineOf(windows, attempts) },
  };
}

/** A run that did less than it states has shown nothing. */
function scheduleFindings(
  { row, load, steps, windows, reconnects, scene, clients }: Facts,
  deliveries: number,
): readonly string[] {
  const findings: string[] = [];
  const stated = load.rate * load.seconds * load.appsPerUser;
  const reloads = clients.some(({ reloadedTo }) => reloadedTo.length > 0);
  if (deliveries < stated && !reloads) findings.push(`${deliveries} deliveries, the schedule states ${stated}`);
  const done = windows.filter(({ isDone }) => isDone).length;
  if (done < steps.length) findings.push(`${done} faults, the schedule states ${steps.length}`);
  const apps = scene.apps.all.length;
  const needed = Math.floor((apps * steps.length * (row.reconnectsPercent ?? 0)) / 100);
  if (reconnects < needed) findings.push(`${reconnects} reconnects, the schedule states ${needed}`);
  return findings;
}

/** Of apps like all others: those that a row made slow tell only of themselves. */
function worstLag(
  clients: readonly (ClientHistory & { readonly isSpecial: boolean })[],
  log: readonly Logged[],
): number {
  const committedAt = new Map(log.map((event) => [event.eventId, event.committedAt]));
  let worst = 0;
  for (const client of clients) {
    if (client.isSpecial || client.sessions[0]?.transport !== 'ws') continue;
    for (const { eventId, at } of seenBy(client)) worst = Math.max(worst, at - (committedAt.get(eventId) ?? at));
  }
  return worst;
}
