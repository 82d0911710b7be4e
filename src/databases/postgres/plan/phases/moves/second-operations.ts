/** The work around a swap: what makes the second columns complete, and what takes them away. */

import type { ForeignKeyModel, IndexModel } from '../../../../../schema/model.js';
import { quoteIdentifier } from '../../../../../sql/quote.js';
import {
  allowing,
  allowingHazard,
  alterTable,
  validateConstraint,
  type Statement,
} from '../../../../../sql/statement.js';
import { fillColumn } from '../../columns.js';
import { nullAllowed } from '../../not-null.js';
import { locksToDropForeignKey } from '../../foreign-key.js';
import type { PostgresContext } from '../../context.js';
import { addKeyTo } from '../../foreign-key.js';
import { addIndex } from '../../indexes.js';
import { constraintIfGone, indexIfGone } from '../../if-gone.js';
import { reversed, type Operation } from '../../operation.js';
import { refuseRows } from '../../refused-rows.js';
import type { PostgresNames } from '../../sql.js';
import { guardReplaced } from '../live-guard.js';
import { createTrigger, dropTrigger } from '../trigger.js';
import {
  secondColumn,
  secondForeignKeys,
  secondIndexes,
  tablesOf,
  type MovedColumn,
  type PartsOfStates,
  type Placed,
} from './moved.js';
import { hasGone, secondText, valuesGone } from './moved-values.js';
import {
  checkNames,
  dropAgreement,
  dropProof,
  hasOwnProof,
  prove,
  proveAtLength,
  requireAgreement,
  requireProof,
  type Pair,
} from './second-agreement.js';
import { secondName, type Second } from './second-names.js';
import { secondTrigger } from './second-trigger.js';

const MAIN = { phase: 'main', alone: false } as const;

/** The second columns, their trigger, and their values. */
export function addSeconds(
  context: PostgresContext,
  moved: readonly MovedColumn[],
  which: Second,
): readonly Operation[] {
  const { names } = context;
  const pairsOf = (table: string) =>
    moved.filter((one) => one.table === table).map((one): Pair => ({ context, one, which }));
  const columns = moved.map((one): Operation => {
    const column = secondColumn(one, which);
    const path = names.path(one.table);
    return {
      ...MAIN,
      step: 'add-column',
      ...reasonsOf(one, which),
      // A revision behind contract may have made something that this one does not know: the swap looks again.
      up: [
        ...(which === 'new' ? [guarded(names, one)] : []),
        alterTable(path, `ADD COLUMN ${names.column(column)}`),
      ],
      down: [alterTable(path, `DROP COLUMN ${quoteIdentifier(column.name)}`, { hazards: ['drop-column'] })],
    };
  });
  const triggers = tablesOf(moved).map((table): Operation => {
    const trigger = secondTrigger(table, moved, which);
    return {
      ...MAIN,
      step: 'attach',
      reason: `${table}: a trigger gives the second columns their values`,
      reasonBack: `${table}: the trigger of the second columns is dropped`,
      up: [...createTrigger(names, trigger), ...pairsOf(table).flatMap(requireAgreement)],
      down: [...pairsOf(table).flatMap(dropAgreement), ...dropTrigger(names, trigger)],
    };
  });
  const fills = moved.map((one) => {
    const of = { table: one.table, model: secondColumn(one, which), reason: '' };
    return fillColumn(context, of, { value: valueOf(context, one, which), isAnalyzed: which === 'new' });
  });
  return [...columns, ...triggers, ...fills];
}

/** Fails where something uses the first column that would not follow. */
export function guarded(names: PostgresNames, one: MovedColumn): Statement {
  const { table, live, known } = one;
  const checks = checkNames(one).map((name) => `the constraint ${name}`);
  return guardReplaced({ path: names.path(table), table, column: live.name, known: [...known, ...checks] });
}

/** The value of a second column, an expression over the row. */
function valueOf({ names }: PostgresContext, one: MovedColumn, which: Second): string {
  const { live, values } = one;
  const column = quoteIdentifier(live.name);
  if (!values) return column;
  return `(${secondText(live, { values, which, column })})::${names.type(secondColumn(one, which).type)}`;
}

/** Contract: the former columns are dropped; `down` brings them back with their values. */
export function dropSeconds(context: PostgresContext, moved: readonly MovedColumn[]): readonly Operation[] {
  const why = 'the column in its place has its values';
  return reversed(addSeconds(context, moved, 'old')).map((one) => ({
    ...withReasonsBack(one),
    up: one.up.map((statement) => allowingHazard('drop-column', why, statement)),
  }));
}

/** An operation that is reversed has the reasons of the other direction. */
export function withReasonsBack(one: Operation): Operation {
  const { reason, reasonBack = reason } = one;
  return { ...one, reason: reasonBack, reasonBack: reason };
}

function reasonsOf({ table, live, desired }: MovedColumn, which: Second) {
  const [type, way] = which === 'new' ? [desired.type, 'becomes'] : [live.type, 'was'];
  const place = `${table}.${secondName(live.name, which)}`;
  const added = `${place}: a second column, since ${live.name} ${way} ${type}`;
  const dropped = `${place}: the second column is dropped`;
  return { reason: added, reasonBack: dropped };
}

