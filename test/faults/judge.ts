import { check } from '../../src/verify/check.ts';
import type { Verdict as Checked } from '../../src/verify/verdict.ts';
import type { ClientHistory, Logged, OtherPlace } from '../../src/verify/history.ts';
import { type Kind, KINDS, seenBy } from './clients.ts';
import type { Concluding } from './run.ts';
import { timelineOf } from './timeline.ts';
import { compareOrders, type QueriedOrder } from './truth.ts';
import { asPushed } from './kit/as-pushed.ts';
import { KIT_KINDS } from './kit/cache.ts';
import type { Aftermath, Load } from './rows/row.ts';

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
  readonly byKind: Readonly<Record<Kind, KindCounts>>;
}

/** What the apps of one kind were shown. */
export type KindCounts = Pick<Verdict, 'deliveries' | 'reconnects' | 'lost' | 'repeated' | 'reordered'>;

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
  const { row, load, scene, windows, workload, queried, log, others, clients, reconnects, catchUpWithinMs } = facts;
  const { acknowledged, attempts, faults } = scene.sender;
  const verdict = check({
    ...{ acknowledged, log, others, finalOrders: queried, catchUpWithinMs },
    clients: clients.map((client) =>
      client.kind === 'apollo' || client.kind === 'urql' ? asPushed(client, log) : client,
    ),
    faultEndedAt: windows.at(-1)?.to ?? 0,
  });
  const { deliveries, lost, repeated, reordered, catchUpMs } = verdict.counts;
  const byKind = countsByKind(clients, verdict.clients);
  const findings = [
    ...facts.findings,
    ...verdict.findings.map(({ property, client, user, says }) => `${property} ${client ?? user}: ${says}`),
    ...compareOrders(workload.expected(), queried),
    ...faults,
    ...scene.stage.instances.flatMap((instance) => instance.faults),
    ...scheduleFindings(facts, deliveries),
    ...silentKinds(load, byKind),
  ];
  const slow = (finding: string): void => void (facts.alone ? findings : facts.notes).push(finding);
  row.expect?.({ windows, attempts, log, clients, slow }, (finding) => void findings.push(finding));
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
    byKind,
  };
}

/** Of a kind of app that was shown nothing the run says nothing. */
const silentKinds = ({ kitApps }: Load, byKind: Verdict['byKind']): readonly string[] =>
  KIT_KINDS.slice(0, kitApps)
    .filter((kind) => byKind[kind].deliveries === 0)
    .map((kind) => `no app of the kind ${kind} was shown anything`);

function countsByKind(clients: Aftermath['clients'], checked: Checked['clients']): Readonly<Record<Kind, KindCounts>> {
  const byName = new Map(clients.map((client) => [client.name, client]));
  const none: KindCounts = { deliveries: 0, reconnects: 0, lost: 0, repeated: 0, reordered: 0 };
  const byKind = Object.fromEntries(KINDS.map((kind) => [kind, none])) as Record<Kind, KindCounts>;
  for (const { name, deliveries, lost, repeated, reordered } of checked) {
    const client = byName.get(name);
    if (!client) continue;
    const before = byKind[client.kind];
    byKind[client.kind] = {
      deliveries: before.deliveries + deliveries,
      reconnects: before.reconnects + Math.max(client.sessions.length - 1, 0),
      lost: before.lost + lost,
      repeated: before.repeated + repeated,
      reordered: before.reordered + reordered,
    };
  }
  return byKind;
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
