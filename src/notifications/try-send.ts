import type { Db } from '../db/client.ts';
import type { Deps } from '../deps.ts';
import type { Try } from './attempt.ts';
import { type ChannelPort, type ChannelPorts, isPush, type Message, type Target } from './channels/channel.ts';
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

/** A dead token goes. Never rejects: the next message finds it dead again. */
export async function forgetTarget(
  { db, log }: Pick<Deps, 'log'> & { readonly db: Db },
  target: Target,
  deadSince: Date | null,
): Promise<void> {
  if (!isPush(target.kind)) return;
  const token = target.kind === 'WEB_PUSH' ? target.endpoint : 'token' in target ? target.token : '';
  await forgetDead(db, { provider: target.kind, token }, deadSince).catch((err: unknown) =>
    log.warn({ err }, 'a dead token could not be removed'),
  );
}
