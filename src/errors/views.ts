import { OrchestratorDbError } from './base.js';

/** A view that cannot be created, kept or made again. */
export interface ViewProblem {
  /** The view, or several. */
  readonly view: string;
  /** A clause. */
  readonly problem: string;
  /** A sentence: what to do. */
  readonly remedy: string;
}

/** Views of the entities or of the database stand against a change; nothing was verified or written. */
export class ViewRefusedError extends OrchestratorDbError {
  readonly code = 'VIEW_REFUSED';

  constructor(readonly problems: readonly ViewProblem[]) {
    const words = problems.map(({ view, problem, remedy }) => `${view}: ${problem}. ${remedy}`);
    super(`${words.join(' ')} Nothing was written.`);
  }
}
