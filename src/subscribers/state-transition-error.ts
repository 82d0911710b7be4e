import { OrchestratorDbError } from '../errors.js';

/** A write would change a status without its state transition; nothing was written. */
export class StateTransitionError extends OrchestratorDbError {
  readonly code = 'STATE_TRANSITION_LOST';

  /**
   * @param entity class name
   * @param problem what is written, why its transition is not known, and what to do
   */
  constructor(
    readonly entity: string,
    problem: string,
  ) {
    super(`${problem} Nothing was written.`);
  }
}
