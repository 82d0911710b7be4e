import { LineLogger } from './logger.js';

/** Writes warnings and errors to standard error. */
export function errorLogger(): LineLogger {
  return new LineLogger('error', (line) => void process.stderr.write(`${line}\n`));
}
