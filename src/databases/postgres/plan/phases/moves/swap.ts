/** The exchange of a moved column and its second one, in one transaction, in either direction. */

import type { CheckModel, ColumnModel } from '../../../../../schema/model.js';
import { dollarQuote, quoteIdentifier, quoteLiteral } from '../../../../../sql/quote.js';
import {
  NEXT_LINE,
  allowing,
  alterTable,
  lockTable,
  statement,
  type Statement,
} from '../../../../../sql/statement.js';
import { EQ, NE } from '../../../../../sql/postgres-operators.js';
import { propertiesAgain } from '../../attached/part-properties.js';
import { setDefault } from '../../columns.js';
import type { PostgresContext } from '../../context.js';
import { check, deferrable, notValid, type PostgresNames } from '../../sql.js';
import { commentOnColumn } from '../../tables.js';
import { copyProperties } from '../column-properties.js';
import { createTrigger, dropTrigger } from '../trigger.js';
import { REASON, constraintIfGone, indexIfGone } from '../../if-gone.js';
import {
  secondForeignKeys,
  secondIndexes,
  tablesOf,
  type MovedColumn,
  type MovedParts,
  type PartsOfStates,
} from './moved.js';
import { renumber } from './numbering.js';
import { otherSecond, secondName, type Second } from './second-names.js';
import { dropAgreement, dropProof, hasOwnProof, prove, requireAgreement } from './second-agreement.js';
import { guarded } from './second-operations.js';
import { exchangedTypes, typesOf } from './moved-types.js';
import { secondType } from './moved-values.js';
import { secondTrigger } from './second-trigger.js';

/** What changes places. */
interface Swapping {
  readonly context: PostgresContext;
  readonly moved: readonly MovedColumn[];
  readonly parts: PartsOfStates;
}

/** The same in one direction. */
interface Direction extends Omit<Swapping, 'parts'> {
  /** What the table has when the swap begins. */
  readonly gone: MovedParts;
  /** What it has then, for which the second columns have their parts. */
  readonly next: MovedParts;
  readonly before: Second;
  readonly after: Second;
}

/**
 * From the state in which the second columns are complete to the one in which they have taken the place of the first
 * ones. Those keep their values, by the trigger of the other direction, and nothing else.
 */
export function swapStatements(swapping: Swapping, way: 'up' | 'down'): readonly Statement[] {
  const { context, moved } = swapping;
  const after: Second = way === 'up' ? 'old' : 'new';
  return [
    ...exchange(swapping, after),
    ...tablesOf(moved).flatMap((table) => createTrigger(context.names, secondTrigger(table, moved, after))),
    ...moved.flatMap((one) => requireAgreement({ context, one, which: after })),
  ];
}

/** The same without a way back: the former columns and their types are dropped at once. */
export function lastSwapStatements(swapping: Swapping): readonly Statement[] {
  const { context, moved } = swapping;
  const { names } = context;
  return [
    ...exchange(swapping, 'old'),
    ...moved.map(({ table, live }) =>
      alterTable(names.path(table), `DROP COLUMN ${quoteIdentifier(secondName(live.name, 'old'))}`),
    ),
    ...typesOf(moved).map((values) => statement(`DROP TYPE ${names.path(secondType(values, 'old'))}`)),
  ];
}

/** @param after what the second columns are when the names are exchanged */
function exchange({ context, moved, parts }: Swapping, after: Second): readonly Statement[] {
  const { names } = context;
  const before = otherSecond(after);
  const direction: Direction = { context, moved, gone: parts[after], next: parts[before], before, after };
  const tables = tablesOf(moved);
  return [
    ...lockOrder(direction).map((table) => lockTable(names.path(table), 'ACCESS EXCLUSIVE')),
    ...moved.map((one) => guarded(names, one)),
    ...tables.flatMap((table) => dropTrigger(names, secondTrigger(table, moved, before))),
    ...completed(direction),
    ...moved.flatMap((one) => proved(direction, one)),
    ...detached(direction),
    ...moved.flatMap((one) => renamed(direction, one)),
    ...exchangedTypes(context, moved, before),
    ...attached(direction),
    ...moved.flatMap((one) => finished(direction, one)),
    ...properties(direction),
  ];
}

