import { UsageError } from '../../errors/base.js';
import type { Change } from '../../schema/change.js';
import { placeOfPart, undeclaredParts } from '../../schema/undeclared.js';
import type { SchemaModel } from '../../schema/model.js';
import type { Confirmations, ConfirmedValues } from '../../databases/planning.js';
import { tableNameAfter } from '../verify/preserved-data.js';
import type { Rename } from '../../schema/rename.js';
import { renamedValuesOf } from '../compare/renames.js';

/** The confirmations of changes that may lose data, as given on the command line. */
export interface ConfirmationOptions {
  /** `table.old:new`, or `table.column.old:new` for a value of an enumerated column. */
  readonly renames: readonly string[];
  /** `old:new`. */
  readonly renamedTables: readonly string[];
  /** `table.column`, or `table`. */
  readonly drops: readonly string[];
  /** `table.column=expression`, or the expression alone where one column needs it. */
  readonly backfills: readonly string[];
  /** `table.column=zone`: the time zone of values without one, where a type gains or loses its time zone. */
  readonly timeZones: readonly string[];
  /** `table.column=expression`: how the values of a column are converted to its new type. */
  readonly usings: readonly string[];
  /** The same for `down`, to the former type. */
  readonly usingsDown: readonly string[];
  /**
   * Whether existing tables may be rewritten, which locks them meanwhile; or the changes for which they may be, each a
   * table, a type or `table.column`.
   */
  readonly allowRewrite: boolean | readonly string[];
}

/** No confirmations. */
export const NO_CONFIRMATIONS: ConfirmationOptions = {
  renames: [],
  renamedTables: [],
  drops: [],
  backfills: [],
  timeZones: [],
  usings: [],
  usingsDown: [],
  allowRewrite: false,
};

/**
 * Reads the confirmations of drops and values, and checks them against the changes.
 *
 * @param changes of all dialects
 * @param needed columns that need a value, `table.column`
 * @throws UsageError for a confirmation of a change that does not happen
 */
export function parseConfirmations(
  { drops, backfills, allowRewrite, ...words }: ConfirmationOptions,
  changes: readonly Change[],
  needed: readonly string[],
): Confirmations {
  const gone = [...changes.flatMap(droppedBy), ...undeclaredParts(changes).map(placeOfPart)];
  for (const place of drops)
    if (!gone.includes(place))
      throw new UsageError(
        `--drop ${place}: this change does not drop it. ${gone.length === 0 ? 'It drops nothing.' : `It drops: ${unique(gone).join(', ')}.`}`,
      );
  const places = unique(changes.flatMap(columnOf));
  const read = backfills.map((one) => backfillOf(one, places, unique(needed)));
  const retyped = unique(changes.flatMap(retypedBy));
  const assigned = (option: string, given: readonly string[]) =>
    once(
      option,
      given.map((one) => assignmentOf(option, one, retyped)),
    );
  return {
    drops,
    backfills: once('--backfill', read),
    timeZones: assigned('--time-zone', words.timeZones),
    usings: assigned('--using', words.usings),
    usingsDown: assigned('--using-down', words.usingsDown),
    allowRewrite: allowRewrite === true,
  };
}

/** A column, `table.column`, and the value given for it. */
type Assignment = readonly [place: string, value: string];

/** The values for columns whose type changes; `parseConfirmations` refuses the rest. */
export function assignmentsIn(words: readonly string[], changes: readonly Change[]): readonly Assignment[] {
  const retyped = changes.flatMap(retypedBy);
  return words.flatMap((one) => {
    const place = placeIn(one, retyped);
    return place === undefined ? [] : [[place, expressionIn(one, place)] as const];
  });
}

function once(option: string, given: readonly Assignment[]): ReadonlyMap<string, string> {
  const twice = given.find(([place], index) => given.findIndex(([other]) => other === place) !== index);
  if (twice) throw new UsageError(`${option}: ${twice[0]} has two values. Pass only one.`);
  return new Map(given);
}

/** A column whose type changes, and its value. */
function assignmentOf(option: string, words: string, retyped: readonly string[]): Assignment {
  const place = placeIn(words, retyped);
  if (place !== undefined) return [place, expressionIn(words, place)];
  const form = option === '--time-zone' ? 'table.column=zone' : 'table.column=expression';
  throw unfit(`${option} "${words}"`, hasForm(words) ? undefined : form, {
    none: 'no column changes its type.',
    some: 'Columns that change their type',
    columns: retyped,
  });
}

/** Columns whose values are converted. */
function retypedBy(change: Change): readonly string[] {
  const isRetyped = change.kind === 'alter-column' && change.aspects.includes('type');
  return isRetyped ? [`${change.table}.${change.object}`] : [];
}

