import type { Decimal } from '../kernel/decimal.ts';
import { compareStamps, type Stamp } from './registers.ts';

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
