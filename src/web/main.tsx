import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { Boundary } from './boundary.tsx';
import './theme.css';
import './layout.css';
import './orders.css';
import './order.css';
import './notifications.css';
import './settings.css';

const root = document.getElementById('root');
if (root) {
  createRoot(root).render(
    <StrictMode>
      <Boundary>
        <App />
      </Boundary>
    </StrictMode>,
  );
}

// After all that the page needs itself. Where workers are refused, as over plain HTTP, the page works without.
if ('serviceWorker' in navigator) {
  addEventListener('load', () => void navigator.serviceWorker.register('/service-worker.js').catch(() => undefined));
}
