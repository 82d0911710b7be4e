import { OrchestratorDbError } from '../errors/base.js';

/** A write would change a status without its state transition; nothing was written. */
export class StateTransitionError extends OrchestratorDbError {
  readonly code = 'STATE_TRANSITION_LOST';

  /**
   * @param entity class name
   * @param problem the write, why its transition is unknown, and what to do
   */
  constructor(
    readonly entity: string,
    problem: string,
  ) {
    super(`${problem} Nothing was written.`);
  }
}
