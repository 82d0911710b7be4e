/**
 * A table under two names until contract: a view has the other one, for the release that knows the table by it. Contract
 * drops the view, and the table gets its name.
 */

import type { SchemaModel, TableModel } from '../../../../schema/model.js';
import { describeRename, type Rename } from '../../../../schema/rename.js';
import { quoteIdentifier } from '../../../../sql/quote.js';
import { allowing, alterTable, statement, type Statement } from '../../../../sql/statement.js';
import { likeTable, type ShownColumn } from '../../views/like-table.js';
import type { Operation } from '../operation.js';
import type { PostgresNames } from '../sql.js';
import type { ColumnRename } from './bridge.js';
import { guardColumns } from './live-guard.js';

/** A rename of a table. */
export type TableRename = Extract<Rename, { readonly kind: 'table' }>;

/** A table and the view of its other name. */
export interface TableAlias {
  /** What contract does: from the name of the table in expand to that of the view. */
  readonly rename: TableRename;
  /** The table at head. */
  readonly head: string;
  /** Its renamed columns, which only the view has under their new names. */
  readonly columns: readonly ColumnRename[];
}

/** The same with the columns of the view. */
export interface ShownAlias extends TableAlias {
  readonly shown: readonly ShownColumn[];
}

/** Whether expand gives the table another name, so that the view can have its own. */
export function isHidden({ rename, head }: TableAlias): boolean {
  return rename.from !== head;
}

/** The columns of the view, of a table as it is in expand. The older release uses a hidden table through the view, too. */
export function shownIn(alias: TableAlias, { tables }: SchemaModel): ShownAlias {
  const { columns = [] } =
    tables.find(({ name }) => name === alias.rename.from) ?? ({} as Partial<TableModel>);
  const shown = columns.flatMap(({ name: column }): readonly ShownColumn[] => {
    const as = alias.columns.find(({ from }) => from === column)?.to;
    if (as === undefined) return [{ column, as: column }];
    return isHidden(alias)
      ? [
          { column, as: column },
          { column, as },
        ]
      : [{ column, as }];
  });
  return { ...alias, shown };
}

const MAIN = { phase: 'main', alone: false } as const;

/** Expand: the view, once the table has the columns of the newer release. */
export function aliasOperation(names: PostgresNames, alias: ShownAlias): Operation {
  const { from, to } = alias.rename;
  return {
    ...MAIN,
    step: 'attach',
    reason: `${to}: a view of ${from}, so that two releases use their own name`,
    reasonBack: `${to}: the view of ${from} is dropped`,
    up: viewStatements(names, alias),
    down: [dropView(names, alias)],
  };
}

/** Expand: the table gets another name, and the view its own, in one transaction. */
export function hidingOperation(names: PostgresNames, alias: ShownAlias): Operation {
  const { from, to } = alias.rename;
  return {
    ...{ ...MAIN, phase: 'rename' },
    step: 'alter',
    reason: `${to}: a view with both names of ${columnsOf(alias)}; the table is ${from} until contract`,
    reasonBack: `${to}: the table has its name again, and the view is dropped`,
    up: [renaming(names, to, from), ...viewStatements(names, alias)],
    down: [dropView(names, alias), renaming(names, from, to)],
  };
}

/** Contract: the view goes and the table gets its name; `down` brings both back. */
export function aliasGone(names: PostgresNames, alias: ShownAlias): Operation {
  const { from, to } = alias.rename;
  return {
    ...{ ...MAIN, phase: 'rename' },
    step: 'alter',
    reason: isHidden(alias)
      ? `${to}: the table has its name again, and the view is dropped`
      : describeRename(alias.rename),
    reasonBack: `${to}: a view of ${from}, so that two releases use their own name`,
    up: [
      dropView(names, alias),
      allowing('rename-table', 'the view had the new name', renaming(names, from, to)),
    ],
    down: [renaming(names, to, from), ...viewStatements(names, alias)],
  };
}

function columnsOf({ columns }: TableAlias): string {
  return columns.map(({ from, to }) => `${from}, which becomes ${to}`).join(', ');
}

function renaming(names: PostgresNames, from: string, to: string): Statement {
  return alterTable(names.path(from), `RENAME TO ${quoteIdentifier(to.slice(to.indexOf('.') + 1))}`, {
    renamesTable: true,
  });
}

function dropView(names: PostgresNames, { rename: { to } }: TableAlias): Statement {
  return statement(`DROP VIEW ${names.path(to)}`);
}

/** Everybody uses a hidden table through the view, so that may lack no column. */
function viewStatements(names: PostgresNames, alias: ShownAlias): readonly Statement[] {
  const { rename, shown } = alias;
  const [table, view] = [names.path(rename.from), names.path(rename.to)];
  const columns = shown.map(({ column, as }) =>
    column === as ? quoteIdentifier(column) : `${quoteIdentifier(column)} AS ${quoteIdentifier(as)}`,
  );
  return [
    ...(isHidden(alias)
      ? [guardColumns({ path: table, view: rename.to, columns: shown.map(({ column }) => column) })]
      : []),
    statement(`CREATE VIEW ${view} AS SELECT ${columns.join(', ')} FROM ${table}`),
    statement(likeTable({ table, view, columns: shown })),
  ];
}
