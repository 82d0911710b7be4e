import { OrchestratorDbError } from './base.js';

/** Two objects of the entities have one name in the database, which allows it once. */
export class EntityNamesError extends OrchestratorDbError {
  readonly code = 'ENTITY_NAMES';

  /**
   * @param what `tables`, `columns of jobs`, `indexes of`, or what the first one is
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

/** Why names that are not written alike are one name, and what to do. */
export const SAME_LETTERS =
  'Their names differ only in upper and lower case, which SQLite does not distinguish: specify another name for one of them.';

/** A default is a text that PostgreSQL replaces by the moment at which a revision runs. */
export class EntityDefaultError extends OrchestratorDbError {
  readonly code = 'ENTITY_DEFAULT';

  /** @param columns each as `table.column`, with its default as SQL */
  constructor(readonly columns: readonly { readonly place: string; readonly sql: string }[]) {
    super(`Nothing was written. ${columns.map(({ place, sql }) => momentWords(place, sql)).join(' ')}`);
  }
}

/** What a default that is a moment does, and what to write instead. */
export function momentWords(place: string, sql: string): string {
  return `${place}: the default ${sql} is a text, which PostgreSQL replaces once by the moment at which the statement runs. Write default: () => ${callFor(sql)} in the entity.`;
}

function callFor(sql: string): string {
  const today = /^'\s*(today|tomorrow|yesterday)\s*'/i.exec(sql)?.[1]?.toLowerCase();
  const days = { today: '', tomorrow: ' + 1', yesterday: ' - 1' } as const;
  return today === undefined ? "'now()'" : `'CURRENT_DATE${days[today as keyof typeof days]}'`;
}

/** A table of an entity cannot have a change: it is a partition, a foreign, virtual or STRICT one. */
export class EntityTableError extends OrchestratorDbError {
  readonly code = 'ENTITY_TABLE';

  /** @param change in words, with a full stop */
  constructor(
    readonly table: { readonly name: string; readonly kind: string },
    readonly change: string,
  ) {
    super(`Nothing was written: ${table.name} is a ${table.kind}. ${change} ${REMEDIES[table.kind] ?? ''}`);
  }
}

const REMEDIES: Readonly<Record<string, string>> = {
  partition:
    'A partition has its columns, and the indexes and constraints of its parent, from the parent: change the entity of the parent, or write the revision by hand (npm run -s db -- create Name).',
  'child table':
    'It has its inherited columns and checks from the parent: change the entity of the parent, or write the revision by hand (npm run -s db -- create Name).',
  'foreign table':
    'Its rows are on another server, and a generated revision cannot create it again: write the revision by hand (npm run -s db -- create Name).',
  'STRICT table':
    'The columns of a STRICT table are integer, real, text, blob or any: specify one of these types in the entity, or create the table again without STRICT in a revision by hand (npm run -s db -- create Name).',
  'virtual table':
    'A generated revision cannot create it again on the way down: write the revision by hand (npm run -s db -- create Name).',
};

/** The partitions that an entity declares are impossible. */
export class EntityPartitionError extends OrchestratorDbError {
  readonly code = 'ENTITY_PARTITION';

  /**
   * @param entity its name
   * @param property by which it is divided, as the entity names it
   * @param problem what is wrong and what to do, with full stops
   */
  constructor(
    readonly entity: string,
    readonly property: string,
    problem: string,
  ) {
    super(`@Partitioned of the entity ${entity}, by ${property}: ${problem} Nothing was written.`);
  }
}

/** The property by which the rows of an entity expire is no column. */
export class EntityExpiresError extends OrchestratorDbError {
  readonly code = 'ENTITY_EXPIRES';

  /** @param entity its name */
  constructor(
    readonly entity: string,
    readonly property: string,
  ) {
    super(
      `@Expires of the entity ${entity}: it has no column ${property}. Nothing was deleted. Specify the name of a property with @Column that is a date and time.`,
    );
  }
}

/** A change of the partitions of a table that no generated revision can make. */
export class PartitionChangeError extends OrchestratorDbError {
  readonly code = 'PARTITION_CHANGE';

  /**
   * @param change what would change, in words, with a full stop
   * @param referring what refers to the table, in words, where that alone is in the way
   */
  constructor(
    readonly table: string,
    readonly change: string,
    readonly referring: readonly string[] = [],
  ) {
    const why =
      referring.length === 0
        ? `The rows of ${table} would have to move, which no generated revision does. Undo the change in the entity, or write a revision by hand (npm run -s db -- create Name).`
        : `These refer to the table as it is, and would not refer to the new one: ${referring.join(', ')}. Drop them in an earlier revision, or undo the change in the entity.`;
    super(`Nothing was written: ${change} ${why}`);
  }
}

/** An entity is in another SQLite file, which TypeORM attaches when it connects. */
export class EntityFileError extends OrchestratorDbError {
  readonly code = 'ENTITY_FILE';

  /** @param isJoin whether it is the table of a relation, which `@JoinTable` declares */
  constructor(
    readonly entity: string,
    readonly file: string,
    isJoin = false,
  ) {
    const [what, where] = isJoin ? ['join table', '@JoinTable'] : ['entity', 'the entity'];
    super(
      `The ${what} ${entity} is in the file ${file}, which TypeORM attaches: a DataSource migrates its main file alone. ` +
        `Specify synchronize: false in ${where}, and migrate that file with a DataSource of its own, ` +
        'whose entities are classes for the same tables with neither database nor synchronize.',
    );
  }
}
