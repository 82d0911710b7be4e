import type { DialectGroups, StatementGroup } from './move.js';
import { reasonOf } from './postgres/renames.js';
import { quote } from './postgres/sql.js';
import type { Rename } from './renames.js';

/** What was said to be renamed, in place. Values are part of the copy of their table. */
export function sqliteRenames(renames: readonly Rename[]): DialectGroups {
  const inPlace = renames.filter((rename) => rename.kind !== 'value');
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

function statement(rename: Exclude<Rename, { readonly kind: 'value' }>): string {
  const { from, to } = rename;
  return rename.kind === 'table'
    ? `ALTER TABLE ${quote(from)} RENAME TO ${quote(to)}`
    : `ALTER TABLE ${quote(rename.table)} RENAME COLUMN ${quote(from)} TO ${quote(to)}`;
}
