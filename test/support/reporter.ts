import Mocha from 'mocha';
import { fileTimes, type FileTime } from './file-times.js';

const SHOWN = 10;

/**
 * What mocha prints by default, and below it the slowest files and one line of totals. A default export, since mocha
 * looks for one.
 */
export default class SuiteReporter extends Mocha.reporters.Spec {
  constructor(runner: Mocha.Runner, options?: Mocha.MochaOptions) {
    super(runner, options);
    runner.once('end', () => process.stdout.write(lastLines(fileTimes(), this.stats)));
  }
}

/** The ten slowest files, then `N passed, N failed` on a line of its own. */
export function lastLines(
  times: readonly FileTime[],
  { passes, failures }: { readonly passes: number; readonly failures: number },
): string {
  const slowest = times.slice(0, SHOWN);
  const title = slowest.length === 0 ? [] : [`The ${slowest.length} slowest files:`];
  const lines = slowest.map(({ file, ms }) => `  ${(ms / 1000).toFixed(1).padStart(6)} s  ${file}`);
  return [...title, ...lines, `${passes} passed, ${failures} failed`, ''].join('\n');
}
