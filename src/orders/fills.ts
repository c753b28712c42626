import type { Decimal } from '../kernel/decimal.ts';
import { compareExecIds, compareStamps, type Stamp } from './registers.ts';

/** A fill, bust or correction that was applied. */
export interface KnownFill {
  readonly execId: string;
  readonly execType: 'TRADE' | 'TRADE_CANCEL' | 'TRADE_CORRECT';
  /** ExecRefID (19): what a bust or a correction is about: a fill, or an earlier correction of it. */
  readonly execRefId: string | null;
  readonly lastQty: Decimal | null;
  readonly lastPx: Decimal | null;
  readonly stamp: Stamp;
  /** CumQty (14), the venue's sum after it, where the venue gives it. */
  readonly cumQty: Decimal | null;
  /** Derived from what the venue has stated, under an id of our own. */
  readonly derived: boolean;
  /** AvgPx (6) of that statement; null of the venue's own fills. */
  readonly avgPx: Decimal | null;
  /** It came when what it tells was derived already. */
  readonly covered: boolean;
}

/** The ids of derived fills: the same from every path, since they follow from the order and the venue's sum. */
export const derivedExecId = (orderId: string, cumQty: string): string => `${orderId}:${cumQty}`;
export const isDerivedExecId = (execId: string, orderId: string): boolean => execId.startsWith(`${orderId}:`);

/** What a fill counts for now. */
export interface Fill {
  readonly lastQty: Decimal;
  readonly lastPx: Decimal;
  readonly busted: boolean;
  /** When its numbers were corrected last; null when they never were. */
  readonly correctedAt: Stamp | null;
}

/** The chain of corrections of one fill is never longer; a longer one is a circle. */
const CHAIN_MAX = 100;

function rootOf(execId: string, known: ReadonlyMap<string, KnownFill>): KnownFill | null {
  let fill = known.get(execId);
  for (let step = 0; fill && step < CHAIN_MAX; step++) {
    if (fill.execType === 'TRADE') return fill;
    fill = fill.execRefId === null ? undefined : known.get(fill.execRefId);
  }
  return null;
}

/** The fill that an execId means, itself or through its corrections; null while it is not known. */
export function findFill(execId: string, known: ReadonlyMap<string, KnownFill>): Fill | null {
  const root = rootOf(execId, known);
  if (!root?.lastQty || !root.lastPx) return null;
  let fill: Fill = { lastQty: root.lastQty, lastPx: root.lastPx, correctedAt: null, busted: false };
  for (const change of changesOf(root, known)) {
    if (change.execType === 'TRADE_CANCEL') fill = { ...fill, busted: true };
    else fill = corrected(fill, change);
  }
  return fill;
}

/** The busts and corrections of a fill, in the order in which they came. */
export const changesOf = (root: KnownFill, known: ReadonlyMap<string, KnownFill>): KnownFill[] =>
  [...known.values()].filter((change) => change !== root && rootOf(change.execId, known) === root);

function corrected(fill: Fill, { lastQty, lastPx, stamp }: KnownFill): Fill {
  return lastQty && lastPx && supersedes(stamp, fill) ? { ...fill, lastQty, lastPx, correctedAt: stamp } : fill;
}

/** Whether a correction of then is the one that counts. */
export const supersedes = (stamp: Stamp, { correctedAt }: Fill): boolean =>
  correctedAt === null || compareStamps(stamp, correctedAt) >= 0;

/** A bust or a correction, by what it is about. */
export type FillChange = Pick<KnownFill, 'execId' | 'execType' | 'execRefId' | 'stamp'>;

/** Whether a fill or a correction counts, and what became of it if it does not. */
export interface Standing {
  /** Its numbers are in the order's cumQty and avgPx. */
  readonly counts: boolean;
  readonly busted: boolean;
  /** The execId of the correction whose numbers count in its place, or would if it were not busted. */
  readonly correctedBy: string | null;
}

/**
 * Busts and corrections by execId. The stamps say which one was said later; of two that they don't tell apart the one that
 * refers to the other comes behind it, else the one of the higher execId, in whatever order they are given.
 */
export function inOrder<T extends FillChange>(all: readonly T[]): ReadonlyMap<string, T> {
  const byExecId = new Map(all.map((change) => [change.execId, change]));
  const depthOf = ({ execRefId }: FillChange): number => {
    let depth = 0;
    for (let ref = execRefId; ref !== null && depth < CHAIN_MAX; depth++) ref = byExecId.get(ref)?.execRefId ?? null;
    return depth;
  };
  const sorted = all
    .map((change) => ({ change, depth: depthOf(change) }))
    .sort((a, b) => a.depth - b.depth || compareExecIds(a.change.execId, b.change.execId));
  return new Map(sorted.map(({ change }) => [change.execId, change]));
}

/**
 * How an execution stands, by all busts and corrections of its order, `inOrder`. They tell as much as `findFill`, which
 * also reads the fills: of an order with many fills only what was said of them afterwards is needed.
 */
export function standingOf(execution: FillChange, changes: ReadonlyMap<string, FillChange>): Standing {
  const root = rootIdOf(execution.execId, changes);
  let busted = false;
  let counting: FillChange | null = null;
  for (const change of changes.values()) {
    if (rootIdOf(change.execId, changes) !== root) continue;
    if (change.execType === 'TRADE_CANCEL') busted = true;
    else if (counting === null || compareStamps(change.stamp, counting.stamp) >= 0) counting = change;
  }
  const { execType, execId } = execution;
  if (execType === 'TRADE_CANCEL') return { counts: false, busted: false, correctedBy: null };
  const correctedBy = counting === null || counting.execId === execId ? null : counting.execId;
  return { counts: !busted && correctedBy === null, busted, correctedBy };
}

function rootIdOf(execId: string, changes: ReadonlyMap<string, FillChange>): string {
  let id = execId;
  for (let step = 0; step < CHAIN_MAX; step++) {
    const ref = changes.get(id)?.execRefId;
    if (typeof ref !== 'string') return id;
    id = ref;
  }
  return id;
}
