/** Ends an exhaustive switch: compiles only while every case is covered. */
export function unreachable(value: never): never {
  throw new Error(`unreachable: ${JSON.stringify(value)}`);
}
