import { decimal, printDecimal, shownDecimal } from '../kernel/decimal.ts';
import { globalId } from '../kernel/global-id.ts';
import { type FillChange, isDerivedExecId, type KnownFill, standingOf } from './fills.ts';
import { stampOf } from './registers.ts';
import { derivedStanding, type Rest } from './rests.ts';
import type * as words from './words.ts';

/** An execution as it is stored, with what its order says of it; decimals as text. */
export interface ExecutionRow {
  readonly venue: string;
  readonly execId: string;
  readonly execType: KnownFill['execType'];
  readonly execRefId: string | null;
  readonly orderId: string;
  readonly clOrdId: string | null;
  readonly account: string;
  readonly symbol: string;
  readonly assetClass: words.AssetClass;
  readonly side: words.Side;
  readonly platform: words.Platform;
  readonly client: string | null;
  readonly lastQty: string | null;
  readonly lastPx: string | null;
  readonly transactTime: Date | null;
  readonly receivedAt: Date;
  readonly committedAt: Date;
  /** It came when what it tells was derived already. */
  readonly covered: boolean;
}

/** The GraphQL type `Execution`, and the columns of an export in their order. */
export interface ExecutionView {
  readonly id: string;
  readonly execId: string;
  readonly execType: words.ExecType;
  readonly execRefId: string | null;
  readonly orderId: string;
  readonly clOrdId: string | null;
  readonly symbol: string;
  readonly assetClass: words.AssetClass;
  readonly side: words.Side;
  readonly venue: string;
  readonly account: string | null;
  readonly platform: words.Platform;
  readonly client: string | null;
  readonly lastQty: string | null;
  readonly lastPx: string | null;
  readonly amount: string | null;
  readonly transactTime: string | null;
  readonly receivedAt: string;
  readonly committedAt: string;
  readonly counts: boolean;
  readonly busted: boolean;
  readonly correctedBy: string | null;
  readonly superseded: boolean;
}

/** `changes` are all busts and corrections of its order; `rest` is what its derived fills still count for. */
export function executionView(
  row: ExecutionRow,
  changes: ReadonlyMap<string, FillChange>,
  rest: Rest | null = null,
): ExecutionView {
  const { execId, execType, execRefId, clOrdId, symbol, assetClass, side, venue, platform, client } = row;
  const { lastQty, lastPx, ...standing } = standingOfRow(row, changes, rest);
  return {
    id: globalId('Execution', JSON.stringify([venue, execId])),
    ...{
      execId,
      execType,
      execRefId,
      orderId: globalId('Order', row.orderId),
      clOrdId,
      symbol,
      assetClass,
      side,
      venue,
    },
    account: row.account === '' ? null : row.account,
    ...{ platform, client },
    lastQty: lastQty && printDecimal(lastQty),
    lastPx: lastPx && printDecimal(lastPx),
    amount: lastQty && lastPx && printDecimal(shownDecimal(lastQty.times(lastPx))),
    transactTime: row.transactTime?.toISOString() ?? null,
    receivedAt: row.receivedAt.toISOString(),
    committedAt: row.committedAt.toISOString(),
    ...standing,
  };
}

type Stands = Pick<ExecutionView, 'counts' | 'busted' | 'correctedBy' | 'superseded'> &
  Pick<KnownFill, 'lastQty' | 'lastPx'>;

function standingOfRow(row: ExecutionRow, changes: ReadonlyMap<string, FillChange>, rest: Rest | null): Stands {
  const { execId, execType, execRefId, assetClass } = row;
  const lastQty = row.lastQty === null ? null : decimal(row.lastQty);
  const lastPx = row.lastPx === null ? null : decimal(row.lastPx);
  const standing = standingOf({ execId, execType, execRefId, stamp: stampOf(row) }, changes);
  if (!rest || !isDerivedExecId(execId, row.orderId)) return { lastQty, lastPx, ...standing, superseded: false };
  return { ...standing, ...derivedStanding({ execId, assetClass, lastQty, lastPx }, rest) };
}
