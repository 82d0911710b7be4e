import { changedPart, type Change, type DropChange } from '../../../schema/change.js';
import { invert } from '../../../schema/invert.js';
import type { Parts } from '../../../schema/model.js';
import { danglingIn, withoutDangling } from '../../../schema/dangling.js';
import { reasonOf } from '../../../schema/describe-change.js';
import { addColumn, alterColumn, dropColumn } from './columns.js';
import {
  addCheck,
  addExclusion,
  addForeignKey,
  addKey,
  rename,
  replacePrimaryKey,
  replaceUnique,
} from './constraints.js';
import type { PostgresContext } from './context.js';
import { addEnum, alterEnum } from './enums.js';
import { altersGenerated, recompute } from './generated-column.js';
import { addIndex, renameIndex, replaceIndex } from './indexes.js';
import { reversed, type Operation } from './operation.js';
import type { OfTable } from './part-of-table.js';
import {
  allowingHazard,
  alterTable,
  statement,
  validateConstraint,
  type Statement,
} from '../../../sql/statement.js';
import { EQ } from '../../../sql/postgres-operators.js';
import { isCatalogType } from '../../../sql/postgres-types.js';
import { canCoexist, keepsColumns } from './coexistence.js';
import { changeTable, createTable } from './tables.js';
import { quoteIdentifier } from '../../../sql/quote.js';

/** Changes of one part of the model: `add-check`, `drop-check`, `alter-check`. */
type Of<P extends string> = Extract<Change, { readonly kind: `${'add' | 'drop' | 'alter'}-${P}` }>;

/** The operations of PostgreSQL for a change, online where the table exists, with the reason in either direction. */
export function operationsOf(context: PostgresContext, change: Change): readonly Operation[] {
  const reason = reasonOf([change]);
  const back = reasonOf(invert([change]));
  return operationsFor(context, change, reason).map((operation) => ({
    ...operation,
    change,
    reasonBack: operation.reason.replace(reason, () => back),
  }));
}

function operationsFor(context: PostgresContext, change: Change, reason: string): readonly Operation[] {
  switch (change.kind) {
    case 'create-table':
      return createTable(context, change.desired, reason);
    case 'drop-table':
      return reversed(createTable(context, change.live, reason)).map(tableDropAllowed);
    case 'alter-table':
      return changeTable(context, change, reason);
    case 'add-column':
    case 'drop-column':
    case 'alter-column':
      return columnOperations(context, change, reason);
    case 'add-primary-key':
    case 'drop-primary-key':
    case 'alter-primary-key':
      return primaryKeyOperations(context, change, reason);
    case 'add-enum':
    case 'drop-enum':
    case 'alter-enum':
      return enumOperations(context, change, reason);
    case 'add-index':
    case 'drop-index':
    case 'alter-index':
      return indexOperations(context, change, reason);
    case 'add-view':
    case 'drop-view':
    case 'alter-view':
      // Views stand around everything else: see views.ts.
      return [];
    default:
      return constraintOperations(context, change, reason);
  }
}

function tableDropAllowed(operation: Operation): Operation {
  const allow = (one: Statement) => allowingHazard('drop-table', 'asked for with --drop', one);
  return { ...operation, up: operation.up.map(allow) };
}

function columnOperations(
  context: PostgresContext,
  change: Of<'column'>,
  reason: string,
): readonly Operation[] {
  const { table } = change;
  switch (change.kind) {
    case 'add-column':
      return addColumn(context, { table, model: change.desired, reason });
    case 'drop-column':
      return dropColumn(context, { table, model: change.live, reason });
    case 'alter-column':
      return altersGenerated(change)
        ? recompute(context, change, reason)
        : alterColumn(context, change, reason);
  }
}

function primaryKeyOperations(
  context: PostgresContext,
  change: Of<'primary-key'>,
  reason: string,
): readonly Operation[] {
  const { table } = change;
  switch (change.kind) {
    case 'add-primary-key':
      return addKey(context, { table, model: change.desired, reason }, 'PRIMARY KEY');
    case 'drop-primary-key':
      return reversed(addKey(context, { table, model: change.live, reason }, 'PRIMARY KEY')).map(
        keyDropAllowed,
      );
    case 'alter-primary-key':
      return isNameOnly(change) && keepsColumns(context, table, change.live)
        ? rename(context, { table, live: change.live.name, desired: change.desired.name, reason })
        : replacePrimaryKey(context, { ...change, reason }).map(keyDropAllowed);
  }
}

function keyDropAllowed(operation: Operation): Operation {
  const allow = (one: Statement) =>
    allowingHazard('drop-primary-key', 'the entities declare another key, or none', one);
  return { ...operation, up: operation.up.map(allow) };
}

