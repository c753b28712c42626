import { type RefObject, useEffect, useRef, useState } from 'react';

/** So far a finger pulls the list down, and lets go, to load it again. */
export const PULL_PX = 64;
/** The list gives way less and less. */
const GIVE = 0.5;

/** Pull to refresh: how far the list is pulled, in pixels, while a finger holds it. */
export function usePull(list: RefObject<HTMLElement | null>, onRefresh: () => void): number {
  const [pulled, setPulled] = useState(0);
  const latest = useRef(onRefresh);
  useEffect(() => {
    latest.current = onRefresh;
  });
  useEffect(() => {
    const element = list.current;
    if (!element) return;
    let startY: number | null = null;
    let distance = 0;
    const move = (to: number): void => setPulled((distance = to));
    const onStart = ({ touches }: TouchEvent): void => {
      startY = element.scrollTop <= 0 && touches.length === 1 ? (touches[0]?.clientY ?? null) : null;
    };
    const onMove = ({ touches }: TouchEvent): void => {
      if (startY !== null)
        move(Math.max(0, Math.min(PULL_PX * 1.5, ((touches[0]?.clientY ?? startY) - startY) * GIVE)));
    };
    const onEnd = (): void => {
      if (distance >= PULL_PX) latest.current();
      startY = null;
      move(0);
    };
    const passive = { passive: true };
    element.addEventListener('touchstart', onStart, passive);
    element.addEventListener('touchmove', onMove, passive);
    element.addEventListener('touchend', onEnd, passive);
    element.addEventListener('touchcancel', onEnd, passive);
    return () => {
      element.removeEventListener('touchstart', onStart);
      element.removeEventListener('touchmove', onMove);
      element.removeEventListener('touchend', onEnd);
      element.removeEventListener('touchcancel', onEnd);
    };
  }, [list]);
  return pulled;
}
