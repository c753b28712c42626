import {
  BrokenCircuitError,
  bulkhead,
  BulkheadRejectedError,
  circuitBreaker,
  ConsecutiveBreaker,
  ExponentialBackoff,
  handleAll,
  type IPolicy,
  noJitterGenerator,
  TaskCancelledError,
  timeout,
  TimeoutStrategy,
  wrap,
} from 'cockatiel';
import type { Deps } from '../deps.ts';
import type { Try } from './attempt.ts';
import type { ChannelPort, ChannelPorts, Message, Outcome, Target } from './channels/channel.ts';

/** Failures of a provider in a row after which it is left alone; for how long at first, and at most. */
const FAILURES_MAX = 5;
const OPEN_MS_MIN = 2_000;
const OPEN_MS_MAX = 30_000;
/** A provider that takes longer has not answered. Less than a claim lasts. */
const SEND_MS_MAX = 10_000;
/** Messages to one provider at a time. */
export const SENDS_AT_ONCE = 20;
/** Push services of browsers, and the hosts of users' webhooks. */
const PROVIDERS_MAX = 1_000;

export interface GuardOptions {
  readonly sendMsMax?: number;
  readonly openMsMin?: number;
}

/** Sends to providers, each of which is left alone when it fails and can't take the time of another. Never rejects. */
export interface Guard {
  send(message: Message, target: Target, signal: AbortSignal): Promise<Try>;
}

/** An answer that is a failure of the provider all the same. */
class Later extends Error {
  readonly outcome: Outcome;
  constructor(outcome: Outcome) {
    super('later');
    this.outcome = outcome;
  }
}

export function openGuard(ports: ChannelPorts, { log }: Pick<Deps, 'log'>, options: GuardOptions = {}): Guard {
  const time = timeout(options.sendMsMax ?? SEND_MS_MAX, TimeoutStrategy.Aggressive);
  const policies = new Map<string, IPolicy>();
  const policyOf = (target: Target): IPolicy => {
    const name = providerOf(target);
    const policy = policies.get(name) ?? openPolicy(name, log, options);
    // The one that was used last is the last to be forgotten.
    policies.delete(name);
    policies.set(name, policy);
    const [oldest] = policies.keys();
    if (policies.size > PROVIDERS_MAX && oldest !== undefined) policies.delete(oldest);
    return policy;
  };
  return {
    async send(message, target, signal) {
      const port = ports[target.kind] as ChannelPort | undefined;
      if (!port) return { status: 'refused', text: 'this channel is off' };
      try {
        return await policyOf(target).execute(async () => {
          const outcome = await time.execute((inTime) =>
            port.send(message, target as never, AbortSignal.any([signal, inTime.signal])),
          );
          if (outcome.status === 'later') throw new Later(outcome);
          return outcome;
        });
      } catch (error) {
        return failed(error);
      }
    },
  };
}

function failed(error: unknown): Try {
  if (error instanceof Later) return error.outcome;
  if (error instanceof BrokenCircuitError)
    return { status: 'away', text: 'the provider fails', retryAfterMs: OPEN_MS_MIN };
  if (error instanceof BulkheadRejectedError) return { status: 'away', text: 'the provider is busy', retryAfterMs: 0 };
  if (error instanceof TaskCancelledError) return { status: 'unknown', text: 'the provider took too long' };
  return { status: 'unknown', text: error instanceof Error ? error.message : String(error) };
}

/** Browsers' push services and users' webhooks are many under one kind. */
function providerOf(target: Target): string {
  const url = target.kind === 'WEB_PUSH' ? target.endpoint : target.kind === 'WEBHOOK' ? target.url : null;
  return url === null ? target.kind : `${target.kind} ${URL.canParse(url) ? new URL(url).host : ''}`;
}

function openPolicy(provider: string, log: Deps['log'], { openMsMin = OPEN_MS_MIN }: GuardOptions): IPolicy {
  const breaker = circuitBreaker(handleAll, {
    breaker: new ConsecutiveBreaker(FAILURES_MAX),
    halfOpenAfter: new ExponentialBackoff({
      ...{ initialDelay: openMsMin, maxDelay: OPEN_MS_MAX, generator: noJitterGenerator },
    }),
  });
  breaker.onBreak(() => log.warn({ provider }, 'the provider fails: it is left alone for a while'));
  breaker.onReset(() => log.info({ provider }, 'the provider answers again'));
  return wrap(bulkhead(SENDS_AT_ONCE), breaker);
}
