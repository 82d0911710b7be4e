import type { DataSource, MigrationInterface, QueryRunner } from 'typeorm';
import { byDialect, databaseNamed, databaseOf, type DialectName } from '../databases/registry.js';
import type { Change } from '../schema/change.js';
import type { Checksums, Direction } from '../databases/direction.js';
import { RevisionInvalidError } from '../errors/migration.js';
import { assertLimits, assertLists } from './assert-lists.js';
import { withoutLintExceptions } from './lint-exception.js';
import { assertReplaceable } from './replaceable.js';
import { replacedIds, replacesIn, type Replaced } from './replaced.js';
import { sendStatement } from '../sql/question.js';
import { sha256 } from '../text/sha256.js';

/** The statements of one dialect, in the order in which they run. */
export type DialectStatements = Readonly<Record<Direction, readonly string[]>>;

/** When a revision of a change runs: before or after the older release is gone. */
export type RevisionPhase = 'expand' | 'contract';

/** Differences between the schema before a revision and after it, by dialect. */
export type SchemaChanges = Readonly<Partial<Record<DialectName, readonly Change[]>>>;

const UNWRITTEN = Symbol.for('orchestrator-db.unwritten');

/** The lists of a dialect that a revision leaves out, recognized in any copy of this package. */
const NONE: DialectStatements = Object.freeze({ up: [], down: [], [UNWRITTEN]: true });

/** Limits that a revision may set for itself, PostgreSQL only, milliseconds; 0 is none. */
export interface RevisionLimits {
  /** How long a statement may wait for a lock on a table; the default is that of the run. */
  readonly lockTimeoutMs?: number;
  /** How long a statement may run; the default is that of the run. */
  readonly statementTimeoutMs?: number;
}

/**
 * One migration class with the dialects of its project in it: per dialect and direction a list of SQL statements, so
 * that nothing needs a connection to know what it will do. TypeORM can run it as it is, since it is an ordinary
 * MigrationInterface. A dialect that it leaves out cannot be migrated with it; empty lists mean that there is nothing
 * to do.
 *
 * One with `transaction = false` holds exactly one PostgreSQL statement a direction that cannot run inside a
 * transaction and can be run again, `CREATE INDEX CONCURRENTLY IF NOT EXISTS` for example.
 */
export abstract class Revision implements MigrationInterface, RevisionLimits {
  /** One sentence on what it does. */
  static readonly description: string = '';

  /**
   * What `generate` writes when it has verified the revision: `proofChecksum` of its group. Empty for any other
   * revision.
   */
  static readonly proof: string = '';

  /**
   * `expand`, the default, suits the release that runs at present and the next one. `contract` removes what only older
   * releases use, and waits until none of them is connected.
   */
  static readonly phase: RevisionPhase = 'expand';

  /**
   * What it changes in the schema, by dialect, which `generate` writes: releases without this revision, and those that
   * wait for its contract, compare the database with that.
   */
  static readonly changes: SchemaChanges = {};

  /**
   * The ids of the revisions in whose place it stands, which `squash` and `baseline` write. A database that records all
   * of them counts as having it; one that records none of them runs it.
   */
  static readonly replaces: readonly Replaced[] = [];

  declare readonly postgres: DialectStatements;
  declare readonly sqlite: DialectStatements;

  // Of the prototype, so that a class may have them as accessors.
  static {
    Object.assign(
      Revision.prototype,
      byDialect(() => NONE),
    );
  }

  readonly transaction?: boolean;
  readonly lockTimeoutMs?: number;
  readonly statementTimeoutMs?: number;

  up(queryRunner: QueryRunner): Promise<void> {
    return this.#run(queryRunner, 'up');
  }

  down(queryRunner: QueryRunner): Promise<void> {
    return this.#run(queryRunner, 'down');
  }

  /** The statements of one dialect and direction. */
  statements(dialect: string, direction: Direction): readonly string[] {
    return this[databaseNamed(dialect).name][direction];
  }

  async #run(queryRunner: QueryRunner, direction: Direction): Promise<void> {
    const dialect = databaseOf(queryRunner.connection).name;
    assertWritten(this.constructor.name, this, dialect);
    for (const statement of this.statements(dialect, direction))
      await sendStatement(statement, (sql) => queryRunner.query(sql));
  }
}

/** A revision of the code, ours or a migration class written by hand. */
export interface KnownRevision {
  /** The class name: `<Slug><13-digit stamp>`. */
  readonly id: string;
  /** Milliseconds since 1970, the last 13 digits of the id; they give the order. */
  readonly stamp: number;
  /** One sentence on what it does; empty for a class without a description. */
  readonly description: string;
  readonly phase: RevisionPhase;
  readonly changes: SchemaChanges;
  readonly migration: MigrationInterface & RevisionLimits;
}

/**
 * The revisions of a DataSource in the order of their stamps.
 *
 * @throws RevisionInvalidError for a name without stamp, a name used twice, a list that cannot be run, a `Revision`
 * that has the stamp of another class, or one without this dialect. Classes written by hand may share a stamp: TypeORM
 * runs them in the order of the list.
 */
export function listRevisions(dataSource: DataSource): readonly KnownRevision[] {
  return written(orderRevisions(dataSource.migrations), databaseOf(dataSource).name);
}

/**
 * The same revisions.
 *
 * @throws RevisionInvalidError for one that leaves out the dialect
 */
