/** What a revision with lists has to keep to, before it is run. */

import { inspect } from 'node:util';
import { databaseNamed } from '../databases/registry.js';
import { RevisionInvalidError } from '../errors/migration.js';
import { wantedNumber } from '../number-options.js';
import { questionIn } from '../sql/question.js';
import { isEmptySql } from '../sql/text.js';
import type { Direction } from '../databases/direction.js';

/** What is looked at of a revision. */
interface Listed {
  readonly transaction?: boolean;
  readonly lockTimeoutMs?: number;
  readonly statementTimeoutMs?: number;
  statements(dialect: string, direction: Direction): readonly string[];
}

/** @throws RevisionInvalidError for a limit that is no number of milliseconds */
export function assertLimits(id: string, revision: Listed): void {
  for (const limit of ['lockTimeoutMs', 'statementTimeoutMs'] as const) {
    const wanted = wantedNumber(limit, revision[limit]);
    if (wanted !== undefined)
      throw new RevisionInvalidError(`${id}: ${limit} is ${inspect(revision[limit])}; it takes ${wanted}.`);
  }
}

/** @throws RevisionInvalidError for a list that cannot be run as it is */
export function assertLists(id: string, revision: Listed): void {
  for (const direction of ['up', 'down'] as const) {
    const statements = revision.statements('postgres', direction);
    const isEmpty = (dialect: string) =>
      revision.statements(dialect, direction).some((sql) => isEmptySql(sql, databaseNamed(dialect).language));
    if (isEmpty('postgres') || isEmpty('sqlite'))
      throw new RevisionInvalidError(
        `${id}: has a statement without SQL on the way ${direction}. If there is nothing to do, leave the list empty.`,
      );
    if (revision.transaction !== false && statements.some((sql) => questionIn(sql) !== undefined))
      throw new RevisionInvalidError(
        `${id}: has a query that ends with \\gexec on the way ${direction}. Its answers run one by one, so it needs transaction = false and a revision of its own.`,
      );
    if (statements.length > 1 && revision.transaction === false)
      throw new RevisionInvalidError(
        `${id}: sets transaction = false and has ${statements.length} PostgreSQL statements on the way ${direction}; ` +
          'if the second one failed, the first could not be rolled back. Put each into its own revision.',
      );
  }
}
