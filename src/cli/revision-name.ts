import { UsageError } from '../errors/base.js';
import { nameProblem } from '../generate/write/revision-name.js';

/**
 * Checks that the name is valid for the class of a revision.
 *
 * @param example a command with a valid name
 * @throws UsageError
 */
export function assertRevisionName(name: string, example: string): void {
  const problem = nameProblem(name);
  if (problem !== undefined) throw new UsageError(`${problem} Example: ${example}`);
}
