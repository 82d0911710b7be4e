/**
 * Expand adds values to a type in place. PostgreSQL cannot remove them in place, so `down` of expand makes second columns
 * of the former type, which take the place of those with the values of both releases: no table is rewritten under a lock.
 */

import { applyChanges } from '../../../../../schema/apply.js';
import type { AlterChange, Change, DropChange } from '../../../../../schema/change.js';
import type { SchemaModel } from '../../../../../schema/model.js';
import { EQ } from '../../../../../sql/postgres-operators.js';
import { quoteIdentifier, quoteLiteral } from '../../../../../sql/quote.js';
import {
  allowingHazard,
  alterTable,
  statement,
  type Exception,
  type Statement,
} from '../../../../../sql/statement.js';
import { reasonOf } from '../../../../../schema/describe-change.js';
import {
  NO_CONFIRMED_VALUES,
  type PlannedPart,
  type PlanReading,
  type StatementGroup,
} from '../../../../planning.js';
import { phaseTitle } from '../../../../phases.js';
import { isOfColumns, isOfEnum } from '../../enum-ways.js';
import { addValues } from '../../enums.js';
import { whereFound } from '../../if-gone.js';
import type { Operation } from '../../operation.js';
import { contextOf, partOf } from '../../render.js';
import type { PostgresContext } from '../../context.js';
import { renamedUses } from '../early-names.js';
import { dropTrigger } from '../trigger.js';
import type { Split } from '../split.js';
import type { RenamedValues, ValuesApart } from '../values.js';
import { secondForeignKeys, tablesOf } from './moved.js';
import { typesOf } from './moved-types.js';
import { secondType, type MovedValues } from './moved-values.js';
import { lastValueParts, valueMovesOf, type ValueMoves } from './plan-values.js';
import { secondName } from './second-names.js';
import { secondTrigger } from './second-trigger.js';
import { problemsOfValueMoves } from './value-refusals.js';

/** What expand begins with, and what `down` ends with. */
interface Narrowing {
  readonly types: readonly AlterChange<'enum'>[];
  /** Checks that name a value, which go with it. */
  readonly checks: readonly DropChange<'check'>[];
  readonly moves: ValueMoves;
}

/** None where no type of a column gets values, or where second columns cannot do it. */
export interface NarrowingFate {
  readonly narrowing?: Narrowing;
  /** Why `down` rewrites tables, one sentence each. */
  readonly limits: readonly string[];
}

interface Given {
  readonly reading: PlanReading;
  readonly split: Split;
  readonly values: ValuesApart;
}

/** Decides from the schema at head: nothing else of the group is there when the parts run. */
export function narrowingOf({ reading, split, values }: Given): NarrowingFate {
  const types = split.expand.filter(isOfUsed(reading.from));
  if (types.length === 0) return { limits: [] };
  const moves = movesBack(reading, { types, values });
  const problems = [...renamedBeside(reading, types), ...problemsOfValueMoves(reading, moves)];
  if (problems.length > 0) return { limits: problems.map(limitOf) };
  const checks = values.split.expand.filter(isDropOfCheck);
  return { narrowing: { types, checks, moves }, limits: [] };
}

function isOfUsed(from: SchemaModel) {
  return (change: Change): change is AlterChange<'enum'> =>
    change.kind === 'alter-enum' && isOfColumns(from, change.object);
}

function isDropOfCheck(change: Change): change is DropChange<'check'> {
  return change.kind === 'drop-check';
}

function limitOf(problem: string): string {
  return `\`down\` of expand rewrites the tables and locks them meanwhile: ${problem}`;
}

function movesBack(
  reading: PlanReading,
  { types, values }: { readonly types: readonly AlterChange<'enum'>[]; readonly values: ValuesApart },
): ValueMoves {
  const { head, facts, ownIndexes } = reading;
  const changes = [...types, ...values.split.expand.filter(isDropOfCheck)];
  const all = types.map((change) =>
    backOf(
      change,
      values.renamed.find(({ type }) => type === change.object),
    ),
  );
  return valueMovesOf({ types: all, start: applyChanges(head, changes), end: head }, { facts, ownIndexes });
}

/** Rows of a value that another one has joined keep it. */
function backOf(
  { live, desired }: AlterChange<'enum'>,
  renamed: Pick<RenamedValues, 'values'> | undefined,
): MovedValues {
  const pairs = [...(renamed?.values ?? [])].map(([from, to]) => [to, from] as const);
  return { live: desired, desired: live, renamed: new Map(pairs), joined: new Map() };
}

/** The parts have the names at head, and what is known of the database is known by the new ones. */
function renamedBeside(
  { renames, from }: PlanReading,
  types: readonly AlterChange<'enum'>[],
): readonly string[] {
  return types.flatMap(({ object }) => {
    const tables = from.tables.filter(({ columns }) => columns.some((column) => isOfEnum(column, object)));
    const isOf = (name: string) => tables.some((table) => table.name === name);
    return renames
      .filter(
        (one) =>
          (one.kind === 'type' && one.to === object) ||
          (one.kind === 'table' && isOf(one.to)) ||
          (one.kind === 'column' && isOf(one.table)),
      )
      .map(
        ({ from: former, to }) =>
          `${object}: ${former} is renamed to ${to} beside its new values. Rename it in another release.`,
      );
  });
}

