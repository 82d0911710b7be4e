import type { SchemaModel } from '../../../schema/model.js';
import { renameSteps, type Rename } from '../../../generate/compare/renames.js';
import { RANKS, STAGES, type Move } from './move.js';
import { type PostgresNames } from './sql.js';
import { allowing, alterTable, statement, type Statement } from '../../../sql/statement.js';
import { quoteIdentifier, quoteLiteral } from '../../../sql/quote.js';

/** Before everything else, also before a new value of a type. */
const FIRST = STAGES.values * 10;

/** What was said to be renamed, in place: the first thing that is done, and the last one that is undone. */
export function renameMoves(
  renames: readonly Rename[],
  names: PostgresNames,
  head: SchemaModel,
): readonly Move[] {
  const of = { names, head, renames };
  const moves = renameSteps(renames).map((rename): Move => ({
    stage: FIRST,
    rank: RANKS.alter,
    alone: false,
    reason: reasonOf(rename),
    up: [allowed(rename, renaming(rename, of))],
    down: [renaming(backwards(rename), of)],
  }));
  // A value may be said to be renamed for each of the columns that share its type.
  return moves.filter(({ up }, index) => moves.findIndex((one) => one.up[0]?.sql === up[0]?.sql) === index);
}

/** The name of a type is in no statement but those that make tables. */
function allowed({ kind }: Rename, one: Statement): Statement {
  if (kind === 'type') return one;
  return allowing(`rename-${kind === 'value' ? 'enum-value' : kind}`, 'asked for with --rename', one);
}

/** What was renamed, in words. */
export function reasonOf(rename: Rename): string {
  const { from, to } = rename;
  switch (rename.kind) {
    case 'table':
      return `${to}: table, ${from} before`;
    case 'type':
      return `${to}: enum, ${from} before`;
    case 'column':
      return `${rename.table}.${to}: column, ${from} before`;
    case 'value':
      return `${rename.table}.${rename.column}: value ${to}, ${from} before`;
  }
}

function backwards(rename: Rename): Rename {
  return { ...rename, from: rename.to, to: rename.from };
}

interface Renaming {
  readonly names: PostgresNames;
  readonly head: SchemaModel;
  readonly renames: readonly Rename[];
}

function renaming(rename: Rename, of: Renaming): Statement {
  const { names } = of;
  const { from, to } = rename;
  switch (rename.kind) {
    case 'table':
      return alterTable(names.path(from), `RENAME TO ${quoteIdentifier(to.slice(to.indexOf('.') + 1))}`, {
        renamesTable: true,
      });
    case 'type':
      return statement(
        `ALTER TYPE ${names.path(from)} RENAME TO ${quoteIdentifier(to.slice(to.indexOf('.') + 1))}`,
      );
    case 'column':
      return alterTable(
        names.path(rename.table),
        `RENAME COLUMN ${quoteIdentifier(from)} TO ${quoteIdentifier(to)}`,
      );
    case 'value':
      return statement(
        `ALTER TYPE ${names.path(enumOf(rename, of))} RENAME VALUE ${quoteLiteral(from)} TO ${quoteLiteral(to)}`,
      );
  }
}

/** The type of a column. At head either may have had another name. */
function enumOf(
  { table, column }: { readonly table: string; readonly column: string },
  { head, renames }: Renaming,
): string {
  const tableBefore = renames.find(({ kind, to }) => kind === 'table' && to === table)?.from ?? table;
  const before = renames.find(
    (one) => one.kind === 'column' && one.table === table && one.to === column,
  )?.from;
  const { columns = [] } = head.tables.find(({ name }) => name === tableBefore) ?? {};
  const { type = '' } = columns.find(({ name }) => name === (before ?? column)) ?? {};
  const name = type.replace(/^enum /, '').replace(/(\[\])+$/, '');
  return renames.find(({ kind, from }) => kind === 'type' && from === name)?.to ?? name;
}
