import { NAME_BYTES, keptName, truncated } from '../sql/identifiers.js';
import { sha256 } from '../text/sha256.js';

/** Names of the tables that record migrations. They belong to no entity, and are no drift. */
interface RecordTableNames {
  /** TypeORM's list of applied revisions. */
  readonly migrations: string;
  /** The log: one row for each run. */
  readonly runs: string;
  /** The log: one row for each attempt at a revision. */
  readonly attempts: string;
  /** What applied revisions have changed, for code that does not have them. */
  readonly phases: string;
  /** One row for each process of the application. */
  readonly heartbeats: string;
}

/**
 * @param migrationsTableName TypeORM's option, with or without a schema; default `migrations`
 * @param limited whether the database keeps 63 bytes of a name, as PostgreSQL does
 */
export function recordTableNames(migrationsTableName = 'migrations', limited = false): RecordTableNames {
  const named = (suffix: string) =>
    limited ? fitting(migrationsTableName, suffix) : `${migrationsTableName}${suffix}`;
  return {
    migrations: migrationsTableName,
    runs: named('_run'),
    attempts: named('_attempt'),
    phases: named('_phase'),
    heartbeats: named('_heartbeat'),
  };
}

/**
 * PostgreSQL cuts a long name, and what is left of two of them may be one. Where they still differ, the cut one is
 * right: the table may exist already.
 */
function fitting(path: string, suffix: string): string {
  const [name = '', schema] = path.split('.').toReversed();
  const before = schema === undefined ? '' : `${schema}.`;
  const room = NAME_BYTES - Buffer.byteLength(name);
  if (room >= '_r'.length) return `${before}${keptName(name + suffix)}`;
  const hash = sha256(name).slice(0, 8);
  const end = `_${hash}${suffix}`;
  return `${before}${truncated(name, NAME_BYTES - end.length)}${end}`;
}
