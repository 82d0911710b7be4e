import type { DataSource } from 'typeorm';
import type { DialectName } from '../../src/databases/registry.js';
import { readPostgresCatalog } from './catalog-postgres.js';
import { readSqliteCatalog } from './catalog-sqlite.js';

/** What one table is, each part as a sentence, in words that are the same for both databases. */
export interface TableWords {
  /** `status enum(IDLE, BUSY) not null default IDLE`, in the order of the table; `json` is text with its check, too. */
  readonly columns: readonly string[];
  /** `id`. */
  readonly primaryKey: string;
  /** `uq_workers_worker_id (worker_id)`, sorted, as is all that follows. */
  readonly uniques: readonly string[];
  /** `unique ix_workers_worker_id (worker_id)`; not those that a constraint brings along. */
  readonly indexes: readonly string[];
  /** `fk_jobs_assigned_worker_id (assigned_worker_id) -> workers (worker_id) on delete SET NULL`. */
  readonly foreignKeys: readonly string[];
  /**
   * `ck_jobs_completed_after_created: completed_at is null or completed_at >= created_at`, without those of enums and
   * json.
   */
  readonly checks: readonly string[];
}

/** Everything in the catalog of the database. */
export interface Catalog {
  readonly tables: Readonly<Record<string, TableWords>>;
  /** PostgreSQL's enumerated types, values in their order; empty on SQLite. */
  readonly enums: Readonly<Record<string, readonly string[]>>;
  /** Every table, index, sequence, view, trigger and type by name, of any owner; sorted. */
  readonly objects: readonly string[];
}

/** Reads the catalogs by plain SQL of its own, so that no blindness of the code under test is shared. */
export function readCatalog(dataSource: DataSource, dialect: DialectName): Promise<Catalog> {
  return dialect === 'postgres' ? readPostgresCatalog(dataSource) : readSqliteCatalog(dataSource);
}

/** One spelling of a check: lower case, without quotes and parentheses. */
export function plainExpression(expression: string): string {
  return expression
    .replace(/["()]/g, '')
    .replace(/\s+/g, ' ')
    .replace(/^CHECK /i, '')
    .toLowerCase();
}
