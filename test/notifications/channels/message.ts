import { setMaxListeners } from 'node:events';
import { pino } from 'pino';
import type { Message, Outcome } from '../../../src/notifications/channels/channel.ts';

export const NOW = new Date('2026-01-02T03:04:05.000Z');
export const ID = '0b8ad1d2-7a5f-4c3e-9d10-2f4b6a8c0e11';

/** A partly filled order, told for an hour. */
export const messageOf = (more: Partial<Message> = {}): Message => ({
  ...{ id: ID, userId: 'alice', type: 'ORDER_PARTIALLY_FILLED', category: 'ORDERS' },
  ...{ critical: false, priority: 'NORMAL', title: 'AAPL partly filled', body: 'Bought 10 of 100 at $187.20' },
  ...{ html: null, locale: 'en', direction: 'ltr', collapseKey: 'order-AAPL-1', quiet: false },
  ...{ symbol: 'AAPL', strategy: 'momentum', occurredAt: new Date(NOW.getTime() - 1_000) },
  ...{ createdAt: NOW, expiresAt: new Date(NOW.getTime() + 3_600_000) },
  ...{ orderId: 'T3JkZXI6MQ==', unreadCount: 3, data: { lastQty: '10' } },
  ...more,
});

export const later = (retryAfterMs: number | null = null): Partial<Extract<Outcome, { status: 'later' }>> => ({
  ...{ status: 'later', retryAfterMs },
});

/** 2026-01-02T03:04:35Z, half a minute after NOW, as HTTP writes dates. */
export const IN_HALF_A_MINUTE = 'Fri, 02 Jan 2026 03:04:35 GMT';

/** Never aborted. */
export const { signal } = new AbortController();
setMaxListeners(0, signal);

/** A log that keeps what it is told. */
export function keptLog(): { readonly log: pino.Logger; readonly lines: string[] } {
  const lines: string[] = [];
  return { lines, log: pino({ level: 'trace' }, { write: (line: string) => void lines.push(line) }) };
}
