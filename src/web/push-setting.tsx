import type { ReactElement } from 'react';
import type { Viewer } from './push.ts';
import { usePush } from './push-state.ts';
import { Section } from './settings-parts.tsx';

/** The permission is asked for on a press alone. */
export function PushSetting({ viewer }: { viewer: Viewer }): ReactElement {
  const { state, said, fault, switchOn, switchOff } = usePush(viewer);
  return (
    <Section title="Push on this browser">
      <p role="status">{said}</p>
      {state === 'off' && (
        <button type="button" className="button" onClick={switchOn}>
          Show notifications here
        </button>
      )}
      {state === 'on' && (
        <button type="button" className="button" onClick={switchOff}>
          Show none here
        </button>
      )}
      <p className="fault" role="alert">
        {fault}
      </p>
    </Section>
  );
}
