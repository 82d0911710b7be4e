import type { DataSource } from 'typeorm';
import type { AlterChange, Change } from '../../../schema/change.js';
import { EQ } from '../../../sql/postgres-operators.js';
import type { PostgresNames } from './sql.js';

/** A column whose type changes, in `up` or `down`, and whose values PostgreSQL cannot convert by itself. */
export interface ConversionAsked {
  readonly table: string;
  readonly column: string;
  readonly from: string;
  readonly to: string;
  readonly direction: 'up' | 'down';
}

/** SQLSTATE `cannot_coerce`. */
const NO_CAST = '42846';

/** Asks the server, on a scratch database, for the casts that changes of types need. */
export async function missingCasts(
  dataSource: DataSource,
  changes: readonly Change[],
  names: PostgresNames,
): Promise<readonly ConversionAsked[]> {
  const missing: ConversionAsked[] = [];
  for (const { table, object: column, live, desired } of changes.filter(isRetyped)) {
    const [from, to] = [live.type, desired.type];
    if (!(await hasCast(dataSource, names.type(from), names.type(to))))
      missing.push({ table, column, from, to, direction: 'up' });
    if (!(await hasCast(dataSource, names.type(to), names.type(from))))
      missing.push({ table, column, from: to, to: from, direction: 'down' });
  }
  return missing;
}

/** An enumerated value is converted by way of its text, which has a cast to every type. */
function isRetyped(change: Change): change is AlterChange<'column'> {
  if (change.kind !== 'alter-column' || !change.aspects.includes('type')) return false;
  const types = [change.live.type, change.desired.type];
  return change.desired.generated === null && !types.some((type) => type.startsWith('enum '));
}

/** The verification reports a type that does not exist yet, of an extension for example. */
async function hasCast(dataSource: DataSource, from: string, to: string): Promise<boolean> {
  try {
    await dataSource.query(`SELECT NULL::${from}::${to}`);
    return true;
  } catch (error) {
    return (error as { readonly code?: unknown }).code !== NO_CAST;
  }
}

/**
 * The name of a time zone in the spelling of PostgreSQL, by the given text; none for an unknown one. An offset such as
 * `UTC+3` is not among them: POSIX counts it to the west.
 */
export async function knownTimeZones(
  dataSource: DataSource,
  given: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (given.length === 0) return new Map();
  const rows = await dataSource.query<readonly { readonly given: string; readonly name: string }[]>(
    `SELECT g.given, z.name FROM pg_catalog.pg_timezone_names z
       JOIN pg_catalog.unnest($1::text[]) AS g(given) ON pg_catalog.lower(z.name) ${EQ} pg_catalog.lower(g.given)`,
    [given],
  );
  return new Map(rows.map((row) => [row.given, row.name]));
}
