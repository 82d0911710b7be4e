import { OrchestratorDbError } from './base.js';

/** An object that depends on a change and cannot be created again. */
export interface LostObject {
  /** `policy po of job`. */
  readonly words: string;
  /** The file of the revision that creates it; null where it is unknown. */
  readonly file: string | null;
  /** What happens: `job.n gets another type`. */
  readonly change: string;
  readonly reason: string;
}

/** Objects that no entity declares depend on the changes, and cannot be created again exactly afterwards. */
export class DependentsLostError extends OrchestratorDbError {
  readonly code = 'DEPENDENTS_LOST';
  /** The message in parts, for output with several lines. */
  readonly lines: readonly string[];

  constructor(readonly objects: readonly LostObject[]) {
    const [one, it] = objects.length === 1 ? ['an object', 'it'] : ['objects', 'them'];
    const lines = [
      `Nothing was written: ${one} that no entity declares would be lost.`,
      ...objects.map(inWords),
      `Drop ${it} in a revision of your own (npm run -s db -- create Name) and generate again. If you still need ${it} then, create ${it} in a further revision.`,
    ];
    super(lines.join(' '));
    this.lines = lines;
  }
}

function inWords({ words, file, change, reason }: LostObject): string {
  const made = file === null ? '' : ` (created in ${file})`;
  return `${words}${made}: ${change}, and ${reason}.`;
}
