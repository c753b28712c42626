import { digest } from '../kernel/text.ts';
import { type Delivery, DELIVERY_REPORTS_MAX, type Received } from './delivery.ts';

interface Told {
  readonly venue: string;
  /** Why it was asked, and about what: the beginning of the delivery ids. */
  readonly about: string;
  readonly received: readonly Received[];
  readonly receivedAt: Date;
  /** Of the order that they are news to: once it has changed, the same words may be news again. */
  readonly version?: number;
}

/**
 * What a venue said when asked, as deliveries in the order given. Their ids follow from what was said: the same words,
 * found twice, are one delivery.
 */
export function toldDeliveries({ venue, about, received, receivedAt, version }: Told): readonly Delivery[] {
  const count = Math.ceil(received.length / DELIVERY_REPORTS_MAX);
  return Array.from({ length: count }, (_, at) => {
    const reports = received.slice(at * DELIVERY_REPORTS_MAX, (at + 1) * DELIVERY_REPORTS_MAX);
    // Beside a version the time of a statement is left out: some venues say when they were asked.
    const words = version === undefined ? reports.map(({ body }) => body) : reports.map(wordsOf);
    const bodyHash = digest(JSON.stringify([version ?? null, words]));
    return { venue, deliveryId: `${about}:${bodyHash}`, bodyHash, receivedAt, own: true, content: { reports } };
  });
}

function wordsOf(received: Received): unknown {
  if (!('report' in received) || received.report.execType !== 'ORDER_STATUS') return received.body;
  return { ...(JSON.parse(received.body) as object), transactTime: null };
}
