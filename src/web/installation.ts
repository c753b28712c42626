/** What this browser calls itself towards the service, for as long as its storage is kept. */
const KEY = 'fillstream.installation';

export function installation(): string {
  const kept = localStorage.getItem(KEY);
  if (kept !== null) return kept;
  const made = crypto.randomUUID();
  localStorage.setItem(KEY, made);
  return made;
}
