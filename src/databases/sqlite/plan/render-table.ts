import type { Change } from '../../../schema/change.js';
import type { IndexModel } from '../../../schema/model.js';
import type { ConfirmedValues, StatementGroup } from '../../planning.js';
import { reasonOf } from '../../../schema/describe-change.js';
import { columnOf, createIndex } from './create-table.js';
import { canAlterInPlace, columnChanges } from './in-place.js';
import { temporaryName } from './names.js';
import { rebuildTable } from './rebuild.js';
import { rebuildReason } from './rebuild-reason.js';
import { mannerOf, tablesByName, type SchemaSides, type TableSides } from './sides.js';
import { dropIndex } from './statements.js';
import { quoteIdentifier } from '../../../sql/quote.js';
import { statement } from '../../../sql/statement.js';

/** A table that both schemas have, and what changes in it. */
interface ChangedTable {
  readonly table: string;
  readonly changes: readonly Change[];
  /** Those whose index is already dropped. */
  readonly gone: readonly Change[];
}

/** The changes of one table: in place where ALTER TABLE can make them all, else in one rebuild; then new indexes. */
export function renderTableChanges(
  schemas: SchemaSides,
  { table, changes, gone }: ChangedTable,
  confirmed: ConfirmedValues,
): readonly StatementGroup[] {
  const from = tablesByName(schemas.from).get(table);
  const to = tablesByName(schemas.to).get(table);
  if (!from || !to) return [];
  const sides = { from, to };
  const columns = changes.filter((change) => mannerOf(change) !== 'index');
  if (canAlterInPlace(sides, changes, filledColumns(sides, confirmed)))
    return [...alterInPlace(sides, columns), ...newIndexes(table, changes, gone)];
  const rebuilt = {
    reason: rebuildReason(sides, columns),
    statements: [
      ...renamedIndexes(changes, gone).map((name) => dropIndex(name)),
      ...rebuildTable(sides, temporaryName(table, [schemas.from, schemas.to]), confirmed),
      ...unchangedIndexes(sides, changes).map((index) => createIndex(table, index)),
    ],
  };
  return [rebuilt, ...newIndexes(table, changes, changes)];
}

function filledColumns({ to }: TableSides, { backfills }: ConfirmedValues): ReadonlySet<string> {
  const filled = to.columns.filter(({ name }) => backfills.has(`${to.name}.${name}`));
  return new Set(filled.map(({ name }) => name));
}

/** Drops columns first, since a new one may differ from them by the case of its name only. */
function alterInPlace({ to }: TableSides, changes: readonly Change[]): readonly StatementGroup[] {
  const order = (change: Change) => to.columns.findIndex(({ name }) => name === change.object);
  const head = `ALTER TABLE ${quoteIdentifier(to.name)}`;
  return columnChanges(changes)
    .toSorted((a, b) => order(a) - order(b))
    .map((change) => ({
      reason: reasonOf([change]),
      statements: [
        change.kind === 'drop-column'
          ? statement(`${head} DROP COLUMN ${quoteIdentifier(change.object)}`, { hazards: ['drop-column'] })
          : statement(`${head} ADD COLUMN ${columnOf(change.desired, to)}`),
      ],
    }));
}

/** A rebuild restores an index that no statement names. */
function renamedIndexes(changes: readonly Change[], gone: readonly Change[]): readonly string[] {
  return changes.flatMap((change) =>
    change.kind === 'alter-index' && !gone.includes(change) && change.live.name !== change.desired.name
      ? [change.live.name]
      : [],
  );
}

function unchangedIndexes({ to }: TableSides, changes: readonly Change[]): readonly IndexModel[] {
  const changed = new Set(
    changes.filter((change) => mannerOf(change) === 'index').map(({ object }) => object),
  );
  return to.indexes.filter(({ name }) => !changed.has(name));
}

/** @param gone changes whose former index no longer exists */
function newIndexes(
  table: string,
  changes: readonly Change[],
  gone: readonly Change[],
): readonly StatementGroup[] {
  return changes.flatMap((change) => {
    if (change.kind !== 'add-index' && change.kind !== 'alter-index') return [];
    const drop = change.kind === 'alter-index' && !gone.includes(change);
    return {
      reason: reasonOf([change]),
      statements: [...(drop ? [dropIndex(change.live.name)] : []), createIndex(table, change.desired)],
    };
  });
}