function enumOperations(context: PostgresContext, change: Of<'enum'>, reason: string): readonly Operation[] {
  switch (change.kind) {
    case 'add-enum':
      return addEnum(context, change.desired, reason);
    case 'drop-enum':
      return reversed(addEnum(context, change.live, reason));
    case 'alter-enum':
      return alterEnum(context, change, reason);
  }
}

function indexOperations(
  context: PostgresContext,
  change: Of<'index'>,
  reason: string,
): readonly Operation[] {
  const { table } = change;
  switch (change.kind) {
    case 'add-index':
      return addIndex(context, { table, model: change.desired, reason });
    case 'drop-index':
      return reversed(addIndex(context, { table, model: change.live, reason }));
    case 'alter-index':
      return isNameOnly(change) && canCoexist(context, table, [change.live, change.desired])
        ? renameIndex(context, { table, live: change.live.name, desired: change.desired.name, reason })
        : replaceIndex(context, { ...change, reason });
  }
}

type ConstraintPart = 'unique' | 'foreign-key' | 'check' | 'exclusion';
type Constraint = Of<ConstraintPart>;

/** How a constraint of each kind is added; it is dropped the opposite way. */
const ADD: {
  readonly [P in ConstraintPart]: (context: PostgresContext, of: OfTable<Parts[P]>) => readonly Operation[];
} = {
  unique: (context, of) => addKey(context, of, 'UNIQUE'),
  'foreign-key': addForeignKey,
  check: addCheck,
  exclusion: addExclusion,
};

/** A changed object is another one: the old one is dropped and the new one is created in one transaction. */
function constraintOperations(
  context: PostgresContext,
  change: Constraint,
  reason: string,
): readonly Operation[] {
  const { table } = change;
  const part = changedPart(change) as ConstraintPart;
  // The cast joins a kind and its model, which belong to the same change.
  const add = ADD[part] as (
    context: PostgresContext,
    of: OfTable<Parts[ConstraintPart]>,
  ) => readonly Operation[];
  if (!('live' in change)) return add(context, { table, model: change.desired, reason });
  if (!('desired' in change)) {
    const dropped = reversed(add(context, { table, model: change.live, reason }));
    return change.kind === 'drop-foreign-key'
      ? [...dropped, ...withoutParents(context, change, reason)]
      : dropped;
  }
  const { live, desired } = change;
  if (
    isNameOnly(change) &&
    (change.kind === 'alter-exclusion' ||
      (change.kind === 'alter-unique'
        ? keepsColumns(context, table, change.live)
        : canCoexist(context, table, [change.live, change.desired])))
  )
    return rename(context, { table, live: live.name, desired: desired.name, reason });
  if (change.kind === 'alter-unique') return replaceUnique(context, { ...change, reason });
  if (change.aspects.join() === 'validated') {
    const former = add(context, { table, model: live, reason }).flatMap(({ up }) => up);
    return [validation(context, { ...change, former }, reason)];
  }
  return [
    ...reversed(add(context, { table, model: live, reason })),
    ...add(context, { table, model: desired, reason }),
  ];
}

/** In `down`, before the foreign key is added again: the rows that it referred to may be lost. */
function withoutParents(
  { names, from, to }: PostgresContext,
  { table, live }: DropChange<'foreign-key'>,
  reason: string,
): readonly Operation[] {
  const dangling = danglingIn(to, from).filter(
    (one) => one.table === table && one.foreignKey.name === live.name,
  );
  const path = (name: string) => names.path(name);
  return dangling.map((one) => ({
    phase: 'main',
    step: 'detach',
    alone: false,
    reason,
    up: [],
    down: [statement(withoutDangling(one, { path, quote: quoteIdentifier, equal: equalColumns }))],
  }));
}

/** The equality of another type may be in any schema; that of rows finds it without the search path. */
function equalColumns(parent: string, child: string, type: string): string {
  return isCatalogType(type) || type.startsWith('enum ')
    ? `${parent} ${EQ} ${child}`
    : `pg_catalog.record_eq(ROW(${parent}), ROW(${child}))`;
}

/**
 * A constraint that was never validated for existing rows. A validated one cannot be made so again, so the way down
 * drops it and adds the former one.
 */
function validation(
  { names }: PostgresContext,
  { table, object, former }: Constraint & { readonly former: readonly Statement[] },
  reason: string,
): Operation {
  const [path, name] = [names.path(table), quoteIdentifier(object)];
  return {
    phase: 'main',
    step: 'attach',
    alone: false,
    reason,
    up: [validateConstraint(path, name)],
    down: [alterTable(path, `DROP CONSTRAINT ${name}`), ...former],
  };
}

function isNameOnly({ aspects }: { readonly aspects: readonly string[] }): boolean {
  return aspects.join() === 'name';
}
