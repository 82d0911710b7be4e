import type { DialectGroups, StatementGroup } from '../../planning.js';
import { describeRename, renameSteps, type Rename } from '../../../schema/rename.js';
import { quoteIdentifier } from '../../../sql/quote.js';
import { statement, type Statement } from '../../../sql/statement.js';
import { renameTable } from './statements.js';

/** Confirmed renames, in place. Values are part of the copy of their table. */
export function sqliteRenames(renames: readonly Rename[]): DialectGroups {
  const inPlace = renameSteps(renames)
    .filter(({ kind }) => kind !== 'value' && kind !== 'type')
    .flatMap(byOtherName);
  return {
    up: inPlace.map((rename) => groupOf(rename, renaming(rename))),
    down: [...inPlace]
      .reverse()
      .map((rename) => groupOf(rename, renaming({ ...rename, from: rename.to, to: rename.from }))),
  };
}

/** To SQLite, a table whose name differs in case alone is there already. */
function byOtherName(rename: Rename): readonly Rename[] {
  const { kind, from, to } = rename;
  if (kind !== 'table' || from.toLowerCase() !== to.toLowerCase()) return [rename];
  const between = `${to}_renamed`;
  return [
    { ...rename, to: between },
    { ...rename, from: between },
  ];
}

function groupOf(rename: Rename, one: Statement): StatementGroup {
  return { reason: describeRename(rename), statements: [one] };
}

function renaming(rename: Rename): Statement {
  const { from, to } = rename;
  return 'table' in rename
    ? statement(
        `ALTER TABLE ${quoteIdentifier(rename.table)} RENAME COLUMN ${quoteIdentifier(from)} TO ${quoteIdentifier(to)}`,
      )
    : renameTable(from, to);
}
