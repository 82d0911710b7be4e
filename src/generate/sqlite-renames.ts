import type { DialectGroups, StatementGroup } from './move.js';
import { reasonOf } from './postgres/renames.js';
import { quote } from './postgres/sql.js';
import { renameSteps, type Rename } from './renames.js';

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
  return { reason: reasonOf(rename), statements: [sql] };
}

function statement(rename: Rename): string {
  const { from, to } = rename;
  return 'table' in rename
    ? `ALTER TABLE ${quote(rename.table)} RENAME COLUMN ${quote(from)} TO ${quote(to)}`
    : `ALTER TABLE ${quote(from)} RENAME TO ${quote(to)}`;
}
