import { digest } from '../kernel/text.ts';
import type { Claimed } from '../venues/submit.ts';
import { type Delivery, receive } from './delivery.ts';

/** A venue's refusal of a request, as the report that it is. Its ids follow from the request: a repeat is a duplicate. */
export function refusedDelivery(
  { venue, request }: Pick<Claimed, 'venue' | 'request'>,
  text: string,
  receivedAt: Date,
): Delivery {
  const id = `refused-${digest(JSON.stringify([request.account, request.clOrdId])).slice(0, 32)}`;
  const received = receive({
    execId: id,
    execType: request.kind === 'NEW' ? 'REJECTED' : 'CANCEL_REJECTED',
    clOrdId: request.clOrdId,
    ...(request.kind !== 'NEW' && { origClOrdId: request.origClOrdId }),
    account: request.account,
    text,
  });
  const bodyHash = digest(received.body);
  return { venue, deliveryId: id, bodyHash, receivedAt, own: true, content: { reports: [received] } };
}