/** Tables that refer to others first, as an insert into one of them locks them. */
function lockOrder({ moved, gone }: Direction): readonly string[] {
  const { foreignKeys, checks } = gone;
  const pending = new Set([...foreignKeys, ...checks].map(({ table }) => table).concat(tablesOf(moved)));
  const order: string[] = [];
  while (pending.size > 0) {
    const isFree = (name: string) =>
      !foreignKeys.some(({ table, model }) => model.table === name && table !== name && pending.has(table));
    const next = [...pending].find(isFree) ?? [...pending][0] ?? '';
    order.push(next);
    pending.delete(next);
  }
  return order;
}

/** The second columns are complete already, unless this revision alone was reverted before. */
function completed({ context, moved, next, before }: Direction): readonly Statement[] {
  const { names } = context;
  return [
    ...moved.flatMap((one) => prove({ context, one, which: before })),
    ...moved
      .filter(({ live }) => !live.nullable)
      .map(({ table, live }) =>
        // It is NOT NULL already, unless this revision alone was reverted.
        alterTable(
          names.path(table),
          `ALTER COLUMN ${quoteIdentifier(secondName(live.name, before))} SET NOT NULL`,
        ),
      ),
    ...secondIndexes(next, moved, before).map(({ table, model }) => indexIfGone(names, table, model)),
    ...secondForeignKeys(next, moved, before).map(({ table, model }) => {
      const path = names.path(table);
      const add = alterTable(
        path,
        `ADD CONSTRAINT ${quoteIdentifier(model.name ?? '')} ${names.foreignKey(model)}${notValid(model)}`,
      );
      return allowing('add-foreign-key-validated', REASON, constraintIfGone(path, model.name ?? '', add));
    }),
  ];
}

/** The checks over both columns of a pair have served their purpose. */
function proved({ context, before: which }: Direction, one: MovedColumn): readonly Statement[] {
  const pair = { context, one, which };
  return [...dropAgreement(pair), ...(hasOwnProof(pair) ? [dropProof(pair)] : [])];
}

/** What the first columns have, goes: a table has one primary key. */
function detached({ context: { names }, gone: parts }: Direction): readonly Statement[] {
  const constraint = (table: string, name: string | null) =>
    alterTable(names.path(table), `DROP CONSTRAINT ${quoteIdentifier(name ?? '')}`);
  const why = 'the table is locked, and an index of the second column takes its place';
  return [
    ...parts.foreignKeys.map(({ table, model }) => constraint(table, model.name)),
    ...[...parts.keys, ...parts.checks].map(({ table, model }) => constraint(table, model.name)),
    ...parts.indexes.map(({ table, model }) =>
      allowing('drop-index-blocking', why, statement(`DROP INDEX ${names.indexPath(table, model.name)}`)),
    ),
  ];
}

function renamed(
  { context: { names }, before, after }: Direction,
  { table, live }: MovedColumn,
): readonly Statement[] {
  const path = names.path(table);
  const rename = (from: string, to: string) =>
    alterTable(path, `RENAME COLUMN ${quoteIdentifier(from)} TO ${quoteIdentifier(to)}`);
  const replaced = { table: path, column: live.name };
  const why = 'another column takes the name in the same transaction';
  const away = rename(live.name, secondName(live.name, after));
  return [
    { ...(after === 'old' ? allowing('rename-column', why, away) : away), replaces: replaced },
    rename(secondName(live.name, before), live.name),
  ];
}

/** The parts of the second columns get the names of the former ones. */
function attached({ context: { names }, next: parts, before }: Direction): readonly Statement[] {
  const indexPath = (table: string, name: string) => names.indexPath(table, secondName(name, before));
  return [
    ...parts.keys.map(({ table, kind, model }) => {
      const name = model.name ?? '';
      const index = quoteIdentifier(secondName(name, before));
      return alterTable(
        names.path(table),
        `ADD CONSTRAINT ${quoteIdentifier(name)} ${kind} USING INDEX ${index}${deferrable(model.deferrable)}`,
      );
    }),
    ...parts.indexes.map(({ table, model: { name } }) =>
      statement(`ALTER INDEX ${indexPath(table, name)} RENAME TO ${quoteIdentifier(name)}`),
    ),
    ...parts.foreignKeys.map(({ table, model }) => {
      const name = model.name ?? '';
      const from = quoteIdentifier(secondName(name, before));
      return alterTable(names.path(table), `RENAME CONSTRAINT ${from} TO ${quoteIdentifier(name)}`);
    }),
    ...parts.checks.map(({ table, model }) => addCheckUnread(names, table, model)),
  ];
}

