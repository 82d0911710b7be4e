/** Second stage of generate: compares the changes with what the user has confirmed, and refuses the rest. */

import { UsageError } from '../../errors/base.js';
import { placeOf, UnconfirmedChangesError } from '../../errors/generate.js';
import { shellQuoted } from '../../text/shell.js';
import type {
  Confirmations,
  ConversionNeeded,
  DestructiveChange,
  ConfirmedValues,
} from '../../databases/planning.js';
import type { DialectReading } from '../compare/compare-on-scratch.js';
import { destructiveChanges } from './destructive-changes.js';
import { allowsRewrite } from './join-confirmations.js';
import { parseConfirmations, confirmedValues, type ConfirmationOptions } from './confirmations.js';

const NONE = new Map<string, string>();
const ASKED: Confirmations = {
  drops: [],
  backfills: NONE,
  timeZones: NONE,
  usings: NONE,
  usingsDown: NONE,
  allowRewrite: true,
};
const UNANSWERED: Confirmations = { ...ASKED, allowRewrite: false };

/** The confirmed details, and all questions about the changes. */
interface ConfirmedChanges {
  readonly values: ConfirmedValues;
  readonly asked: readonly DestructiveChange[];
}

/**
 * Returns the confirmations, where they match the changes and leave no question open.
 *
 * @param isPhased whether the changes are in expand and contract
 * @throws UsageError, UnconfirmedChangesError
 */
export function confirmChanges(
  readings: readonly DialectReading[],
  words: ConfirmationOptions,
  isPhased = false,
): ConfirmedChanges {
  const changes = readings.flatMap((reading) => reading.changes);
  const needed = readings
    .flatMap((reading) => destructive(reading, ASKED))
    .filter(({ kind }) => kind.startsWith('required-'))
    .map(({ table, column }) => `${table}.${column ?? ''}`);
  const given = withKnownZones(parseConfirmations(words, changes, needed), readings);
  assertFillable(
    readings,
    [...given.backfills.keys()].filter((place) => !needed.includes(place)),
  );
  const confirmations = { ...given, allowRewrite: false };
  const without = new Set(
    isPhased ? readings.flatMap((one) => [...one.planner.withoutRewrite(one, given)]) : [],
  );
  const isAsked = (one: DestructiveChange) => one.kind !== 'rewrite' || !without.has(placeOf(one));
  const open = questions(readings, confirmations).filter(isAsked);
  const asked = once([...questions(readings, UNANSWERED).filter(isAsked), ...open]);
  const unconfirmed = open.filter((one) => one.kind !== 'rewrite' || !allowsRewrite(words, placeOf(one)));
  if (unconfirmed.length > 0)
    throw new UnconfirmedChangesError(once(withoutSettledZones(unconfirmed)), { asked });
  const [first] = readings;
  const heads = readings.map(({ head }) => head);
  const values = confirmedValues(confirmations, first?.renames ?? [], heads);
  const allowed = { rewrites: rewritesIn(readings, words), isUnread: !isPhased };
  return { values: { ...values, ...allowed }, asked };
}

/** The columns whose tables may be rewritten, those of renamed values included. */
function rewritesIn(readings: readonly DialectReading[], words: ConfirmationOptions): ReadonlySet<string> {
  const places = readings.flatMap(({ changes, renames }) => [
    ...changes.map(({ table, object }) => `${table}.${object}`),
    ...renames.flatMap((one) => (one.kind === 'value' ? [`${one.table}.${one.column}`] : [])),
  ]);
  return new Set(places.filter((place) => allowsRewrite(words, place)));
}

/** The questions of each database that confirmations leave open. */
function questions(
  readings: readonly DialectReading[],
  confirmations: Confirmations,
): readonly DestructiveChange[] {
  return readings.flatMap((reading) => [
    ...reading.facts.conversions.flatMap((needed) => askedFor(needed, confirmations)),
    ...reading.planner.blockingRebuilds(reading, confirmations),
    ...destructive(reading, confirmations),
  ]);
}

/** @throws UsageError for columns that no database fills, since their table is a foreign one */
function assertFillable(readings: readonly DialectReading[], places: readonly string[]): void {
  for (const place of places) {
    const table = readings.flatMap(foreignIn).find((name) => place.startsWith(`${name}.`));
    if (table !== undefined)
      throw new UsageError(
        `--backfill ${place}: ${table} is a foreign table, and no revision gives its rows a value. Do that on their server, and leave this option out.`,
      );
  }
}

function foreignIn({ specials }: DialectReading): readonly string[] {
  return specials.filter(({ kind }) => kind === 'foreign table').map(({ name }) => name);
}

/** No statement gives the rows of a foreign table a value, and none reads them for NOT NULL. */
function destructive(reading: DialectReading, confirmations: Confirmations): readonly DestructiveChange[] {
  const foreign = foreignIn(reading);
  return destructiveChanges(reading.changes, confirmations, reading.planner).filter(
    ({ kind, table }) => !kind.startsWith('required-') || !foreign.includes(table),
  );
}

/** @throws UsageError for a time zone that PostgreSQL does not know */
function withKnownZones(confirmations: Confirmations, readings: readonly DialectReading[]): Confirmations {
  const known = new Map(readings.flatMap(({ facts }) => [...facts.timeZones]));
  const timeZones = [...confirmations.timeZones].map(([place, given]) => {
    const name = known.get(given);
    if (name === undefined)
      throw new UsageError(
        `--time-zone ${place}=${given}: PostgreSQL does not know this time zone. Use a name such as UTC or Europe/Berlin; SELECT name FROM pg_timezone_names lists all names.`,
      );
    return [place, name] as const;
  });
  return { ...confirmations, timeZones: new Map(timeZones) };
}

function askedFor(
  { table, column, direction, problem, expressions }: ConversionNeeded,
  { usings, usingsDown }: Confirmations,
): readonly DestructiveChange[] {
  const place = `${table}.${column}`;
  const [kind, option, given, way] =
    direction === 'up'
      ? (['conversion', '--using', usings, ''] as const)
      : (['conversion-back', '--using-down', usingsDown, 'on `down`, '] as const);
  if (given.has(place)) return [];
  const remedies = [...expressions, '<expression>'].map(
    (one) => `${option} ${shellQuoted(`${place}=${one}`)}`,
  );
  return [{ kind, table, column, problem: `${way}${problem}`, remedies }];
}

/** An expression settles the time zone as well. */
function withoutSettledZones(unconfirmed: readonly DestructiveChange[]): readonly DestructiveChange[] {
  const asked = new Set(unconfirmed.filter(({ kind }) => kind.startsWith('conversion')).map(placeOf));
  return unconfirmed.filter((change) => change.kind !== 'time-zone' || !asked.has(placeOf(change)));
}

/** Both dialects report the same about one column. */
function once(changes: readonly DestructiveChange[]): readonly DestructiveChange[] {
  const byPlace = changes.map(
    (change) => [`${change.kind} ${change.table} ${change.column ?? ''}`, change] as const,
  );
  return [...new Map([...byPlace].reverse()).values()].reverse();
}
