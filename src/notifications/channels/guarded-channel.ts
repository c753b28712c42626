import type { Deps } from '../../deps.ts';
import { digest } from '../../kernel/text.ts';
import { unreachable } from '../../kernel/unreachable.ts';
import { Busy, type Guard, openGuard, type Unasked } from '../../limits/guard.ts';
import type { ChannelPort, Outcome, Target, TargetKind } from './channel.ts';

/** Messages to one provider at a time, and those that wait for their turn: it comes well within the lease of a delivery. More come back later. */
export const SENDS_AT_ONCE = 50;
export const SENDS_WAITING = 100;
export const SEND_MS_MAX = 10_000;
/** A user's webhook is one of many: it must not fill the room of the others. */
const WEBHOOK_SENDS = { sendsAtOnce: 5, sendsWaiting: 5 };
/** Of the guards of one port: users' webhooks are providers of their own. The oldest is forgotten. */
export const GUARDS_MAX = 1_000;

export interface ChannelGuardOptions {
  readonly openMsMin?: number;
  readonly openMsMax?: number;
  readonly sendMsMax?: number;
}

type GuardDeps = Pick<Deps, 'clock' | 'log'>;
type Later = Extract<Outcome, { status: 'later' }>;

/**
 * Leaves a provider alone that fails, and as long as it asks to be: a message is then answered with `later` and nobody is
 * called. What is refused, gone, or late because of its target alone is no failure of the provider.
 */
export function guardedChannel<K extends TargetKind>(
  deps: GuardDeps,
  port: ChannelPort<K>,
  options: ChannelGuardOptions = {},
): ChannelPort<K> {
  const guards = new Map<string, Guard>();
  const guardOf = (provider: string): Guard => {
    const guard = guards.get(provider) ?? openChannelGuard(deps, provider, { ...sendsOf(port.kind), ...options });
    guards.delete(provider);
    guards.set(provider, guard);
    for (const oldest of guards.keys()) {
      if (guards.size <= GUARDS_MAX) break;
      guards.delete(oldest);
    }
    return guard;
  };
  return {
    ...{ kind: port.kind, idempotent: port.idempotent },
    close: () => port.close(),
    send: async (message, target, signal) => {
      try {
        return await guardOf(providerOf(target)).call(
          async (limited) => thrownIfLater(await port.send(message, target, limited)),
          signal,
        );
      } catch (error) {
        if (error instanceof AskedToWait || error instanceof Failed) return error.outcome;
        if (error instanceof TurnedAway) return error.outcome;
        throw error;
      }
    },
  };
}

const sendsOf = (kind: TargetKind) =>
  kind === 'WEBHOOK' ? WEBHOOK_SENDS : { sendsAtOnce: SENDS_AT_ONCE, sendsWaiting: SENDS_WAITING };

type Sends = ReturnType<typeof sendsOf>;

const openChannelGuard = (deps: GuardDeps, provider: string, options: ChannelGuardOptions & Sends): Guard =>
  openGuard(deps, {
    ...{
      what: 'provider',
      name: provider,
      sendMsMax: SEND_MS_MAX,
      ...options,
    },
    busy: (message, retryAfterMs, why) => new TurnedAway(message, retryAfterMs, why),
    isFailure: (error) => !(error instanceof Stopped),
    stopped: () => new Stopped(),
  });

/** Whose trouble is all its targets' trouble. An address of a user's own may hold a secret, so only its host is named. */
function providerOf(target: Target): string {
  switch (target.kind) {
    case 'WEB_PUSH':
      return hostOf(target.endpoint);
    case 'WEBHOOK':
      return `${hostOf(target.url)} for ${digest(target.url).slice(0, 8)}`;
    case 'FCM':
    case 'APNS':
    case 'EMAIL':
    case 'SMS':
      return target.kind;
    default:
      return unreachable(target);
  }
}

const hostOf = (url: string): string => (URL.canParse(url) ? new URL(url).host : 'nowhere');

function thrownIfLater(outcome: Outcome): Outcome {
  if (outcome.status !== 'later' || outcome.ofTarget) return outcome;
  throw outcome.retryAfterMs === null ? new Failed(outcome) : new AskedToWait(outcome, outcome.retryAfterMs);
}

/** It answered, and asked all of us to wait. */
class AskedToWait extends Busy {
  readonly outcome: Later;
  constructor(outcome: Later, retryAfterMs: number) {
    super(outcome.text, retryAfterMs);
    this.outcome = outcome;
  }
}

/** Nobody was called. */
class TurnedAway extends Busy {
  readonly outcome: Later;
  constructor(text: string, retryAfterMs: number, unasked: Unasked) {
    super(text, retryAfterMs);
    this.outcome = { status: 'later', text, retryAfterMs: retryAfterMs || null, unasked };
  }
}

/** It answered that it can't take messages. */
class Failed extends Error {
  readonly outcome: Later;
  constructor(outcome: Later) {
    super(outcome.text);
    this.outcome = outcome;
  }
}

/** We gave the message up: whether the provider has it is unknown. */
class Stopped extends Error {
  override readonly name = 'Stopped';
  constructor() {
    super('given up before there was an answer');
  }
}
