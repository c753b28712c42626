/** Where the exchange tells its operator about trouble; a pino logger is one. */
export interface PaperLog {
  warn(fields: object, message: string): void;
  debug(fields: object, message: string): void;
}
