import { Component, type ReactElement, type ReactNode } from 'react';
import { openOrderCache } from '../client/offline.ts';

interface BoundaryProps {
  readonly children: ReactNode;
}

/** Stands where a page that can't be drawn would leave nothing at all. */
export class Boundary extends Component<BoundaryProps, { readonly hasFailed: boolean }> {
  override readonly state = { hasFailed: false };

  static getDerivedStateFromError(): { readonly hasFailed: boolean } {
    return { hasFailed: true };
  }

  override render(): ReactNode {
    return this.state.hasFailed ? <Failed /> : this.props.children;
  }
}

function Failed(): ReactElement {
  return (
    <main className="sign-in">
      <div role="alert">
        <h1>This page can’t be shown</h1>
        <p>
          Something in it is not as it should be. Your orders are not touched by that: they go on at their venues, and
          nothing is lost.
        </p>
      </div>
      <p>
        <button type="button" className="button primary" onClick={() => void startAnew()}>
          Load it anew
        </button>
      </p>
      <p className="muted">What this device has kept of your orders is dropped and comes from the service again.</p>
    </main>
  );
}

/** Without what was kept: if that is at fault, the page would only fail again. */
async function startAnew(): Promise<void> {
  await openOrderCache('nobody').clear();
  location.reload();
}
