import type { TableColumn } from 'typeorm';
import type { CheckModel, ColumnModel } from '../schema/model.js';

/** How tables and columns are written in one dialect. */
export interface ColumnRules {
  readonly dialect: string;
  /**
   * The type of an enumerated column where that is an object of its own, by its name; null where it is an ordinary
   * type.
   */
  readonly enumType: (name: string) => string | null;
  /** The check that TypeORM writes into the column instead. */
  readonly enumCheck: (column: string, values: readonly string[]) => CheckModel | null;
  /** Whether a primary key keeps its name. */
  readonly namesPrimaryKeys: boolean;
  /** Whether the index of a key, or of an exclusion constraint, has its name, which no other index may have. */
  readonly keysAreIndexes: boolean;
  /** Whether a column of the primary key is NOT NULL, whatever the entity declares. */
  readonly keysRefuseNull: boolean;
  /** What stands behind the columns of a table. */
  readonly tableOptions: (table: { readonly withoutRowid?: boolean }) => string | null;
  /** Whether TypeORM leaves length and precision out where the database numbers a column. */
  readonly numbersBareTypes: boolean;
  /** What the database keeps of a comment; null where it keeps none. */
  readonly canonicalizeComment: (comment: string) => string | null;
  /** Whether tables are in schemas. TypeORM leaves the schema of an entity out where the database has none. */
  readonly schemas: boolean;
  /** Whether a table may be partitioned. The decorator of an entity is passed over where it may not. */
  readonly partitions: boolean;
  /** Whether an index may be other than a tree. */
  readonly indexMethods: boolean;
  /** Whether a view may keep its rows. TypeORM creates an ordinary view where the database has no other. */
  readonly materializedViews: boolean;
  /** Why two names of entities are one name in the database, and what to do. */
  readonly sameNames: string;
  /** Whether a unique constraint may wait for the end of a transaction. */
  readonly deferrableUniques: boolean;
  /** Whether a column that the database numbers may share the primary key with others. */
  readonly numbersInCompositeKeys: boolean;
  /** A type as TypeORM writes it, as the catalogs show it. */
  readonly canonicalizeType: (type: string) => string;
  /** A name as the database keeps it. */
  readonly canonicalizeName: (name: string) => string;
  /** Names with one key are one name to the database. */
  readonly nameKey: (name: string) => string;
  /** A collation as the model has it. */
  readonly canonicalizeCollation: (collation: string) => string | null;
  /** Whether a default is replaced by the moment at which a statement that contains it runs. */
  readonly isMoment: (type: string, sql: string) => boolean;
  /** What TypeORM writes for `GENERATED ... ` and its like. */
  readonly identityOf: (column: TableColumn) => ColumnModel['identity'];
}
