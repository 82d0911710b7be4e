/** Partitions of tables, in a database that has them. */

import type { Period } from '../schema/periods.js';
import type { PartitionStrategy } from '../schema/partition.js';
import type { Session } from './session.js';

/** A partition that a table has. */
export interface LivePartition extends Period {
  readonly name: string;
  /** With its schema, as SQL. */
  readonly path: string;
  /** Whether detaching it began and was interrupted: no query of the table reads its rows. */
  readonly isDetaching: boolean;
  /** Whether its rows are in itself: not partitioned again, and no foreign table. */
  readonly isPlain: boolean;
  /** Whether its rows are on another server. */
  readonly isForeign: boolean;
}

/** A table of an entity that declares partitions, as it is in the database. */
export interface LiveTable {
  /** By its name in the schema of the entities. */
  readonly table: string;
  /** With its schema, as SQL. */
  readonly path: string;
  /** Its owner as SQL, where that is another role than this one. */
  readonly owner: string | undefined;
  /** Its schema and its name. */
  readonly schema: string;
  readonly name: string;
  /** Undefined for a plain table. */
  readonly strategy: PartitionStrategy | undefined;
  /** Names of columns; null for an expression. */
  readonly key: readonly (string | null)[];
  /** Without the default one; their bounds are no numbers where the key is not one moment. */
  readonly partitions: readonly LivePartition[];
  /** The default partition. */
  readonly rest: Omit<LivePartition, keyof Period> | undefined;
  /** Whether a foreign key of any table refers to it. */
  readonly isReferenced: boolean;
  /** Why its rows cannot be copied, in words: it has no primary key, or has constraints that are checked later. */
  readonly uncopied: string | undefined;
  /** Whether moving rows into other partitions was interrupted. */
  readonly isMoving: boolean;
  /** What keeps its partitions besides this package: pg_partman, or `hidden` where this role may not know. */
  readonly keeper: 'pg_partman' | 'hidden' | undefined;
  /** By the clock of the server, milliseconds since 1970. */
  readonly now: number;
  /** SQL behind the creation of a partition: where it is stored. */
  readonly placed: string;
}

/** Which rows of a default partition to count. */
export interface CountedRows {
  readonly most: number;
  /** Default: all. */
  readonly period?: Period;
}

/** A partition to be made. */
export interface NewPartition extends Period {
  readonly name: string;
}

/** Rows that go to other partitions. */
export interface PartitionMove {
  /** Partitions that go: plain tables with all rows of the new ones. The default one is made again. */
  readonly from: readonly NamedPath[];
  /** Partitions that come: for all of the time of those that go, but for the default one. */
  readonly into: readonly NewPartition[];
}

/** Statements that are done together, or one by one outside a transaction. */
export interface PartitionWork {
  readonly transaction: boolean;
  readonly statements: readonly string[];
}

/** Why the server does not let a partition go, or be made. */
export type RefusedBy = 'default-rows' | 'name-taken' | 'needed' | 'overlap' | 'referenced' | undefined;

/** How partitions are read, made and taken away. */
export interface Partitioning {
  /**
   * These tables, without those that do not exist; two queries at most, in a transaction that cannot write.
   *
   * @param tables by their names in the schema of the entities
   * @param clock SQL for the present moment; default that of the server
   */
  read(session: Session, tables: readonly NamedPath[], clock?: string): Promise<readonly LiveTable[]>;
  /** The name of the partition of a table that begins there; `every` is the length of its partitions. */
  nameOf(table: LiveTable, every: string, lower: number): string;
  /** The rows of the default partition; one more than `most` means "more than that". */
  countRest(session: Session, table: LiveTable, counted: CountedRows): Promise<number>;
  /** The earliest moment in a partition that is not before a moment; undefined for none. */
  earliest(
    session: Session,
    table: LiveTable,
    look: { readonly partition: NamedPath; readonly from: number },
  ): Promise<number | undefined>;
  make(table: LiveTable, partition: NewPartition): PartitionWork;
  drop(table: LiveTable, partition: LivePartition): PartitionWork;
  /** Takes a partition away and leaves it as a table. */
  detach(table: LiveTable, partition: LivePartition): PartitionWork;
  /** What a partition alone has, in words: a move would lose it. */
  aloneIn(session: Session, table: LiveTable, partition: NamedPath): Promise<readonly string[]>;
  /** Removes what an interrupted move has left. No row is lost: all stay where they are until the end. */
  clearMove(table: LiveTable): PartitionWork;
  /**
   * Makes partitions of a table with a primary key, and moves rows into them that are in other ones. At any moment a
   * query of the table finds each row once.
   *
   * @returns how many rows were moved
   */
  move(table: LiveTable, move: PartitionMove, run: MoveRun): Promise<number>;
  /** The same as statements that a person may send, with one for all batches of a partition. */
  planMove(session: Session, table: LiveTable, move: PartitionMove): Promise<readonly PartitionWork[]>;
  /** Does work on a session under those limits. */
  run(session: Session, work: PartitionWork, lockTimeoutMs: number): Promise<void>;
  /** Whether a statement of a move may succeed when it is repeated: what it copied was deleted meanwhile. */
  mayPass(error: unknown): boolean;
  /** What an error of the server is about. */
  refusedBy(error: unknown): RefusedBy;
}

/** A table by its name in the schema of the entities, and as SQL with its schema. */
export interface NamedPath {
  readonly name: string;
  readonly path: string;
}

/** How a move is carried out. */
export interface MoveRun {
  readonly session: Session;
  /** Does work that waits for locks of others, and tries again where one is in the way. */
  readonly work: (work: PartitionWork) => Promise<void>;
  /** The same for rows that others may delete meanwhile: a foreign key that is broken then is tried again as well. */
  readonly copy: (work: PartitionWork) => Promise<void>;
  /** Thrown where the move is to end. */
  readonly assertGoing: () => void;
}
