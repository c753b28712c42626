import { type ReactElement, useCallback, useEffect, useState } from 'react';
import { FillstreamProvider } from '../client/react.ts';
import { Desk } from './desk.tsx';
import { forget, onSignedOutElsewhere, remember, remembered } from './remembered.ts';
import { openDemoSession, type Session } from './session.ts';
import { SignIn } from './sign-in.tsx';
import { useTheme } from './theme.ts';

function resumed(): Session | null {
  const user = remembered();
  return user === null ? null : openDemoSession(user);
}

/** Signed out, or one user's desk. */
export function App(): ReactElement {
  const [session, setSession] = useState(resumed);
  const [theme, toggleTheme] = useTheme();
  const leave = useCallback((): void => {
    session?.end();
    forget();
    setSession(null);
  }, [session]);
  useEffect(() => {
    if (!session) return;
    void session.isKnown().then((isKnown) => isKnown || leave());
    return session.demoUser === null ? undefined : onSignedOutElsewhere(session.demoUser, leave);
  }, [session, leave]);
  if (!session) {
    const enter = (entered: Session): void => {
      if (entered.demoUser !== null) remember(entered.demoUser);
      setSession(entered);
    };
    return <SignIn onSignIn={enter} />;
  }
  return (
    <FillstreamProvider client={session.client} cache={session.cache}>
      <Desk session={session} theme={theme} onToggleTheme={toggleTheme} onSignOut={leave} />
    </FillstreamProvider>
  );
}
