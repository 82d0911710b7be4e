/** Names of the tables that record migrations. They belong to no entity, and are no drift. */
interface RecordTableNames {
  /** TypeORM's list of applied revisions. */
  readonly migrations: string;
  /** The log: one row for each run. */
  readonly runs: string;
  /** The log: one row for each attempt at a revision. */
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
