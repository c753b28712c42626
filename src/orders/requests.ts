import type { Tx } from '../db/client.ts';
import type { OrderRequest } from '../generated/prisma/client.ts';
import { writeExact } from '../kernel/exact-json.ts';
import type { VenueRequest } from '../venues/venue.ts';
import type { UserId } from '../kernel/brand.ts';

/** The mutation that was made before under this idempotency key, if any. */
export function findRequest(tx: Tx, user: UserId, clOrdId: string): Promise<OrderRequest | null> {
  return tx.orderRequest.findUnique({ where: { userId_clOrdId: { userId: user, clOrdId } } });
}

type NewRequest = Omit<OrderRequest, 'request' | 'sentAt' | 'heldUntil'> & {
  /** What is to be sent; null where the venue is not sent to. */
  readonly request: VenueRequest | null;
};

export async function writeRequest(tx: Tx, { request, ...row }: NewRequest): Promise<void> {
  const data = { ...row, ...(request && { request: JSON.parse(writeExact(request)) as object }) };
  await tx.orderRequest.create({ data });
}

/** The user's accounts at a venue; two are enough to know that there is not just one. */
export async function readAccounts(tx: Tx, user: UserId, venue: string): Promise<readonly string[]> {
  const rows = await tx.venueAccount.findMany({ where: { userId: user, venue }, select: { account: true } });
  return rows.map(({ account }) => account);
}
