import { OrchestratorDbError } from './base.js';

/** The revisions of a DataSource cannot be recorded in a manifest. */
export class ManifestRefusedError extends OrchestratorDbError {
  readonly code = 'MANIFEST_REFUSED';

  /** @param reason what prevents it, without the full stop at its end */
  constructor(readonly reason: string) {
    super(`No manifest was written: ${reason}. Commands on this DataSource work without one, over TypeORM.`);
  }
}
