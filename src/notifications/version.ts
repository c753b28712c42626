/** Whether an app's version, such as 2.10.1, is lower than another one; what is no number, as in 2.1-beta, counts as 0. */
export function isBelow(version: string, bound: string): boolean {
  const [own, other] = [numbersOf(version), numbersOf(bound)];
  for (let n = 0; n < Math.max(own.length, other.length); n++) {
    const difference = (own[n] ?? 0) - (other[n] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return false;
}

const numbersOf = (version: string): readonly number[] =>
  version.split('.').map((part) => Number(/^\d{1,9}/.exec(part)?.[0] ?? 0));
