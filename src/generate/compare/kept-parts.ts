/** Decides which parts of tables stay although no entity declares them: those of revisions written by hand. */

import type { DialectName } from '../../databases/registry.js';
import type { SqlReader } from '../../databases/sql-reader.js';
import { isByHand, isGivenByTypeorm, isMentionedByHand, firstMention } from '../../migrator/origin.js';
import type { KnownRevision } from '../../migrator/revision.js';
import type { Change } from '../../schema/change.js';
import type { SchemaModel } from '../../schema/model.js';
import type { Rename } from '../../schema/rename.js';
import { enumCheckOf } from '../../schema/enum-check.js';
import type { CheckModel } from '../../schema/model.js';
import { hasPart, placeOfPart, undeclaredParts, type UndeclaredPart } from '../../schema/undeclared.js';
import type { BothSides } from '../../databases/catalog.js';
import { undeclaredOptions, wordsOfOption, type OptionPlace } from '../../schema/undeclared-options.js';
import { isOf } from '../confirm/confirmations.js';
import { columnNameAfter, tableNameAfter } from '../verify/preserved-data.js';

/** By what it is decided. */
export interface KeptGiven {
  readonly dialect: DialectName;
  /** The schema of the snapshot: what entities declared when the newest revision was generated. */
  readonly declared: SchemaModel | undefined;
  readonly revisions: readonly KnownRevision[];
  readonly renames: readonly Rename[];
  /** What `--drop` names. */
  readonly drops: readonly string[];
  /** What `--backfill` gives. */
  readonly backfills: readonly string[];
  readonly sql: SqlReader;
}

/** The parts that a revision written by hand has made, whether they stay or not: a snapshot does not have them. */
export function partsOfHand(changes: readonly Change[], given: KeptGiven): readonly UndeclaredPart[] {
  return undeclaredParts(changes).filter((part) => isOfHand(part, given));
}

/**
 * The parts that stay. What entities declared before, or a generated revision made, is dropped when they no longer
 * declare it; so is what needs a column or a table that is dropped. Everything else is of a revision written by hand.
 *
 * @param changes all of them: those that drop such a part, and those that drop what it needs
 */
export function keptParts(changes: readonly Change[], given: KeptGiven): readonly UndeclaredPart[] {
  const parts = partsOfHand(changes, given).filter((part) => !given.drops.includes(placeOfPart(part)));
  return staying(parts, changes, given);
}

/** A computed column that stays takes nothing away; one that cannot stay takes what reads it along. */
function staying(
  parts: readonly UndeclaredPart[],
  changes: readonly Change[],
  given: KeptGiven,
): readonly UndeclaredPart[] {
  const kept = new Set<Change>(parts);
  const going = changes.filter((change) => !kept.has(change));
  const left = parts.filter((part) => !going.some((change) => takesAway(change, part, given)));
  return left.length === parts.length ? left : staying(left, changes, given);
}

/** Options of tables and their parts that no entity declares and that stay. */
export function keptOptions({ live, desired }: BothSides, given: KeptGiven): readonly OptionPlace[] {
  const places = undeclaredOptions(live, desired, (table, list, name) =>
    wasDeclared(given, { table, list, name }),
  );
  return places.filter((place) => isByHandOption(place, given) && !isFilled(place, given));
}

/**
 * Entities can declare WITHOUT ROWID: it goes when they no longer do, unless a revision by hand gave it. NOT VALID may
 * also be of a generated revision whose successor is gone.
 */
function isByHandOption(place: OptionPlace, { revisions, dialect, renames }: KeptGiven): boolean {
  if (place.option !== 'WITHOUT ROWID' && place.option !== 'NOT VALID') return true;
  return isMentionedByHand(revisions, dialect, wordsOfOption(formerly(place, renames)));
}

/** The revisions mention a table or a column under its former name. */
function formerly(place: OptionPlace, renames: readonly Rename[]): OptionPlace {
  const { part } = place;
  const column = part?.column;
  const from = renames.find((one) =>
    column === undefined
      ? one.kind === 'table' && one.to === place.table
      : one.kind === 'column' && one.table === place.table && one.to === column,
  )?.from;
  if (from === undefined) return place;
  return column === undefined
    ? { ...place, table: from }
    : { ...place, part: part && { ...part, column: from } };
}

/** A value for the rows that are there asks for a NOT NULL that holds for them too. */
function isFilled({ table, part }: OptionPlace, { backfills }: KeptGiven): boolean {
  const column = part?.column;
  return column !== undefined && backfills.some((words) => isOf(words, `${table}.${column}`));
}

/** Whether entities declared a part before; without a snapshot, its name shows that. */
function wasDeclared(
  { declared, renames }: KeptGiven,
  { table, list, name }: { readonly table: string; readonly list: PartList; readonly name: string },
): boolean {
  if (!declared) return isGivenByTypeorm(name);
  const before = declared.tables.find((one) => tableNameAfter(one.name, renames) === table);
  return before?.[list].some((one) => one.name === name) ?? false;
}

type PartList = 'indexes' | 'uniques' | 'checks' | 'foreignKeys';

/** Without a snapshot, what no revision mentions stays too; TypeORM's own names are those of decorators. */
function isOfHand(part: UndeclaredPart, given: KeptGiven): boolean {
  const { dialect, declared, revisions, renames } = given;
  if (part.kind === 'drop-check' && part.live.name === null) return !isListOfEntities(part, given);
  if (!declared) {
    const first = firstMention(revisions, dialect, part.object);
    return (!first || isByHand(first)) && !isGivenByTypeorm(part.object);
  }
  return !declared.tables.some(
    (table) => tableNameAfter(table.name, renames) === part.table && hasPart(table, part),
  );
}

/** Of checks without a name, entities declare the values of a column alone; without a snapshot, any such list is theirs. */
function isListOfEntities(
  { table, live }: { readonly table: string; readonly live: CheckModel },
  { declared, renames }: KeptGiven,
): boolean {
  const column = enumCheckOf(live)?.column;
  if (column === undefined || !declared) return column !== undefined;
  const before = declared.tables.find(({ name }) => tableNameAfter(name, renames) === table);
  return (before?.checks ?? []).some((check) => {
    const former = enumCheckOf(check)?.column;
    return former !== undefined && columnNameAfter(table, former, renames) === column;
  });
}

/** Whether a part cannot stay where a change drops a column or a table. */
function takesAway(change: Change, part: UndeclaredPart, { sql }: KeptGiven): boolean {
  const { live } = part;
  if (change.kind === 'drop-table') return 'references' in live && live.table === change.table;
  if (change.kind !== 'drop-column') return false;
  if ('references' in live && live.table === change.table && live.references.includes(change.object))
    return true;
  return part.table === change.table && readsColumn(live, change.object, sql);
}

/** Whether a part names the column, or has an expression that may read it. */
function readsColumn(live: UndeclaredPart['live'], column: string, sql: SqlReader): boolean {
  let isRead = false;
  JSON.parse(
    JSON.stringify({ ...live, name: null, table: null, references: null }),
    (key, value: unknown) => {
      const isExpression = key === 'sql' || key === 'expression';
      if (typeof value === 'string') isRead ||= isExpression ? mayRead(value, column, sql) : value === column;
      return value;
    },
  );
  return isRead;
}

function mayRead(expression: string, column: string, sql: SqlReader): boolean {
  const parts = sql.expression(expression);
  return parts ? parts.reads(column) : expression.toLowerCase().includes(column.toLowerCase());
}
