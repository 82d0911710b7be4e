import type { Change } from '../../../schema/change.js';
import type { TableModel } from '../../../schema/model.js';
import { invertInOrder } from '../../../schema/invert.js';
import { danglingIn, withoutDangling } from '../../../schema/dangling.js';
import type { DialectGroups, ConfirmedValues, StatementGroup } from '../../planning.js';
import { reasonOf } from '../../../schema/describe-change.js';
import { droppedFirst, type IndexDrop } from './index-order.js';
import { createIndex, createTable } from './create-table.js';
import { renderTableChanges } from './render-table.js';
import { afterSchema, mannerOf, tablesByName, type SchemaSides } from './sides.js';
import { parentsFirst } from './table-order.js';
import { dropIndex, dropTable } from './statements.js';
import { quoteIdentifier } from '../../../sql/quote.js';
import { statement, type Statement } from '../../../sql/statement.js';

/**
 * The statements that lead from one schema to the other on SQLite, and back. Expressions have the same spelling in
 * both. Columns have the order of the table in `from`, and that of the entities in `to`. A table of both schemas keeps
 * its order and gets new columns at its end; `down` restores `from` as it was.
 *
 * @throws GenerateError for a kind of object that SQLite does not have
 */
export function renderSqlite(
  { from, to, changes, texts }: Compared,
  confirmed: ConfirmedValues,
): DialectGroups {
  const after = afterSchema({ from, to });
  const back = { from: after, to: from, changes: invertInOrder(changes), texts };
  return {
    up: renderOneWay({ from, to: after, changes }, confirmed),
    down: [
      ...renderOneWay(back, reverted(confirmed)),
      ...danglingIn(after, from).map((one) => ({
        reason: `${one.table}: clears references to dropped rows`,
        statements: [statement(withoutDangling(one, WORDS))],
      })),
    ],
  };
}

const WORDS = {
  path: (table: string) => quoteIdentifier(table),
  quote: (name: string) => quoteIdentifier(name),
  equal: (parent: string, child: string) => `${parent} = ${child}`,
};

/** Two schemas, and what differs. */
interface Compared extends SchemaSides {
  readonly changes: readonly Change[];
  /** CREATE TABLE of dropped tables, by name, as far as the model cannot hold all of it. */
  readonly texts?: ReadonlyMap<string, string> | undefined;
}

/** In `down`, values get their former names; a backfill fills a column that `down` adds again. */
function reverted({ renamedValues, usings, usingsDown, ...confirmed }: ConfirmedValues): ConfirmedValues {
  const back = [...renamedValues].map(
    ([column, names]) =>
      [column, new Map([...names].reverse().map(([before, after]) => [after, before] as const))] as const,
  );
  const joinedValues = new Map<string, ReadonlyMap<string, string>>();
  return { ...confirmed, usings: usingsDown, usingsDown: usings, renamedValues: new Map(back), joinedValues };
}

/**
 * In this order: dropped tables, children first; dropped indexes, since their names are known in the whole database;
 * new tables, parents first; then the other changes, table by table.
 */
function renderOneWay(
  { changes, texts, ...sides }: Compared,
  confirmed: ConfirmedValues,
): readonly StatementGroup[] {
  const inTables = changes.filter((change) => !['table', 'view'].includes(mannerOf(change)));
  const gone = droppedFirst(changes);
  return [
    ...dropTables(sides, changes),
    ...gone.map(indexDropped),
    ...createTables(sides, changes, texts),
    ...byTable(inTables).flatMap(([table, own]) =>
      renderTableChanges(sides, { table, changes: own, gone }, confirmed),
    ),
  ];
}

function dropTables({ from }: SchemaSides, changes: readonly Change[]): readonly StatementGroup[] {
  const gone = changes.filter((change) => change.kind === 'drop-table');
  const tables = tablesByName(from);
  const childrenFirst = parentsFirst(gone.flatMap(({ table }) => tables.get(table) ?? [])).toReversed();
  return childrenFirst.map(({ name }) => ({
    reason: reasonOf(gone.filter(({ table }) => table === name)),
    statements: [dropTable(name)],
  }));
}

function indexDropped(change: IndexDrop): StatementGroup {
  return { reason: reasonOf([change]), statements: [dropIndex(change.live.name)] };
}

function createTables(
  { to }: SchemaSides,
  changes: readonly Change[],
  texts: ReadonlyMap<string, string> | undefined,
): readonly StatementGroup[] {
  const created = changes.filter((change) => change.kind === 'create-table');
  const tables = tablesByName(to);
  return parentsFirst(created.flatMap(({ table }) => tables.get(table) ?? [])).map((table) => ({
    reason: reasonOf(created.filter((change) => change.table === table.name)),
    statements: [withText(table, texts), ...table.indexes.map((index) => createIndex(table.name, index))],
  }));
}

function withText(table: TableModel, texts: ReadonlyMap<string, string> | undefined): Statement {
  const text = texts?.get(table.name);
  return text === undefined
    ? createTable(table)
    : statement(text, { creates: [quoteIdentifier(table.name)] });
}

function byTable(changes: readonly Change[]): readonly (readonly [string, readonly Change[]])[] {
  const tables = [...new Set(changes.map(({ table }) => table))];
  return tables.map((table) => [table, changes.filter((change) => change.table === table)]);
}
