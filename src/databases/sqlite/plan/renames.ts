import type { DialectGroups, StatementGroup } from '../../planning.js';
import { describeRename, renameSteps, type Rename } from '../../../schema/rename.js';
import { quoteIdentifier } from '../../../sql/quote.js';

/** What was said to be renamed, in place. Values are part of the copy of their table. */
export function sqliteRenames(renames: readonly Rename[]): DialectGroups {
  const inPlace = renameSteps(renames).filter(({ kind }) => kind !== 'value' && kind !== 'type');
  return {
    up: inPlace.map((rename) => groupOf(rename, statement(rename))),
    down: [...inPlace]
      .reverse()
      .map((rename) => groupOf(rename, statement({ ...rename, from: rename.to, to: rename.from }))),
  };
}

function groupOf(rename: Rename, sql: string): StatementGroup {
  return { reason: describeRename(rename), statements: [sql] };
}

function statement(rename: Rename): string {
  const { from, to } = rename;
  return 'table' in rename
    ? `ALTER TABLE ${quoteIdentifier(rename.table)} RENAME COLUMN ${quoteIdentifier(from)} TO ${quoteIdentifier(to)}`
    : `ALTER TABLE ${quoteIdentifier(from)} RENAME TO ${quoteIdentifier(to)}`;
}
