import { destination, type Logger, pino } from 'pino';

export type { Logger };

/** Structured log, one JSON object a line, to standard error: standard output is for what a command answers. */
export function createLog(level: string): Logger {
  return pino({ level, redact: ['*.authorization', '*.password', '*.secret', '*.token'] }, destination(2));
}