function droppedBy(change: Change): readonly string[] {
  if (change.kind === 'drop-table') return [change.table];
  const isGone =
    change.kind === 'drop-column' || (change.kind === 'alter-column' && change.aspects.includes('generated'));
  return isGone ? [`${change.table}.${change.object}`] : [];
}

function columnOf(change: Change): readonly string[] {
  return change.kind.endsWith('-column') ? [`${change.table}.${change.object}`] : [];
}

function backfillOf(words: string, places: readonly string[], needed: readonly string[]): Assignment {
  const place = placeIn(words, places);
  if (place !== undefined) return [place, expressionIn(words, place)];
  const [only, ...others] = needed;
  const isExpression = words.trim() !== '' && !isAssignment(words, only?.split('.').at(-1) ?? '');
  if (only !== undefined && others.length === 0 && isExpression) return [only, words.trim()];
  throw unfit(`--backfill "${words}"`, hasForm(words) ? undefined : 'table.column=expression', {
    none: 'no column needs a value.',
    some: 'Columns that need a value',
    columns: needed,
  });
}

/** The columns that an option may name, and the words for them and for none. */
interface Allowed {
  readonly none: string;
  readonly some: string;
  readonly columns: readonly string[];
}

/** What is wrong with an option: its form, where that is given, or the column. */
function unfit(option: string, form: string | undefined, { none, some, columns }: Allowed): UsageError {
  const list = `${some}: ${columns.join(', ')}.`;
  if (form === undefined)
    return new UsageError(
      `${option}: ${columns.length === 0 ? none : `this change does not need it. ${list}`}`,
    );
  const noneToo = `${none.charAt(0).toUpperCase()}${none.slice(1)}`;
  return new UsageError(`${option}: the form is ${form}. ${columns.length === 0 ? noneToo : list}`);
}

const FORM = /^\s*(?:[\p{L}\p{N}_$]+\.)+[\p{L}\p{N}_$]+\s*=(?!=)\s*\S/u;

/** Whether words are `table.column=value`, of plain names. */
function hasForm(words: string): boolean {
  return FORM.test(words);
}

/** Whether words begin with `table.column=`, or with the name of the column alone: then the user means another place. */
function isAssignment(words: string, column: string): boolean {
  const [, place] = /^\s*([\p{L}\p{N}_$.]+)\s*=(?!=)/u.exec(words) ?? [];
  return place !== undefined && (place.includes('.') || place === column);
}

/** The column that a value is for: of two, the one with the longer name. */
function placeIn(words: string, places: readonly string[]): string | undefined {
  return places.filter((one) => isOf(words, one)).sort((a, b) => b.length - a.length)[0];
}

/** Whether a text begins with a column and an equals sign. The name of a column may contain spaces and such signs. */
export function isOf(words: string, place: string): boolean {
  return (
    words.trimStart().startsWith(place) && /^=[^]*\S/.test(words.trimStart().slice(place.length).trimStart())
  );
}

function expressionIn(words: string, place: string): string {
  return words.trimStart().slice(place.length).trimStart().slice(1).trim();
}

function unique(words: readonly string[]): readonly string[] {
  return [...new Set(words)].sort();
}

/**
 * The confirmed values, with every column of a renamed value: where enumerated types have names, a value is renamed in
 * the type, for all columns of that type.
 *
 * @param heads the schemas at head, of each database
 */
export function confirmedValues(
  confirmations: Confirmations,
  renames: readonly Rename[],
  heads: readonly SchemaModel[],
): ConfirmedValues {
  const shared = renames.flatMap((rename) =>
    rename.kind === 'value'
      ? heads
          .flatMap((head) => columnsOfSameType(rename, renames, head))
          .map((place) => ({ ...rename, ...place }))
      : [],
  );
  const { backfills, timeZones, usings, usingsDown } = confirmations;
  const all = [...renames, ...shared];
  return {
    ...{ backfills, timeZones, usings, usingsDown },
    renamedValues: renamedValuesOf(all, false),
    joinedValues: renamedValuesOf(all, true),
  };
}

function columnsOfSameType(
  { table, column }: { readonly table: string; readonly column: string },
  renames: readonly Rename[],
  head: SchemaModel,
): readonly { readonly table: string; readonly column: string }[] {
  const columns = head.tables.flatMap(({ name, columns: own }) =>
    own.map((one) => ({ table: tableNameAfter(name, renames), column: one.name, type: one.type })),
  );
  const type = columns.find((one) => one.table === table && one.column === column)?.type;
  return type?.startsWith('enum ') !== true ? [] : columns.filter((one) => one.type === type);
}