export function written(revisions: readonly KnownRevision[], dialect: DialectName): readonly KnownRevision[] {
  for (const { id, migration } of revisions) if (isRevision(migration)) assertWritten(id, migration, dialect);
  return revisions;
}

/** Whether it has statements for the dialect, in lists that may be empty; unknown, and so true, of a class written by hand. */
export function isWritten({ migration }: KnownRevision, dialect: DialectName): boolean {
  return !isRevision(migration) || !(UNWRITTEN in migration[dialect]);
}

function assertWritten(id: string, revision: Revision, dialect: DialectName): void {
  if (!(UNWRITTEN in revision[dialect])) return;
  throw new RevisionInvalidError(
    `${id}: has no statements for ${databaseNamed(dialect).title}. Add the field ${dialect} with its statements, or with empty lists if there is nothing to do.`,
  );
}

/** The same for instances of any origin. */
export function orderRevisions(migrations: readonly MigrationInterface[]): readonly KnownRevision[] {
  const revisions = migrations.map(knownRevision).sort((a, b) => a.stamp - b.stamp || weight(a) - weight(b));
  assertDistinct(revisions);
  assertReplaceable(revisions);
  for (const { id, migration } of revisions) {
    if (!isRevision(migration)) continue;
    assertLists(id, migration);
    assertLimits(id, migration);
  }
  return revisions;
}

/** One that has the stamp of a revision that it replaces comes after it. */
function weight({ migration }: KnownRevision): number {
  return replacedIds(replacesIn(migration)).length;
}

/**
 * The stamp in a revision's id.
 *
 * @throws RevisionInvalidError when it has none
 */
export function stampOf(id: string): number {
  const stamp = /\d{13}$/.exec(id)?.[0];
  if (stamp === undefined) {
    throw new RevisionInvalidError(
      `${id}: the name of a migration class must end in a 13-digit stamp, ${id}1764000000000 for example.`,
    );
  }
  return Number(stamp);
}

/** The statements of a revision; undefined for a class written by hand, whose statements are unknown before it runs. */
export function statementsOf(
  { migration }: KnownRevision,
  dialect: string,
  direction: Direction,
): readonly string[] | undefined {
  return isRevision(migration) ? migration.statements(dialect, direction) : undefined;
}

/**
 * Whether a revision is run outside a transaction. Where nothing has to be, one with lists is always in a transaction;
 * a class written by hand that asks for none gets none.
 */
export function runsOutside(revision: KnownRevision, dialect: string, direction: Direction): boolean {
  if (revision.migration.transaction !== false) return false;
  const statements = statementsOf(revision, dialect, direction);
  const { nonTransactionalStatements } = databaseNamed(dialect).capabilities;
  return statements === undefined || (nonTransactionalStatements && statements.length > 0);
}

/** Checksums of both directions, equal for source and compiled code; null for a class written by hand. */
export function checksumsOf(revision: KnownRevision, dialect: string): Checksums | null {
  const up = statementsOf(revision, dialect, 'up');
  const down = statementsOf(revision, dialect, 'down');
  return up && down ? { up: checksum(up), down: checksum(down) } : null;
}

/**
 * SHA-256 over the statements, 64 hexadecimal digits. Exceptions from lint rules do not count: one can be written in
 * front of a statement that is applied already.
 */
export function checksum(statements: readonly string[]): string {
  return sha256(JSON.stringify(statements.map((sql) => withoutLintExceptions(sql))));
}

/** Whether it is a class in TypeORM's own style. */
export function isPlain({ migration }: KnownRevision): boolean {
  return !isRevision(migration);
}

/** By its shape, so that a class of another copy of this package is known as well. */
function isRevision(migration: MigrationInterface): migration is Revision {
  const { postgres, sqlite, statements } = migration as Partial<Revision>;
  return postgres !== undefined && sqlite !== undefined && typeof statements === 'function';
}

function knownRevision(migration: MigrationInterface): KnownRevision {
  const id = migration.name ?? migration.constructor.name;
  const { description, phase, changes } = migration.constructor as Partial<typeof Revision>;
  return {
    id,
    stamp: stampOf(id),
    description: typeof description === 'string' ? description : '',
    phase: phase === 'contract' ? 'contract' : 'expand',
    changes: changes ?? {},
    migration,
  };
}

function assertDistinct(revisions: readonly KnownRevision[]): void {
  const seen = new Map<number, readonly KnownRevision[]>();
  for (const revision of revisions) {
    const twins = seen.get(revision.stamp) ?? [];
    for (const twin of twins) assertApart(twin, revision);
    seen.set(revision.stamp, [...twins, revision]);
  }
}

function assertApart(previous: KnownRevision, revision: KnownRevision): void {
  const isOurs = isRevision(previous.migration) || isRevision(revision.migration);
  if (
    previous.id !== revision.id &&
    (!isOurs || replacedIds(replacesIn(revision.migration)).includes(previous.id))
  )
    return;
  const problem = previous.id === revision.id ? 'is listed twice' : `has the same stamp as ${previous.id}`;
  const files = [...new Set([fileOf(previous), fileOf(revision)])].join(' and ');
  throw new RevisionInvalidError(
    `${revision.id}: ${problem}. Stamps define the order, so each revision needs its own. Look at ${files}.`,
  );
}

/** The file in which a revision of that id is kept, by TypeORM's rule. */
function fileOf({ id, stamp }: KnownRevision): string {
  return `${stamp}-${id.slice(0, -String(stamp).length)}`;
}
