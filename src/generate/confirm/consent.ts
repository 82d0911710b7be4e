import { UsageError } from '../../errors.js';
import { placeOf, UnsaidChangesError } from '../../errors/generate.js';
import { shellQuoted } from '../../text/shell.js';
import { riskyChanges, type Consent, type RiskyChange } from './lossy.js';
import type { Said } from '../../databases/planning.js';
import type { DialectReading } from '../compare/read-dialect.js';
import type { ConversionAsked } from '../../databases/postgres/plan/conversions.js';
import { withIndexes } from '../../databases/postgres/plan/render.js';
import { settingProblem } from '../../databases/postgres/plan/setting-words.js';
import { blockingParts } from '../../databases/postgres/plan/type-dependents.js';
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
    .flatMap((reading) => riskyChanges(reading.dialect, reading.changes, ASKED))
    .filter(({ kind }) => kind.startsWith('required-'))
    .map(({ table, column }) => `${table}.${column ?? ''}`);
  const consent = withKnownZones(parseConsent(words, changes, needed), readings);
  const unsaid = readings.flatMap((reading) => [
    ...missingConversions(reading, consent),
    ...(consent.allowRewrite ? [] : rebuilds(reading, consent)),
    ...riskyChanges(reading.dialect, reading.changes, consent),
  ]);
  if (unsaid.length > 0) throw new UnsaidChangesError(once(withoutSettledZones(unsaid)));
  const [first] = readings;
  const head = readings.find(({ dialect }) => dialect === 'postgres')?.head;
  return saidOf(consent, first?.renames ?? [], head);
}

/** @throws UsageError for a time zone that PostgreSQL does not know */
function withKnownZones(consent: Consent, readings: readonly DialectReading[]): Consent {
  const postgres = readings.find(({ dialect }) => dialect === 'postgres');
  const timeZones = [...consent.timeZones].map(([place, given]) => {
    const name = postgres?.conversions.timeZones.get(given);
    if (name === undefined)
      throw new UsageError(
        `--time-zone ${place}=${given}: PostgreSQL does not know this time zone. Use a name such as UTC or Europe/Berlin; SELECT name FROM pg_timezone_names lists all names.`,
      );
    return [place, name] as const;
  });
  return { ...consent, timeZones: new Map(timeZones) };
}

/** Changes of types for which PostgreSQL has no cast, or one that depends on a setting, and no expression is given. */
function missingConversions({ conversions }: DialectReading, consent: Consent): readonly RiskyChange[] {
  const { missingCasts, ofSettings } = conversions;
  return [
    ...missingCasts.flatMap((asked) =>
      askedFor(asked, consent, {
        problem: `type ${asked.from} becomes ${asked.to}, for which PostgreSQL has no cast`,
        expressions: [],
      }),
    ),
    ...ofSettings.flatMap((asked) =>
      askedFor(asked, consent, { problem: settingProblem(asked), expressions: [asked.expression] }),
    ),
  ];
}

function askedFor(
  { table, column, direction }: ConversionAsked,
  { usings, usingsDown }: Consent,
  { problem, expressions }: { readonly problem: string; readonly expressions: readonly string[] },
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

/** Changes of types that write no row, but make something anew that nothing may be without meanwhile. */
function rebuilds(
  { dialect, from, changes, ownIndexes }: DialectReading,
  consent: Consent,
): readonly RiskyChange[] {
  if (dialect !== 'postgres') return [];
  const sides = { from: withIndexes(from, ownIndexes), changes };
  return changes.flatMap((change) => {
    const blocking = blockingParts(change, sides, consent);
    if (change.kind !== 'alter-column' || blocking.length === 0) return [];
    const { table, object: column, live, desired, aspects } = change;
    const words = aspects.includes('type')
      ? `type ${live.type} becomes ${desired.type}`
      : `collation ${live.collation ?? 'default'} becomes ${desired.collation ?? 'default'}`;
    const problem = `${words}: no row is rewritten, but PostgreSQL rebuilds ${blocking.join(', ')} while nobody can read or write the table`;
    return [{ kind: 'rewrite' as const, table, column, problem, remedies: ['--allow-rewrite'] }];
  });
}

/** Both dialects say the same of one column. */
function once(changes: readonly RiskyChange[]): readonly RiskyChange[] {
  const byPlace = changes.map(
    (change) => [`${change.kind} ${change.table} ${change.column ?? ''}`, change] as const,
  );
  return [...new Map([...byPlace].reverse()).values()].reverse();
}
