import { type ReactElement, type SyntheticEvent, useEffect, useState } from 'react';
import { openDemoSession, readDemoUsers, type Session, signInWithToken } from './session.ts';

const AWAY = 'The service can’t be reached. Load this page again to try once more.';

export function SignIn({ onSignIn }: { onSignIn: (session: Session) => void }): ReactElement {
  const [users, setUsers] = useState<readonly string[]>([]);
  const [fault, setFault] = useState<string | null>(null);
  useEffect(() => {
    const leaving = new AbortController();
    readDemoUsers(leaving.signal).then(setUsers, () => leaving.signal.aborted || setFault(AWAY));
    return () => leaving.abort();
  }, []);
  const enter = async (signIn: Promise<Session>): Promise<void> => {
    try {
      onSignIn(await signIn);
    } catch (error) {
      setFault(error instanceof Error ? error.message : String(error));
    }
  };
  const submit = (event: SyntheticEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const token = new FormData(event.currentTarget).get('token') as string;
    void enter(signInWithToken(token.trim()));
  };
  return (
    <main className="sign-in">
      <div>
        <h1>Fillstream</h1>
        <p className="muted">Orders and fills, the moment they happen.</p>
      </div>
      {users.length > 0 && (
        <section>
          <p className="muted">The demo trades for these three. Whose orders do you want to see?</p>
          <p className="users">
            {users.map((user) => (
              <button
                key={user}
                type="button"
                className="button primary"
                onClick={() => onSignIn(openDemoSession(user))}
              >
                {user}
              </button>
            ))}
          </p>
        </section>
      )}
      <form onSubmit={submit}>
        <label className="field">
          <span>{users.length > 0 ? 'Or a token of your own' : 'Your token'}</span>
          <input name="token" type="password" required autoComplete="off" spellCheck={false} />
        </label>
        <button type="submit" className="button">
          Sign in
        </button>
        <p className="fault" role="alert">
          {fault}
        </p>
      </form>
    </main>
  );
}
