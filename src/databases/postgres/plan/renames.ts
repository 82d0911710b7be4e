import { elementType } from '../../../schema/element-type.js';
import type { SchemaModel } from '../../../schema/model.js';
import { describeRename, renameSteps, type Rename } from '../../../schema/rename.js';
import type { PlanReading } from '../../planning.js';
import type { Operation } from './operation.js';
import { aliasGone, hidingOperation, type ShownAlias } from './phases/alias.js';
import { swapStatements, type Bridge } from './phases/bridge.js';
import { type PostgresNames } from './sql.js';
import { allowing, alterTable, statement, type Statement } from '../../../sql/statement.js';
import { quoteIdentifier, quoteLiteral } from '../../../sql/quote.js';

/** A comparison whose renamed columns and tables may have both names before. */
export interface BridgedReading extends PlanReading {
  readonly bridges?: readonly Bridge[];
  readonly aliases?: readonly ShownAlias[];
}

/** Confirmed renames, in place: the first step of `up`, and the last one of `down`. */
export function renameOperations(
  {
    renames,
    head,
    bridges = [],
    aliases = [],
  }: Pick<BridgedReading, 'renames' | 'head' | 'bridges' | 'aliases'>,
  names: PostgresNames,
): readonly Operation[] {
  const of = { names, head, renames };
  const inPlace = renames.filter((one) => !(one.kind === 'value' && one.joins));
  const operations = renameSteps(inPlace).map((rename): Operation => {
    const bridge = bridges.find((one) => one.rename === rename);
    const alias = rename.kind === 'table' ? ofAlias(names, rename, aliases) : undefined;
    if (alias) return alias;
    const main = { phase: 'rename', step: 'alter', alone: false, reason: describeRename(rename) } as const;
    if (bridge)
      return {
        ...main,
        up: swapStatements(names, bridge, 'up'),
        down: swapStatements(names, bridge, 'down'),
      };
    return {
      ...main,
      up: [allowed(rename, renaming(rename, of))],
      down: [renaming(backwards(rename), of)],
    };
  });
  // A rename of a value may be given for each of the columns that share its type.
  return operations.filter(
    ({ up }, index) => operations.findIndex((one) => one.up[0]?.sql === up[0]?.sql) === index,
  );
}

/** A table that shares its two names with a view. */
function ofAlias(
  names: PostgresNames,
  rename: Rename,
  aliases: readonly ShownAlias[],
): Operation | undefined {
  const gone = aliases.find((one) => one.rename.from === rename.from && one.rename.to === rename.to);
  const hidden = aliases.find((one) => one.rename.from === rename.to && one.rename.to === rename.from);
  return gone ? aliasGone(names, gone) : hidden && hidingOperation(names, hidden);
}

/** Only statements that create tables contain the name of a type. */
function allowed({ kind }: Rename, one: Statement): Statement {
  if (kind === 'type') return one;
  return allowing(`rename-${kind === 'value' ? 'enum-value' : kind}`, 'asked for with --rename', one);
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
  const name = elementType(type.replace(/^enum /, ''));
  return renames.find(({ kind, from }) => kind === 'type' && from === name)?.to ?? name;
}