/** Everything that a column needs before it takes the place of another one: NOT NULL, indexes and foreign keys. */
export function completeSeconds(
  context: PostgresContext,
  { moved, parts }: { readonly moved: readonly MovedColumn[]; readonly parts: PartsOfStates },
  which: Second,
): readonly Operation[] {
  const made = secondIndexes(parts[which], moved, which);
  const indexes = made.flatMap(({ table, model }) =>
    addIndex(context, {
      table,
      model,
      reason: `${table}: the index ${model.name}, built without blocking writes`,
    }),
  );
  return [
    ...moved.flatMap((one) => required({ context, one, which })),
    ...indexes,
    ...secondForeignKeys(parts[which], moved, which).flatMap((key) => referring(context, key, made)),
  ];
}

/** The same for `down`, before the columns change places again; `up` removes what an interrupted `down` has left. */
export function standInSeconds(
  context: PostgresContext,
  of: { readonly moved: readonly MovedColumn[]; readonly parts: PartsOfStates },
): readonly Operation[] {
  return reversed(completeSeconds(context, of, 'old'));
}

/**
 * The proof that both columns agree, and then NOT NULL, so that no query waits while rows are read. Each step may be
 * reverted when the swap has taken what it made.
 */
function required(pair: Pair): readonly Operation[] {
  const { context, one, which } = pair;
  const place = `${one.table}.${secondName(one.live.name, which)}`;
  const lost = which === 'new' ? refusedValues(context, one) : [];
  const common = { step: 'alter', alone: false } as const;
  const own: Operation = {
    ...{ ...common, phase: 'constrain', reason: `${place}: new rows require a value` },
    up: [dropProof(pair), requireProof(pair)],
    down: [dropProof(pair)],
  };
  const validation: Operation = {
    ...{ ...common, phase: 'validate', up: [...lost, ...proveAtLength(pair)], down: [] },
    reason: `${place}: proves that every row has the value of ${one.live.name}, without blocking queries`,
  };
  return [
    ...(hasOwnProof(pair) ? [own] : []),
    validation,
    ...(one.live.nullable ? [] : [finish(pair, place)]),
  ];
}

/** Fails where rows have a value that goes, and names them. */
export function refusedValues(
  { names, from }: Pick<PostgresContext, 'names' | 'from'>,
  { table, live, values }: MovedColumn,
): readonly Statement[] {
  const gone = values ? valuesGone(values) : [];
  if (gone.length === 0) return [];
  const rows = {
    path: names.path(table),
    key: from.tables.find(({ name }) => name === table)?.primaryKey?.columns ?? [],
    where: hasGone(live, gone),
    problem: `${table}.${live.name}: rows contain ${gone.join(' or ')}, which ${values?.desired.name ?? ''} no longer allows`,
    hint: 'Update these rows, then run the revision again',
  };
  return [refuseRows(rows)];
}

/** Where the constraint is there, as it is unless a revision in between was reverted alone. */
function validated(path: string, name: string): Statement {
  const why = 'another revision has added it, unless that alone was reverted';
  return allowing('validate-in-same-transaction', why, validateConstraint(path, name));
}

/** PostgreSQL reads no rows for NOT NULL, since the proof implies it. */
function finish(pair: Pair, place: string): Operation {
  const { context, one, which } = pair;
  const alter = `ALTER COLUMN ${quoteIdentifier(secondName(one.live.name, which))}`;
  const path = context.names.path(one.table);
  const nullable = alterTable(path, `${alter} DROP NOT NULL`, { hazards: ['drop-not-null'] });
  return {
    ...{ phase: 'finish', step: 'alter', alone: false },
    reason: `${place}: NOT NULL; the check has verified every row`,
    up: [...prove(pair), alterTable(path, `${alter} SET NOT NULL`)],
    // The former column is made nullable again by `up`.
    down: [which === 'old' ? nullAllowed(nullable) : nullable],
  };
}

/** A foreign key between second columns; where the swap has taken it, there is nothing to drop. */
function referring(
  context: PostgresContext,
  { table, model }: Placed<ForeignKeyModel>,
  indexes: readonly Placed<IndexModel>[],
): readonly Operation[] {
  const { names } = context;
  const [path, name] = [names.path(table), quoteIdentifier(model.name ?? '')];
  const gone = alterTable(path, `DROP CONSTRAINT IF EXISTS ${name}`);
  const add = addKeyTo(
    context,
    [table, model.table],
    `ADD CONSTRAINT ${name} ${names.foreignKey(model)} NOT VALID`,
  );
  const reason = `${table}: the foreign key ${model.name ?? ''}`;
  const common = { step: 'attach', alone: false } as const;
  const isTarget = ({ unique, keys }: IndexModel) =>
    unique && keys.every(({ column }) => column !== null && model.references.includes(column));
  const target = indexes
    .filter((one) => one.table === model.table && isTarget(one.model))
    .map((one) => indexIfGone(names, one.table, one.model));
  const validation: Operation = {
    ...common,
    phase: 'confirm',
    reason: `${reason}; existing rows are checked without blocking queries`,
    up: [...target, constraintIfGone(path, model.name ?? '', add), validated(path, name)],
    down: [],
  };
  const locks: readonly Statement[] = locksToDropForeignKey(context, table, model);
  const added: Operation = {
    ...{ ...common, phase: 'refer', reason },
    up: [...target, gone, add],
    down: [...locks, gone],
  };
  return model.validated ? [added, validation] : [added];
}
