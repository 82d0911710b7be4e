import { UsageError } from '../errors.js';
import { isRevisionName } from '../generate/revision-name.js';

/**
 * Makes sure that a class of a revision can have that name.
 *
 * @param example a command with a good one
 * @throws UsageError
 */
export function assertRevisionName(name: string, example: string): void {
  if (isRevisionName(name)) return;
  throw new UsageError(
    `"${name}": the name of a revision is in PascalCase and does not end in a digit. Example: ${example}`,
  );
}
