/** Names of the tables in which migrating is recorded. They are of no entity, and no drift. */
interface RecordTableNames {
  /** TypeORM's list of applied revisions. */
  readonly migrations: string;
  /** The log: one row a run. */
  readonly runs: string;
  /** The log: one row an attempt at a revision. */
  readonly attempts: string;
}

/** @param migrationsTableName TypeORM's option; default `migrations` */
export function recordTableNames(migrationsTableName = 'migrations'): RecordTableNames {
  return {
    migrations: migrationsTableName,
    runs: `${migrationsTableName}_run`,
    attempts: `${migrationsTableName}_attempt`,
  };
}
