/** Structured log, one JSON object a line, with the active trace's id. Fields never hold content or personal data. */
export interface Logger {
  debug(event: string, fields?: LogFields): void;
  info(event: string, fields?: LogFields): void;
  warn(event: string, fields?: LogFields): void;
  error(event: string, fields?: LogFields): void;
  child(fields: LogFields): Logger;
}

export type LogFields = Readonly<Record<string, string | number | boolean | bigint | undefined | Error>>;
