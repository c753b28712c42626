/** Which demo user is signed in: in this tab, and where the next tab begins. A token is never kept. */

const KEY = 'fillstream.demo-user';

export function remember(user: string): void {
  sessionStorage.setItem(KEY, user);
  localStorage.setItem(KEY, user);
}

export const remembered = (): string | null => sessionStorage.getItem(KEY) ?? localStorage.getItem(KEY);

export function forget(): void {
  sessionStorage.removeItem(KEY);
  localStorage.removeItem(KEY);
}

/** Another tab has signed this user out; answers how to stop listening. */
export function onSignedOutElsewhere(user: string, listener: () => void): () => void {
  const onStorage = ({ key, oldValue, newValue }: StorageEvent): void => {
    if (key === KEY && oldValue === user && newValue === null) listener();
  };
  addEventListener('storage', onStorage);
  return () => removeEventListener('storage', onStorage);
}
