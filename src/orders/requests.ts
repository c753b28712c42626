import type { Tx } from '../db/client.ts';
import type { OrderRequest } from '../generated/prisma/client.ts';
import type { UserId } from '../kernel/brand.ts';

/** The mutation that was made before under this idempotency key, if any. */
export function findRequest(tx: Tx, user: UserId, clOrdId: string): Promise<OrderRequest | null> {
  return tx.orderRequest.findUnique({ where: { userId_clOrdId: { userId: user, clOrdId } } });
}

export async function writeRequest(tx: Tx, request: OrderRequest): Promise<void> {
  await tx.orderRequest.create({ data: request });
}

/** The user's accounts at a venue; two are enough to know that there is not just one. */
export async function readAccounts(tx: Tx, user: UserId, venue: string): Promise<readonly string[]> {
  const rows = await tx.venueAccount.findMany({ where: { userId: user, venue }, select: { account: true } });
  return rows.map(({ account }) => account);
}
