import { inTransaction } from '../db/transaction.ts';
import type { Deps } from '../deps.ts';
import type { QuarantinedReport } from '../generated/prisma/client.ts';
import { delay, every, withinTime } from '../kernel/clock.ts';
import type { StreamEvent } from '../stream/event.ts';
import { formatNameOf } from '../venues/formats/format.ts';
import type { AskedOrder, VenuePort, VenueStatement } from '../venues/venue.ts';
import type { VenuePorts } from '../venues/venues.ts';
import { applyDeliveries } from './apply.ts';
import { claimNext, noteUnlinked, reopenClaims, type Tried, writeTried } from './claims.ts';
import { receive } from './delivery.ts';
import { type AgainDeps, SWEEP_MS } from './replay.ts';
import { toldDeliveries } from './told.ts';
import { receiveAgain } from './venue-messages.ts';

/** A claim is this process's for so long: to fetch the order, and to apply what it says. */
export const CLAIM_MS = 20_000;
export const FETCH_MS_MAX = 10_000;
/** From try to try: twice as long each time, up to this. */
export const RETRY_MS_MAX = 60_000;
const RETRY_MS_MIN = 1_000;
/** After this a claim is tried no more: venues know their orders of the day. */
export const CLAIM_AGE_MS_MAX = 24 * 3_600_000;
/** Of a venue that fails so often in a row the other claims wait for the next look. */
const FAILURES_IN_A_ROW_MAX = 3;
/** One look for all the commits of a moment. */
const GATHER_MS = 20;

type ConfirmDeps = AgainDeps & Pick<Deps, 'db' | 'bus'>;
type Asked = Pick<VenuePort, 'ask'>;

export interface Confirming {
  /** Looks for claims now rather than at the next time. */
  look(): void;
  stop(): Promise<void>;
}

/**
 * Confirms claims whose proof covers too little: what counts is the order as its venue gives it when asked. A claim is
 * resolved in the transaction that applies that.
 */
export function openConfirming(deps: ConfirmDeps, ports: VenuePorts): Confirming {
  const stopping = new AbortController();
  const { signal } = stopping;
  const linked = [...ports].flatMap(([venue, { ask }]) => (ask ? [{ venue, ask, isAway: false }] : []));
  const venues = linked.map(({ venue }) => venue);
  const state = { wanted: false };
  let running: Promise<void> | null = null;
  let reopened = false;
  const sweep = async (): Promise<void> => {
    while (state.wanted && !signal.aborted) {
      state.wanted = false;
      try {
        if (!reopened) await reopenClaims(deps, venues);
        reopened = true;
        await noteUnlinked(deps, venues);
        await Promise.all(linked.map((venue) => confirmVenue(deps, venue, signal)));
      } catch (err) {
        deps.log.warn({ err }, 'no claim was confirmed now');
      }
    }
    running = null;
  };
  const look = (): void => {
    state.wanted = true;
    if (!signal.aborted) running ??= delay(GATHER_MS).then(sweep);
  };
  const timer = every(SWEEP_MS, look);
  return {
    look,
    async stop() {
      stopping.abort();
      timer[Symbol.dispose]();
      await running;
    },
  };
}

interface Linked {
  readonly venue: string;
  readonly ask: NonNullable<Asked['ask']>;
  /** It could not be asked the last time: that has been logged. */
  isAway: boolean;
}

async function confirmVenue(deps: ConfirmDeps, linked: Linked, signal: AbortSignal): Promise<void> {
  const { venue } = linked;
  const isOver = (): boolean => signal.aborted;
  for (let failures = 0; failures < FAILURES_IN_A_ROW_MAX && !isOver();) {
    const claim = await claimNext(deps, { venue, holdMs: CLAIM_MS });
    if (!claim) return;
    try {
      const tried = await confirm(deps, linked, { claim, signal });
      if (tried) await writeTried(deps, claim, tried);
      failures = 0;
      if (linked.isAway) deps.log.info({ venue }, 'the venue confirms claims again');
      linked.isAway = false;
    } catch (error) {
      failures += 1;
      const reason = String(error).slice(0, 300);
      await writeTried(deps, claim, laterTry(deps, claim, isOver() ? null : reason));
      if (!linked.isAway && !isOver()) deps.log.warn({ venue, reason }, 'a claim could not be confirmed now');
      linked.isAway = true;
    }
  }
}

/** @param reason why it failed; null when it was merely cut off */
function laterTry({ clock }: ConfirmDeps, { createdAt, tries }: QuarantinedReport, reason: string | null): Tried {
  const now = clock.now().getTime();
  if (reason === null) return { tryAt: new Date(now) };
  const waitMs = Math.min(RETRY_MS_MAX, RETRY_MS_MIN * 2 ** Math.min(tries, 10));
  const isTooOld = now - createdAt.getTime() > CLAIM_AGE_MS_MAX;
  return isTooOld
    ? { tryAt: null, detail: `given up after a day: ${reason}` }
    : { tryAt: new Date(now + waitMs), detail: `not confirmed yet, it is tried again: ${reason}` };
}

interface Claim {
  readonly claim: QuarantinedReport;
  readonly signal: AbortSignal;
}

/** @returns what becomes of a claim that is not confirmed; null once what the venue says is applied */
async function confirm(deps: ConfirmDeps, { venue, ask }: Linked, { claim, signal }: Claim): Promise<Tried | null> {
  const received = receiveAgain(formatNameOf(venue, deps.config.venueFormats), claim.body);
  if (!('unconfirmed' in received)) return { tryAt: null, detail: 'no claim by the format of its venue: replay it' };
  const { venueOrderId } = received.unconfirmed;
  const asked = { account: received.account, venueOrderId, clOrdId: null };
  const [statement = null] = await ask([asked], withinTime(FETCH_MS_MAX, signal));
  if (statement === null) {
    return { tryAt: null, detail: `not confirmed: the venue knows no order ${venueOrderId} of this account` };
  }
  deps.bus.publish(await applyTold(deps, claim, { asked, statement }));
  return null;
}

/** Applies what the venue says and resolves the claim, both or neither. */
function applyTold(
  deps: ConfirmDeps,
  { id, venue }: QuarantinedReport,
  { asked, statement }: { asked: AskedOrder; statement: NonNullable<VenueStatement> },
): Promise<readonly StreamEvent[]> {
  const now = deps.clock.now();
  const received = statement.map((raw) => receive({ ...raw, account: asked.account }));
  const about = `confirm:${venue}:${asked.venueOrderId ?? ''}`;
  const deliveries = toldDeliveries({ venue, about, received, receivedAt: now });
  return inTransaction(deps.db, async (tx) => {
    const { events } = await applyDeliveries(tx, deliveries, { ...deps, mode: 'wait' });
    await tx.quarantinedReport.updateMany({ where: { id, resolvedAt: null }, data: { resolvedAt: now, tryAt: null } });
    return events;
  });
}
