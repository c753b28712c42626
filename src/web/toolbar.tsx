import { type ReactElement, type RefObject, useState } from 'react';
import type { View } from './view.ts';
import { STATUS } from './words.ts';

interface ToolbarProps {
  readonly view: View;
  readonly search: RefObject<HTMLInputElement | null>;
  /** A phone's width: the filters are folded away. */
  readonly narrow: boolean;
  readonly onView: (view: View) => void;
  readonly onNewOrder: () => void;
  readonly onRefresh: () => void;
}

const TABS = [
  ['open', 'Open orders'],
  ['history', 'All orders'],
] as const;
const ASSET_CLASSES = { EQUITY: 'Stocks', ETF: 'ETFs', MUTUAL_FUND: 'Mutual funds', CRYPTO: 'Crypto' };
const SIDES = { BUY: 'Buy', SELL: 'Sell', SELL_SHORT: 'Sell short' };
const STATUSES = Object.fromEntries(Object.entries(STATUS).map(([status, { label }]) => [status, label]));

export function Toolbar({ view, search, narrow, onView, onNewOrder, onRefresh }: ToolbarProps): ReactElement {
  const [showsPicks, setShowsPicks] = useState(false);
  const pick = (name: 'side' | 'status' | 'assetClass', label: string, options: Readonly<Record<string, string>>) => (
    <select aria-label={label} value={view[name]} onChange={(event) => onView({ ...view, [name]: event.target.value })}>
      {Object.entries(options).map(([option, words]) => (
        <option key={option} value={option}>
          {words}
        </option>
      ))}
    </select>
  );
  return (
    <div className="toolbar">
      <div className="tabs" role="tablist" aria-label="Which orders">
        {TABS.map(([tab, name]) => (
          <button
            key={tab}
            type="button"
            role="tab"
            aria-selected={view.tab === tab}
            onClick={() => onView({ ...view, tab })}
          >
            {name}
          </button>
        ))}
      </div>
      <input
        ref={search}
        type="search"
        placeholder="Symbol  /"
        aria-label="Symbols"
        value={view.symbol}
        onChange={(event) => onView({ ...view, symbol: event.target.value })}
      />
      <button
        type="button"
        className="button quiet picks-toggle"
        aria-expanded={showsPicks}
        onClick={() => setShowsPicks(!showsPicks)}
      >
        Filters
      </button>
      <div className="picks" hidden={narrow && !showsPicks}>
        {pick('side', 'Side', { '': 'Both sides', ...SIDES })}
        {pick('status', 'Status', { '': 'Any status', ...STATUSES })}
        {pick('assetClass', 'Kind', { '': 'All kinds', ...ASSET_CLASSES })}
      </div>
      <span className="grow" />
      <button type="button" className="button quiet" onClick={onRefresh} aria-keyshortcuts="r">
        Refresh
      </button>
      <button type="button" className="button primary" onClick={onNewOrder} aria-keyshortcuts="n">
        New order
      </button>
    </div>
  );
}
