import { UsageError } from '../errors.js';
import { nameProblem } from '../generate/write/revision-name.js';

/**
 * Makes sure that a class of a revision can have that name.
 *
 * @param example a command with a good one
 * @throws UsageError
 */
export function assertRevisionName(name: string, example: string): void {
  const problem = nameProblem(name);
  if (problem !== undefined) throw new UsageError(`${problem} Example: ${example}`);
}
