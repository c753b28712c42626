import type { Db } from '../db/client.ts';
import type { Deps } from '../deps.ts';
import type { Try } from './attempt.ts';
import type { UserId } from '../kernel/brand.ts';
import type { ChannelPort, ChannelPorts, Message, Outcome, Target } from './channels/channel.ts';
import { markGone } from './contacts-store.ts';
import { forgetDead } from './devices.ts';

interface Sending {
  readonly message: Message;
  readonly target: Target;
  readonly signal: AbortSignal;
}

/** Never rejects: where there is no answer nobody knows whether the provider has it. */
export async function trySend(ports: ChannelPorts, { message, target, signal }: Sending): Promise<Try> {
  const port = ports[target.kind] as ChannelPort | undefined;
  if (!port) return { status: 'refused', text: 'this channel is off' };
  try {
    const outcome = await port.send(message, target, signal);
    if (outcome.status !== 'later' || !outcome.unasked) return outcome;
    const { text, retryAfterMs } = outcome;
    return outcome.unasked === 'BUSY'
      ? { status: 'busy', text }
      : { status: 'away', text, retryAfterMs: retryAfterMs ?? 0 };
  } catch (error) {
    return { status: 'unknown', text: error instanceof Error ? error.message : String(error) };
  }
}

interface Forgetting {
  readonly user: UserId;
  readonly target: Target;
  readonly gone: Extract<Outcome, { status: 'gone' }>;
}

/** A dead token goes, an address is marked. Never rejects: the next message finds it dead again. */
export async function forgetTarget(
  deps: Pick<Deps, 'log' | 'clock'> & { readonly db: Db },
  forgetting: Forgetting,
): Promise<void> {
  await forget(deps, forgetting).catch((err: unknown) =>
    deps.log.warn({ err }, 'a dead target could not be forgotten'),
  );
}

async function forget(
  { db, clock }: Pick<Deps, 'clock'> & { readonly db: Db },
  { user, target, gone: { text, deadSince } }: Forgetting,
): Promise<void> {
  const mark = { text, now: clock.now() };
  switch (target.kind) {
    case 'EMAIL':
      return markGone(db, { user, channel: target.kind, address: target.address }, mark);
    case 'SMS':
      return markGone(db, { user, channel: target.kind, address: target.phone }, mark);
    case 'WEBHOOK':
      return markGone(db, { user, channel: target.kind, address: target.url }, mark);
    case 'WEB_PUSH':
      await forgetDead(db, { provider: target.kind, token: target.endpoint }, deadSince);
      return;
    case 'FCM':
    case 'APNS':
      await forgetDead(db, { provider: target.kind, token: target.token }, deadSince);
      return;
  }
}
