import { useRef, useState } from 'react';
import type { Outcome } from './trading.ts';

/** A request that the service may have taken. */
interface Unanswered {
  readonly input: string;
  readonly clOrdId: string;
}

/**
 * Sends a trader's requests, one at a time. Until the service has answered one, or something else is asked for, to send it
 * again is the same request under the same `clOrdId`, which the service takes once.
 */
export function useSending() {
  const unanswered = useRef<Unanswered | null>(null);
  const [isSending, setSending] = useState(false);
  /** Why the last one was not taken, in words; null when it was. */
  const [refused, setRefused] = useState<string | null>(null);
  /** True once it was taken. */
  const send = async <Input extends object>(
    request: (input: Input & { clOrdId: string }) => Promise<Outcome>,
    input: Input,
  ): Promise<boolean> => {
    setSending(true);
    const asked: Unanswered = { input: JSON.stringify(input), clOrdId: `web-${crypto.randomUUID()}` };
    const earlier = unanswered.current?.input === asked.input ? unanswered.current : null;
    const { clOrdId } = earlier ?? asked;
    const outcome = await request({ ...input, clOrdId });
    // What only this try has come to says nothing of an earlier one.
    unanswered.current = { taken: null, refused: null, failed: earlier, unknown: earlier ?? asked }[outcome.kind];
    setSending(false);
    setRefused(outcome.kind === 'taken' ? null : unanswered.current ? doubtful(outcome.why) : outcome.why);
    return outcome.kind === 'taken';
  };
  return { send, isSending, refused };
}

const doubtful = (why: string): string =>
  `It may not have been taken: ${why}. Ask again as it stands: that is the same request, not a second one.`;
