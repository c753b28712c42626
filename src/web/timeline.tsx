import type { ReactElement } from 'react';
import { useNow } from './time.ts';
import { ago, clockTime, EVENT, grouped, type OrderEvent, stamp, timeOf, wordOf } from './words.ts';

/** An order's life, newest first. */
export function Timeline({ events }: { events: readonly OrderEvent[] }): ReactElement {
  const now = useNow();
  return (
    <ol className="timeline">
      {events.toReversed().map((event) => (
        <li key={event.id} className={event.execType}>
          <div className="what">
            <span>
              {wordOf(EVENT, event.execType)}
              {event.lastQty !== null && ` ${grouped(event.lastQty)} at ${grouped(event.lastPx)}`}
            </span>
            <time dateTime={timeOf(event)} className="muted" title={stamp(timeOf(event))}>
              {clockTime(timeOf(event))}
            </time>
          </div>
          <div className="muted">
            {ago(timeOf(event), now)}
            {event.text !== null && ` · ${event.statusText ?? event.text}`}
          </div>
        </li>
      ))}
    </ol>
  );
}
