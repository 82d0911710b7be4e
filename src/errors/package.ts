import { OrchestratorDbError } from './base.js';

/** A package that only some commands need is not installed. */
export class PackageMissingError extends OrchestratorDbError {
  readonly code = 'PACKAGE_MISSING';

  /**
   * @param needed the name of the package
   * @param use the feature that requires it, as the subject of a sentence
   * @param range the version to install
   */
  constructor(
    readonly needed: string,
    use: string,
    range: string,
  ) {
    super(
      `${use} requires the package ${needed}, which is not installed. Nothing was changed. ` +
        `Install it: npm install ${needed}@${range}`,
    );
  }
}