/** No row is read under the lock: the revision behind the swap validates it. */
function addCheckUnread(names: PostgresNames, table: string, model: CheckModel): Statement {
  const name = quoteIdentifier(model.name ?? '');
  const later = notValid({ ...model, validated: false });
  return alterTable(names.path(table), `ADD CONSTRAINT ${name} ${check(model)}${later}`);
}

/** Rights and settings, numbers, default, comment, and the name of the not-null constraint. */
function finished(
  { context, after }: Direction,
  { table, live, desired }: MovedColumn,
): readonly Statement[] {
  const { names } = context;
  const path = names.path(table);
  const [former, next] = after === 'old' ? [live, desired] : [desired, live];
  const displaced = secondName(live.name, after);
  const of = { table, model: next, reason: '' };
  const drop = alterTable(path, `ALTER COLUMN ${quoteIdentifier(displaced)} DROP DEFAULT`);
  const comment = (column: string, text: string | null) =>
    commentOnColumn(names, { table, column, comment: text });
  return [
    copyProperties({ path, from: displaced, to: next.name }),
    ...renumber({ path, from: displaced, formerly: former.identity, to: next }),
    ...(next.identity === null && next.default ? [setDefault(context, of, next)] : []),
    ...(former.identity === null && former.default ? [drop] : []),
    ...(next.comment === null ? [] : [comment(next.name, next.comment)]),
    ...(former.comment === null ? [] : [comment(displaced, null)]),
    ...(former.nullable ? [] : [spared(nullableNow(path, displaced, next), after)]),
  ];
}

/** No rule reports it in `down`. */
function spared(one: Statement, after: Second): Statement {
  return after === 'old' ? allowing('drop-not-null', 'no release uses the former column', one) : one;
}

/** From version 18 on, NOT NULL is a constraint with a name: the column in its place gets that. */
function nullableNow(path: string, displaced: string, { name }: ColumnModel): Statement {
  const nameOf = (column: string) =>
    `(SELECT c.conname FROM pg_catalog.pg_constraint c JOIN pg_catalog.pg_attribute a ON a.attrelid ${EQ} c.conrelid AND a.attnum ${EQ} ANY (c.conkey)` +
    ` WHERE c.conrelid ${EQ} ${quoteLiteral(path)}::pg_catalog.regclass AND c.contype ${EQ} 'n' AND a.attname ${EQ} ${quoteLiteral(column)})`;
  const rename = quoteLiteral(`ALTER TABLE ${path.replaceAll('%', '%%')} RENAME CONSTRAINT %I TO %I`);
  const body = [
    'DECLARE',
    `  former CONSTANT pg_catalog.name := ${nameOf(displaced)};`,
    `  present CONSTANT pg_catalog.name := ${nameOf(name)};`,
    'BEGIN',
    `  ALTER TABLE ${path} ALTER COLUMN ${quoteIdentifier(displaced)} DROP NOT NULL;`,
    `  IF present ${NE} former THEN EXECUTE pg_catalog.format(${rename}, present, former); END IF;`,
    'END',
  ].join(NEXT_LINE);
  const tag = dollarQuote('not_null', body);
  return statement([`DO ${tag}`, body, tag].join(NEXT_LINE), {
    locks: [{ table: path, mode: 'ACCESS EXCLUSIVE' }],
  });
}

/** Comments, CLUSTER and the replica identity of parts. */
function properties({ context, next }: Direction): readonly Statement[] {
  const { names, properties: all } = context;
  const own = [...next.keys, ...next.indexes, ...next.foreignKeys, ...next.checks];
  return all
    .filter(({ table, name }) => own.some((one) => one.table === table && one.model.name === name))
    .flatMap((one) => propertiesAgain(names, one));
}
