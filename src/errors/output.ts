import { OrchestratorDbError } from './base.js';

/** The file of `--output` cannot be written. */
export class OutputNotWrittenError extends OrchestratorDbError {
  readonly code = 'OUTPUT_NOT_WRITTEN';

  /**
   * @param file its path
   * @param problem what the file system reports
   * @param remedy a sentence or two
   */
  constructor(
    readonly file: string,
    problem: string,
    remedy: string,
  ) {
    super(`--output: ${file} was not written: ${problem.replace(/\.$/, '')}. ${remedy}`);
  }
}
