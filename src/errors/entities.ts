import { OrchestratorDbError } from './base.js';

/** Two tables, or columns, of the entities are one in the database. */
export class EntityNamesError extends OrchestratorDbError {
  readonly code = 'ENTITY_NAMES';

  /**
   * @param what `tables`, or `columns of jobs`
   * @param names as the entities have them
   * @param remedy why the database makes them one, and what to do
   */
  constructor(
    what: string,
    readonly names: { readonly first: string; readonly second: string; readonly stored: string },
    remedy: string,
  ) {
    const { first, second, stored } = names;
    super(`The ${what} ${first} and ${second} have one name in the database, ${stored}. ${remedy}`);
  }
}

/** An entity is in another SQLite file, which TypeORM attaches when it connects. */
export class EntityFileError extends OrchestratorDbError {
  readonly code = 'ENTITY_FILE';

  constructor(
    readonly entity: string,
    readonly file: string,
  ) {
    super(
      `The entity ${entity} is in the file ${file}, which TypeORM attaches: a DataSource migrates its main file alone. ` +
        'Specify synchronize: false in the entity, and migrate that file with a DataSource of its own.',
    );
  }
}
