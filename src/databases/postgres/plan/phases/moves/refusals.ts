/** Why a column cannot get another type while releases use it, in sentences with a way out. */

import { BRIDGE_PREFIX } from '../../../../../schema/bridge-trigger.js';
import type { Change } from '../../../../../schema/change.js';
import type { ColumnModel, TableModel } from '../../../../../schema/model.js';
import type { PlanReading } from '../../../../planning.js';
import { expressionsOf, isMadeOf } from '../../coexistence.js';
import { elementMentions, mentions } from '../../sql-reader.js';
import { filledUnderLock } from '../../refilled-views.js';
import { touches } from '../split.js';
import { constraintNames } from '../../helper-check.js';
import { proofName, type MovedColumn } from './moved.js';
import { secondName } from './second-names.js';

/** Aspects that the swap gives to the column in its place. */
const FOLLOWED = ['type', 'collation', 'default', 'comment'];

/** The swap makes one of these of the other: `createDataSource` gives a bigint another one than an integer. */
const NUMBERED: readonly ColumnModel['identity'][] = ['serial', 'by default'];

const SECONDS = ['new', 'old'] as const;

/** One sentence each. */
export function refusalsOfMoves(reading: PlanReading, moved: readonly MovedColumn[]): readonly string[] {
  return moved.flatMap((one) => {
    const table = reading.from.tables.find(({ name }) => name === one.table);
    const problems = [
      ...ofChange(one, reading),
      ...(table ? [...namesTaken(table, one), ...ofParts(table, one)] : []),
      ...ofFacts(one, reading),
    ];
    const { live, desired } = one;
    return problems.map(
      (problem) => `${one.table}.${live.name}, ${live.type} to ${desired.type}: ${problem}`,
    );
  });
}

function ofChange({ change, table, live }: MovedColumn, reading: PlanReading): readonly string[] {
  const problems: string[] = [];
  const followed = NUMBERED.includes(live.identity) && NUMBERED.includes(change.desired.identity);
  const further = change.aspects.filter(
    (aspect) => !FOLLOWED.includes(aspect) && !(aspect === 'identity' && followed),
  );
  if (further.length > 0)
    problems.push(`it also changes in another way (${further.join(', ')}). Change it in another release.`);
  if (reading.renames.length > 0)
    problems.push('something is renamed in the same group. Rename it in another release.');
  const isOther = (one: Change) =>
    one !== change && touches(one, [{ kind: 'column', table, from: live.name, to: live.name }]);
  const others = reading.changes.filter((one) => !isMove(one) && isOther(one));
  for (const one of others)
    problems.push(
      `${one.table}.${one.object} uses the column and changes as well (${one.kind}). Change it in another release.`,
    );
  return problems;
}

function isMove(change: Change): boolean {
  return change.kind === 'alter-column' && change.aspects.includes('type');
}

/** The names that second columns and their checks need, and other columns and constraints have. */
export function namesTaken(table: TableModel, one: MovedColumn): readonly string[] {
  const seconds = SECONDS.map((which) => secondName(one.live.name, which));
  const proofs = SECONDS.map((which) => proofName(one, which));
  const columns = table.columns.map(({ name }) => name);
  const taken = (kind: string, wanted: readonly string[], there: readonly string[]) =>
    wanted
      .filter((name) => there.includes(name))
      .map(
        (name) => `${table.name} has a ${kind} ${name}, a name that the change needs. Rename that one first.`,
      );
  return [...taken('column', seconds, columns), ...taken('constraint', proofs, constraintNames(table))];
}

/** The way out for a part that can be away for a while. */
export const AGAIN = 'Drop it in an earlier revision and add it again in a later one.';

/** Parts with an expression over the column. */
function ofParts(table: TableModel, { live: { name } }: MovedColumn): readonly string[] {
  const computed = table.columns.filter(({ generated }) => generated && mentions(generated.sql, name));
  const checks = table.checks.filter((check) => isMadeOf(check, name));
  const indexes = table.indexes.filter((index) => expressionsOf(index).some((sql) => mentions(sql, name)));
  const exclusions = table.exclusions.filter(
    ({ elements, where }) =>
      elements.some(({ expression }) => elementMentions(expression.sql, name)) ||
      (where !== null && mentions(where.sql, name)),
  );
  return [
    ...computed.map((one) => `the column ${one.name} is computed from it. ${AGAIN}`),
    ...checks.map((one) => `the check ${one.name ?? ''} uses it. ${AGAIN}`),
    ...indexes.map((one) => `the index ${one.name} has an expression or a condition over it. ${AGAIN}`),
    ...exclusions.map((one) => `the exclusion constraint ${one.name ?? ''} uses it. ${AGAIN}`),
  ];
}

function ofFacts({ table, live, change }: MovedColumn, reading: PlanReading): readonly string[] {
  const { facts } = reading;
  const problems: string[] = [];
  const own = facts.attached.filter((one) => one.table === table || one.tables.includes(table));
  for (const { kind, name } of own) {
    if (kind === 'partition key') problems.push('the table is partitioned. Make the change in one step.');
    if (kind === 'inheritance')
      problems.push('the table inherits, or is inherited from. Make the change in one step.');
    if (kind === 'foreign key')
      problems.push(`the foreign key ${name} of a table without an entity refers to ${table}. ${AGAIN}`);
  }
  const found = facts.bridged?.find((one) => one.table === table && one.column === live.name);
  for (const { name, isBefore } of found?.triggers ?? [])
    if (isBefore && name > BRIDGE_PREFIX)
      problems.push(
        `the trigger ${name} runs behind that of the second column. Give it a name that sorts before ${BRIDGE_PREFIX}.`,
      );
  for (const view of filledUnderLock({ ...reading, changes: [change] }).views)
    problems.push(
      `the materialized view ${view} reads it, and would be filled while the table is locked. ${AGAIN}`,
    );
  return problems;
}
