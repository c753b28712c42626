import type { ReactElement } from 'react';
import { type Order, type Shape, statusOf } from './words.ts';

const SIZE = 10;

const GLYPHS: Readonly<Record<Shape, ReactElement>> = {
  ring: <circle cx="5" cy="5" r="3.5" fill="none" stroke="currentColor" strokeWidth="1.5" />,
  half: (
    <>
      <circle cx="5" cy="5" r="3.5" fill="none" stroke="currentColor" strokeWidth="1.5" />
      <path d="M5 1.5a3.5 3.5 0 0 1 0 7z" fill="currentColor" />
    </>
  ),
  disc: <circle cx="5" cy="5" r="4" fill="currentColor" />,
  wait: <circle cx="5" cy="5" r="3.5" fill="none" stroke="currentColor" strokeWidth="1.5" strokeDasharray="2 2" />,
  dash: <path d="M1 5h8" stroke="currentColor" strokeWidth="1.5" />,
  cross: <path d="M1.5 1.5l7 7m0-7l-7 7" stroke="currentColor" strokeWidth="1.5" />,
  pause: <path d="M3 1.5v7m4-7v7" stroke="currentColor" strokeWidth="1.5" />,
};

export function Status({ order }: { order: Pick<Order, 'status'> }): ReactElement {
  const { label, tone, shape } = statusOf(order);
  return (
    <span className={`status ${tone}`}>
      <svg width={SIZE} height={SIZE} aria-hidden="true">
        {GLYPHS[shape]}
      </svg>
      {label}
    </span>
  );
}
