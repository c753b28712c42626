import { type ReactElement, useState } from 'react';
import type { Viewer } from './push.ts';
import { usePush } from './push-state.ts';
import { keepPushWish, pushWish } from './push-wish.ts';

/** Offers push to who has not said yet whether they want it here. Who says no is not asked again. */
export function PushHint({ viewer }: { viewer: Viewer }): ReactElement | null {
  const { state, said, fault, switchOn } = usePush(viewer);
  const [isPressed, setPressed] = useState(false);
  const [isSettled, setSettled] = useState(() => pushWish(viewer.userId) !== null);
  // What has come of a press is said, whatever it is.
  if (isSettled || state === null || (state !== 'off' && !isPressed)) return null;
  return (
    <section className="hint" aria-label="Push on this browser">
      <p role="status">{isPressed ? said : 'Hear of fills on this browser also while this page is closed.'}</p>
      {state === 'off' && (
        <p className="doings">
          <button
            type="button"
            className="button"
            onClick={() => {
              setPressed(true);
              switchOn();
            }}
          >
            Switch push on
          </button>
          <button
            type="button"
            className="button quiet"
            onClick={() => {
              keepPushWish(viewer.userId, 'off');
              setSettled(true);
            }}
          >
            Not now
          </button>
        </p>
      )}
      {fault !== null && (
        <p className="fault" role="alert">
          {fault}
        </p>
      )}
    </section>
  );
}
