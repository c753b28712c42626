import { type ReactElement, type SyntheticEvent, useState } from 'react';
import { useSending } from './sending.ts';
import type { Trading } from './trading.ts';
import { isClosed, type Order } from './words.ts';

interface ActionsProps {
  readonly order: Order;
  readonly trading: Trading;
}

/** Modify and cancel. What came of it shows in the order itself. */
export function Actions({ order, trading }: ActionsProps): ReactElement | null {
  const [isModifying, setModifying] = useState(false);
  const { send, isSending, refused } = useSending();
  if (isClosed(order)) return null;
  const cancel = async (): Promise<void> => {
    if (await send(trading.cancel, { orderId: order.id })) setModifying(false);
  };
  const modify = async (change: Change): Promise<void> => {
    if (await send(trading.modify, { orderId: order.id, ...change })) setModifying(false);
  };
  return (
    <section>
      <div className="actions">
        <button
          type="button"
          className="button"
          disabled={isSending}
          aria-expanded={isModifying}
          onClick={() => setModifying(!isModifying)}
        >
          Modify
        </button>
        <button
          type="button"
          className="button danger"
          disabled={isSending || order.pendingAction === 'CANCEL'}
          onClick={() => void cancel()}
        >
          {order.pendingAction === 'CANCEL' ? 'Cancel asked for' : 'Cancel order'}
        </button>
      </div>
      {isModifying && (
        <ModifyForm key={order.id} order={order} isSending={isSending} onSend={(change) => void modify(change)} />
      )}
      <p className="fault" role="alert">
        {refused}
      </p>
    </section>
  );
}

type Change = Readonly<Record<keyof typeof TERMS, string | null>>;

interface ModifyFormProps {
  readonly order: Order;
  readonly isSending: boolean;
  readonly onSend: (change: Change) => void;
}

function ModifyForm({ order, isSending, onSend }: ModifyFormProps): ReactElement {
  const submit = (event: SyntheticEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const given = new FormData(event.currentTarget);
    const read = (name: string): string | null => (given.get(name) as string | null)?.trim() || null;
    onSend({ quantity: read('quantity'), price: read('price'), stopPx: read('stopPx') });
  };
  const terms = (['quantity', 'price', 'stopPx'] as const).filter((name) => order[name] !== null);
  return (
    <form className="ticket" onSubmit={submit} aria-label="Modify the order">
      {terms.map((name) => (
        <label key={name} className="field">
          <span>{TERMS[name]}</span>
          <input name={name} defaultValue={order[name] ?? ''} inputMode="decimal" required pattern="[0-9]*[.]?[0-9]+" />
        </label>
      ))}
      <button type="submit" className="button primary whole" disabled={isSending}>
        Ask for the change
      </button>
    </form>
  );
}

const TERMS = { quantity: 'Quantity', price: 'Limit price', stopPx: 'Stop price' } as const;
