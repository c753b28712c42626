import { type ReactElement, type SyntheticEvent, useState } from 'react';
import type { AssetClass, OrderType, PlaceOrderInput, Side, TimeInForce } from '../generated/web/graphql.ts';
import { useSending } from './sending.ts';
import type { Trading } from './trading.ts';
import { grouped, TIME_IN_FORCE } from './words.ts';

interface TicketProps {
  readonly trading: Trading;
  readonly onClose: () => void;
}

const ORDER_TYPES: Readonly<Record<OrderType, string>> = {
  MARKET: 'Market',
  LIMIT: 'Limit',
  STOP: 'Stop',
  STOP_LIMIT: 'Stop limit',
};
const ASSET_CLASSES: Readonly<Partial<Record<AssetClass, string>>> = {
  EQUITY: 'Stock',
  ETF: 'ETF',
  MUTUAL_FUND: 'Mutual fund',
  CRYPTO: 'Crypto',
};
const TIMES = Object.fromEntries((['DAY', 'GTC', 'IOC', 'FOK'] as const).map((time) => [time, TIME_IN_FORCE[time]]));

/** A new order. It stays open after one is placed: traders seldom place only one. */
export function Ticket({ trading, onClose }: TicketProps): ReactElement {
  const [orderType, setOrderType] = useState<OrderType>('LIMIT');
  const [byAmount, setByAmount] = useState(false);
  const { send, isSending, refused } = useSending();
  const [sent, setSent] = useState('');
  const submit = async (event: SyntheticEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    setSent('');
    const input = inputOf(new FormData(event.currentTarget), byAmount);
    const isTaken = await send(trading.place, input);
    if (isTaken) setSent(`Sent: ${input.symbol}, ${grouped(input.quantity ?? input.notional ?? null)}.`);
  };
  return (
    <form className="detail" onSubmit={(event) => void submit(event)} aria-label="New order">
      <header>
        <h2>New order</h2>
        <button type="button" className="button quiet" onClick={onClose} aria-label="Close">
          ✕
        </button>
      </header>
      <div className="ticket">
        <fieldset className="sides whole">
          <legend className="sr-only">Side</legend>
          <label className="BUY">
            <input type="radio" name="side" value="BUY" defaultChecked /> Buy
          </label>
          <label className="SELL">
            <input type="radio" name="side" value="SELL" /> Sell
          </label>
        </fieldset>
        <Text name="symbol" label="Symbol" placeholder="AAPL" autoFocus />
        <Choice name="assetClass" label="Kind" options={ASSET_CLASSES} />
        <Choice
          name="orderType"
          label="Type"
          options={ORDER_TYPES}
          value={orderType}
          onChange={(value) => setOrderType(value as OrderType)}
        />
        <Choice name="timeInForce" label="In force" options={TIMES} />
        <Number name="quantity" label={byAmount ? 'Amount' : 'Quantity'} />
        <label className="field">
          <span>By</span>
          <select value={byAmount ? 'amount' : 'quantity'} onChange={(e) => setByAmount(e.target.value === 'amount')}>
            <option value="quantity">Quantity</option>
            <option value="amount">Amount</option>
          </select>
        </label>
        {orderType.includes('STOP') && <Number name="stopPx" label="Stop price" />}
        {orderType.includes('LIMIT') && <Number name="price" label="Limit price" />}
        <button type="submit" className="button primary whole" disabled={isSending}>
          {isSending ? 'Placing…' : 'Place order'}
        </button>
        <p className="fault whole" role="alert">
          {refused}
        </p>
        <p className="muted whole" role="status">
          {sent}
        </p>
      </div>
    </form>
  );
}

function inputOf(given: FormData, byAmount: boolean): Omit<PlaceOrderInput, 'clOrdId'> {
  const read = (name: string): string | null => (given.get(name) as string | null)?.trim() || null;
  const asked = read('quantity');
  return {
    symbol: read('symbol')?.toUpperCase() ?? '',
    assetClass: read('assetClass') as AssetClass,
    side: read('side') as Side,
    orderType: read('orderType') as OrderType,
    timeInForce: read('timeInForce') as TimeInForce,
    ...(byAmount ? { notional: asked } : { quantity: asked }),
    price: read('price'),
    stopPx: read('stopPx'),
    platform: 'WEB',
  };
}

interface TextProps {
  readonly name: string;
  readonly label: string;
  readonly placeholder?: string;
  readonly autoFocus?: boolean;
}

function Text({ name, label, ...rest }: TextProps): ReactElement {
  return (
    <label className="field">
      <span>{label}</span>
      <input name={name} required autoComplete="off" spellCheck={false} {...rest} />
    </label>
  );
}

function Number({ name, label }: { name: string; label: string }): ReactElement {
  return (
    <label className="field">
      <span>{label}</span>
      <input name={name} required inputMode="decimal" pattern="[0-9]*[.]?[0-9]+" autoComplete="off" />
    </label>
  );
}

interface ChoiceProps {
  readonly name: string;
  readonly label: string;
  readonly options: Readonly<Record<string, string>>;
  readonly value?: string;
  readonly onChange?: (value: string) => void;
}

function Choice({ name, label, options, value, onChange }: ChoiceProps): ReactElement {
  return (
    <label className="field">
      <span>{label}</span>
      <select name={name} {...(value !== undefined && { value })} onChange={(event) => onChange?.(event.target.value)}>
        {Object.entries(options).map(([option, words]) => (
          <option key={option} value={option}>
            {words}
          </option>
        ))}
      </select>
    </label>
  );
}
