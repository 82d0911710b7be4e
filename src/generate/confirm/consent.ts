import { UsageError } from '../../errors.js';
import { placeOf, UnsaidChangesError } from '../../errors/generate.js';
import { shellQuoted } from '../../text/shell.js';
import type { Consent, ConversionNeeded, RiskyChange, Said } from '../../databases/planning.js';
import type { DialectReading } from '../compare/read-dialect.js';
import { riskyChanges } from './lossy.js';
import { parseConsent, saidOf, type GenerateWords } from './said.js';

const NONE = new Map<string, string>();
const ASKED: Consent = {
  drops: [],
  backfills: NONE,
  timeZones: NONE,
  usings: NONE,
  usingsDown: NONE,
  allowRewrite: true,
};

/**
 * What was said, where it is about what happens and leaves no open question.
 *
 * @throws UsageError, UnsaidChangesError
 */
export function consented(readings: readonly DialectReading[], words: GenerateWords): Said {
  const changes = readings.flatMap((reading) => reading.changes);
  const needed = readings
    .flatMap((reading) => riskyChanges(reading.changes, ASKED, reading.planner))
    .filter(({ kind }) => kind.startsWith('required-'))
    .map(({ table, column }) => `${table}.${column ?? ''}`);
  const consent = withKnownZones(parseConsent(words, changes, needed), readings);
  const unsaid = readings.flatMap((reading) => [
    ...reading.facts.conversions.flatMap((needed) => askedFor(needed, consent)),
    ...(consent.allowRewrite ? [] : reading.planner.blockingRebuilds(reading, consent)),
    ...riskyChanges(reading.changes, consent, reading.planner),
  ]);
  if (unsaid.length > 0) throw new UnsaidChangesError(once(withoutSettledZones(unsaid)));
  const [first] = readings;
  return saidOf(
    consent,
    first?.renames ?? [],
    readings.map(({ head }) => head),
  );
}

/** @throws UsageError for a time zone that PostgreSQL does not know */
function withKnownZones(consent: Consent, readings: readonly DialectReading[]): Consent {
  const known = new Map(readings.flatMap(({ facts }) => [...facts.timeZones]));
  const timeZones = [...consent.timeZones].map(([place, given]) => {
    const name = known.get(given);
    if (name === undefined)
      throw new UsageError(
        `--time-zone ${place}=${given}: PostgreSQL does not know this time zone. Use a name such as UTC or Europe/Berlin; SELECT name FROM pg_timezone_names lists all names.`,
      );
    return [place, name] as const;
  });
  return { ...consent, timeZones: new Map(timeZones) };
}

function askedFor(
  { table, column, direction, problem, expressions }: ConversionNeeded,
  { usings, usingsDown }: Consent,
): readonly RiskyChange[] {
  const place = `${table}.${column}`;
  const [kind, option, given, way] =
    direction === 'up'
      ? (['conversion', '--using', usings, ''] as const)
      : (['conversion-back', '--using-down', usingsDown, 'on the way down '] as const);
  if (given.has(place)) return [];
  const remedies = [...expressions, '<expression>'].map(
    (one) => `${option} ${shellQuoted(`${place}=${one}`)}`,
  );
  return [{ kind, table, column, problem: `${way}${problem}`, remedies }];
}

/** An expression settles the time zone as well. */
function withoutSettledZones(unsaid: readonly RiskyChange[]): readonly RiskyChange[] {
  const asked = new Set(unsaid.filter(({ kind }) => kind.startsWith('conversion')).map(placeOf));
  return unsaid.filter((change) => change.kind !== 'time-zone' || !asked.has(placeOf(change)));
}

/** Both dialects say the same of one column. */
function once(changes: readonly RiskyChange[]): readonly RiskyChange[] {
  const byPlace = changes.map(
    (change) => [`${change.kind} ${change.table} ${change.column ?? ''}`, change] as const,
  );
  return [...new Map([...byPlace].reverse()).values()].reverse();
}