/** A comparison and its halves behind these parts. */
export function behindNarrowing<H extends Pick<Given, 'reading' | 'split'>>(
  halves: H,
  narrowing: Narrowing | undefined,
): H {
  if (!narrowing) return halves;
  const { reading, split } = halves;
  const done: readonly Change[] = [...narrowing.types, ...narrowing.checks];
  return {
    ...halves,
    reading: {
      ...reading,
      head: applyChanges(reading.head, done),
      from: { ...applyChanges(reading.from, done), views: reading.from.views ?? [] },
    },
    split: { ...split, expand: split.expand.filter((change) => !done.includes(change)) },
  };
}

/**
 * The first parts of expand: the values in `up`, and in `down` what takes them away. The others of them only act in
 * `down`; the last one, with which `down` begins, removes in `up` what an interrupted `down` has left.
 */
export function narrowingParts(given: PlanReading, narrowing: Narrowing | undefined): readonly PlannedPart[] {
  if (!narrowing) return [];
  const reading = atHead(given);
  const context = contextOf(reading, NO_CONFIRMED_VALUES);
  const up: UpGroups = {
    values: partOf([], [valuesAdded(context, narrowing)]).up,
    removal: partOf([], [removal(context, narrowing.moves)]).up,
  };
  return lastValueParts(reading, narrowing.moves)
    .toReversed()
    .map((part) => partBack(part, narrowing, up));
}

/** Nothing is renamed yet, and nothing else has changed. */
function atHead(given: PlanReading): PlanReading {
  const { head, from, renames, facts } = given;
  const live = renamedUses(facts.views.live, { tables: new Map(), types: new Map() }, renames);
  const named = { ...head, views: from.views ?? [] };
  return {
    ...{ ...given, from: named, to: named, changes: [], renames: [] },
    facts: { ...facts, views: { ...facts.views, live } },
  };
}

/** What the parts do in `up`. */
interface UpGroups {
  readonly values: readonly StatementGroup[];
  readonly removal: readonly StatementGroup[];
}

/** A part of the way to the former type, as the `down` of a part. */
function partBack(part: PlannedPart, { types, checks }: Narrowing, up: UpGroups): PlannedPart {
  const { phase, title } = part;
  const down = part.up.map(inDown);
  const isMain = phase === 'main';
  if (isMain && title === 'Swap')
    return {
      ...part,
      phase: 'add-values',
      title: 'Values',
      up: up.values,
      down,
      changes: [...types, ...checks],
    };
  const own = title ?? (isMain ? 'Columns' : phaseTitle(phase));
  return { ...part, phase: 'refresh', title: `Down${own}`, up: isMain ? up.removal : [], down };
}

/** What no rule reports in `down`. */
const UNREPORTED = ['rename-column', 'drop-not-null'];

function inDown({ reason, statements }: StatementGroup): StatementGroup {
  const isReported = ({ rule }: Exception) => !UNREPORTED.includes(rule);
  return {
    reason,
    statements: statements.map((one) => ({ ...one, exceptions: one.exceptions.filter(isReported) })),
  };
}

function valuesAdded(
  { names }: PostgresContext,
  { types, checks }: Pick<Narrowing, 'types' | 'checks'>,
): Operation {
  return {
    ...{ phase: 'add-values', step: 'create-enum', alone: false, down: [] },
    reason: reasonOf([...types, ...checks]),
    up: [
      ...checks.map(({ table, live }) =>
        alterTable(names.path(table), `DROP CONSTRAINT ${quoteIdentifier(live.name ?? '')}`),
      ),
      ...types.flatMap(({ live, desired }) => addValues(names, live, desired)),
    ],
  };
}

/** All of it is made in one transaction, and goes in one: where there is a trigger, there is the rest. */
function removal(context: PostgresContext, { moved, parts }: ValueMoves): Operation {
  const { names } = context;
  const tables = tablesOf(moved).map((table) => secondTrigger(table, moved, 'new'));
  const [first, ...others] = tables;
  const query = first
    ? `SELECT FROM pg_catalog.pg_trigger t WHERE t.tgrelid ${EQ} ${quoteLiteral(names.path(first.table))}::pg_catalog.regclass AND t.tgname ${EQ} ${quoteLiteral(first.name)}`
    : '';
  const statements: readonly (readonly Statement[])[] = [
    ...secondForeignKeys(parts.new, moved, 'new').map(({ table, model }) => [
      alterTable(names.path(table), `DROP CONSTRAINT IF EXISTS ${quoteIdentifier(model.name ?? '')}`),
    ]),
    ...moved.map(({ table, live }) => [
      alterTable(names.path(table), `DROP COLUMN ${quoteIdentifier(secondName(live.name, 'new'))}`, {
        hazards: ['drop-column'],
      }),
    ]),
    ...typesOf(moved).map((values) => [statement(`DROP TYPE ${names.path(secondType(values, 'new'))}`)]),
    // The first trigger is the last one: the query looks for it.
    ...[...others, ...(first ? [first] : [])].map((trigger) => dropTrigger(names, trigger)),
  ];
  const why = 'an interrupted `down` has made it, and nothing reads it';
  return {
    ...{ phase: 'main', step: 'alter', alone: false, down: [] },
    reason: 'removes the second columns that an interrupted `down` has left, if there are any',
    up: statements.map((all) => allowingHazard('drop-column', why, whereFound(query, all))),
  };
}
