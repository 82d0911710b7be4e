import type { DataSource, QueryRunner } from 'typeorm';
import type { DialectName } from '../../dialect/dialect.js';
import type { PrivilegeMissingError } from '../../errors/migration.js';
import type { MigrationLock } from '../lock/lock.js';
import type { RecordTables } from '../records/tables.js';
import type { Executor } from './executor.js';

/** What a lock needs to be made. */
export interface LockInput {
  readonly dataSource: DataSource;
  readonly tables: RecordTables;
  /** What other processes are told of the holder. */
  readonly identity: string;
  /** Says from the log who is running. */
  readonly describeRun: () => Promise<string | undefined>;
}

/** What the two databases do differently while they are migrated. */
export interface MigrationDialect {
  readonly name: DialectName;
  /** Whether a statement can run outside a transaction. */
  readonly nonTransactional: boolean;
  /** Who runs: an expression where the server knows. */
  actor(): string | { readonly expression: string };
  /** One row whose columns `migrations`, `runs` and `attempts` tell which tables can be read, 1 or 0. */
  presenceSql(tables: RecordTables): string;
  lock(input: LockInput): MigrationLock;
  /** Whether some process holds the lock now; takes nothing and writes nothing. */
  isLocked(queryRunner: QueryRunner, tables: RecordTables): Promise<boolean>;
  /** Makes a connection ready to execute, and proves that the lock keeps it out. */
  executor(queryRunner: QueryRunner, tables: RecordTables): Promise<Executor>;
  /** Whether it gave way to somebody else's lock, so that trying again is worth it. */
  gaveWay(error: unknown): boolean;
  /** Whether the connection itself is gone. */
  isDisconnected(error: unknown): boolean;
  /** The right that is missing, if that is what it says. */
  missingPrivilege(error: unknown, queryRunner: QueryRunner): Promise<PrivilegeMissingError | undefined>;
}
