import { isatty } from 'node:tty';
import { createColors } from 'picocolors';
import { printFault, printLine } from '../ops/banner.ts';

const STDOUT = 1;

/** Where a person reads: lines with colours. Piped: one JSON value a line, for `jq` and the like. */
export interface Output {
  readonly isPiped: boolean;
  readonly colors: ReturnType<typeof createColors>;
  /** `text` is what a person reads of the value. */
  show(value: unknown, text: () => string): void;
  fault(line: string): void;
}

export function openOutput({ json }: { readonly json: boolean }): Output {
  const isPiped = json || !isatty(STDOUT);
  return {
    isPiped,
    colors: createColors(!isPiped),
    show: (value, text) => printLine(isPiped ? JSON.stringify(value) : text()),
    fault: printFault,
  };
}
