import { OrchestratorDbError } from './base.js';

/** No process of the application has such a heartbeat. */
export class ReplicaUnknownError extends OrchestratorDbError {
  readonly code = 'REPLICA_UNKNOWN';

  /**
   * @param replica the id, or the beginning of one, as it was given
   * @param connected the ids of those that have one
   */
  constructor(
    readonly replica: string,
    readonly connected: readonly string[],
  ) {
    super(
      `No replica has an id that begins with "${replica}". ${
        connected.length === 0
          ? 'No replica has a heartbeat in this database.'
          : `These have a heartbeat: ${connected.join(', ')}.`
      } Nothing was changed.`,
    );
  }
}

/** The beginning of an id that several processes have. */
export class ReplicaAmbiguousError extends OrchestratorDbError {
  readonly code = 'REPLICA_AMBIGUOUS';

  /**
   * @param replica the beginning of an id, as it was given
   * @param matching the ids that begin with it
   */
  constructor(
    readonly replica: string,
    readonly matching: readonly string[],
  ) {
    super(
      `"${replica}" matches several replicas: ${matching.join(', ')}. Nothing was changed. Use a longer part of the id.`,
    );
  }
}
