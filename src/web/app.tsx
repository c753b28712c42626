import { type ReactElement, useEffect, useState } from 'react';
import { Desk } from './desk.tsx';
import { forget, remember, remembered, type Session, signInAsDemoUser } from './session.ts';
import { SignIn } from './sign-in.tsx';
import { useTheme } from './theme.ts';

/** Signed out, or one user's desk. */
export function App(): ReactElement | null {
  const [session, setSession] = useState<Session | null>(null);
  const [isReturning, setReturning] = useState(remembered() !== null);
  const [theme, toggleTheme] = useTheme();
  useEffect(() => {
    const user = remembered();
    if (user === null) return;
    signInAsDemoUser(user)
      .then(setSession, forget)
      .finally(() => setReturning(false));
  }, []);
  if (isReturning) return null;
  if (!session) {
    const enter = (entered: Session): void => {
      remember(entered);
      setSession(entered);
    };
    return <SignIn onSignIn={enter} />;
  }
  const leave = (): void => {
    forget();
    setSession(null);
  };
  return <Desk key={session.userId} session={session} theme={theme} onToggleTheme={toggleTheme} onSignOut={leave} />;
}
