import { z } from 'zod';
import { verdictOf } from './answer.ts';
import type { AlpacaApi } from './api.ts';

/** Whether the key trades for this account of ours. */
export type AccountCheck = (account: string, signal: AbortSignal) => Promise<boolean>;

const accountSchema = z.object({ id: z.string().min(1), account_number: z.string().nullish() });

/**
 * A key of the Trading API belongs to one account, and nothing in an order says which: an order of another one would be
 * executed for the wrong owner. Ours is called as Alpaca's events call it (account_id), by its number, or, as over the
 * WebSocket, whose events name none, not at all.
 */
export function openAccountCheck(api: AlpacaApi): AccountCheck {
  let names: readonly string[] | undefined;
  return async (account, signal) => {
    if (account === '') return true;
    names ??= await readNames(api, signal);
    return names.includes(account);
  };
}

async function readNames(api: AlpacaApi, signal: AbortSignal): Promise<readonly string[]> {
  const answer = await api({ method: 'GET', path: '/v2/account' }, signal);
  const account = accountSchema.safeParse(answer.body).data;
  if (verdictOf(answer).is !== 'done' || !account) throw new Error('Alpaca does not say whose key it is');
  return [account.id, ...(account.account_number ? [account.account_number] : [])];
}
