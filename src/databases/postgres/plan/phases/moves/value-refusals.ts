/** Why a second column cannot take the place of one whose type loses values, in sentences with two ways out. */

import { BRIDGE_PREFIX } from '../../../../../schema/bridge-trigger.js';
import type { ExclusionModel, TableModel } from '../../../../../schema/model.js';
import type { PlanReading } from '../../../../planning.js';
import { computedFrom, setAsideForType } from '../../attached/touched.js';
import { isOfEnum } from '../../enum-ways.js';
import { filledUnderLock } from '../../refilled-views.js';
import { elementMentions, elementNamesType, mentions, namesType } from '../../sql-reader.js';
import type { MovedColumn } from './moved.js';
import { typesOf } from './moved-types.js';
import { secondType, type MovedValues } from './moved-values.js';
import type { ValueMoves } from './plan-values.js';
import { AGAIN, namesTaken } from './refusals.js';
import type { Second } from './second-names.js';

const REWRITE = 'Or pass --allow-rewrite: contract then rewrites and locks the tables of the type.';

/** One sentence each. */
export function refusalsOfValueMoves(reading: PlanReading, moves: ValueMoves): readonly string[] {
  return problemsOfValueMoves(reading, moves).map((problem) => `${problem} ${REWRITE}`);
}

/** The same without the way out that is a rewrite. */
export function problemsOfValueMoves(reading: PlanReading, moves: ValueMoves): readonly string[] {
  const { moved } = moves;
  return [
    ...typesOf(moved).flatMap((values) => {
      const place = `${values.desired.name}, which ${losing(values)}:`;
      return ofType(values, reading, moves).map((problem) => `${place} ${problem}`);
    }),
    ...moved.flatMap((one) => {
      const type = one.values ? `, whose type ${losing(one.values)}` : '';
      const place = `${one.table}.${one.live.name}${type}:`;
      return ofColumn(one, reading, moves).map((problem) => `${place} ${problem}`);
    }),
  ];
}

function losing({ live, desired }: MovedValues): string {
  const gone = live.values.filter((value) => !desired.values.includes(value));
  return gone.length === 0 ? 'gets another order' : `loses ${gone.join(', ')}`;
}

function ofType(values: MovedValues, { facts }: PlanReading, { start }: ValueMoves): readonly string[] {
  const type = values.desired.name;
  const taken = new Set([...start.enums, ...start.tables, ...(start.views ?? [])].map(({ name }) => name));
  const names = (['new', 'old'] as const).map((which: Second) => secondType(values, which));
  const settled = setAsideForType(facts.attached, { tables: start.tables, type: values.live }).filter(
    ({ create }) => create.length === 0,
  );
  return [
    ...names
      .filter((name) => taken.has(name))
      .map((name) => `the change needs the name ${name}, which something else has. Rename that first.`),
    ...start.tables.flatMap((table) => ofParts(table, type)),
    ...settled
      .filter(({ kind }) => kind !== 'partition key' && kind !== 'inheritance')
      .map(({ kind, name }) => `the ${kind} ${name} uses it, and cannot be created again exactly. ${AGAIN}`),
  ];
}

/** Parts that are made of the type, and that nothing can take the place of while others write. */
function ofParts(table: TableModel, type: string): readonly string[] {
  const own = table.columns.filter((column) => isOfEnum(column, type));
  const isOf = ({ elements, where }: ExclusionModel) =>
    (where !== null && (namesType(where.sql, type) || own.some(({ name }) => mentions(where.sql, name)))) ||
    elements.some(
      ({ expression: { sql } }) =>
        elementNamesType(sql, type) || own.some(({ name }) => elementMentions(sql, name)),
    );
  return [
    ...computedFrom(table, type).map(
      ({ name }) => `the column ${table.name}.${name} is computed from it. ${AGAIN}`,
    ),
    ...table.exclusions
      .filter(isOf)
      .map(({ name }) => `the exclusion constraint ${name ?? ''} of ${table.name} uses it. ${AGAIN}`),
  ];
}

function ofColumn(one: MovedColumn, reading: PlanReading, { start }: ValueMoves): readonly string[] {
  const { facts, specials = [] } = reading;
  const { table, live, change } = one;
  const model = start.tables.find(({ name }) => name === table);
  const attached = facts.attached.filter((other) => other.table === table || other.tables.includes(table));
  const special = specials.find(({ name }) => name === table);
  const triggers = facts.bridged?.find((own) => own.table === table && own.column === live.name)?.triggers;
  return [
    ...(model ? namesTaken(model, one) : []),
    ...(special ? [`the table is a ${special.kind}.`] : []),
    ...attached.flatMap(({ kind, name, columns }) => {
      if (kind === 'partition key') return ['the table is partitioned.'];
      if (kind === 'inheritance') return ['the table inherits, or is inherited from.'];
      return kind === 'foreign key' && columns.includes(`${table}.${live.name}`)
        ? [`the foreign key ${name} of a table without an entity refers to it. ${AGAIN}`]
        : [];
    }),
    ...(triggers ?? [])
      .filter(({ name, isBefore }) => isBefore && name > BRIDGE_PREFIX)
      .map(
        ({ name }) =>
          `the trigger ${name} runs behind that of the second column. Give it a name that sorts before ${BRIDGE_PREFIX}.`,
      ),
    ...filledUnderLock({ ...reading, changes: [change] }).views.map(
      (view) =>
        `the materialized view ${view} reads it, and would be filled while the table is locked. ${AGAIN}`,
    ),
  ];
}
