import type { DataSource, MigrationInterface, QueryRunner } from 'typeorm';
import { dialectOf, type DialectName } from '../dialect/dialect.js';
import { RevisionInvalidError } from '../errors.js';

/** Which way a revision is run. */
export type Direction = 'up' | 'down';

/** The statements of one dialect, in the order in which they run. */
export type DialectStatements = Readonly<Record<Direction, readonly string[]>>;

/**
 * One migration class with both dialects in it: per dialect and direction a list of SQL statements, so that nothing
 * needs a connection to know what it will do. TypeORM can run it as it is, since it is an ordinary MigrationInterface.
 */
export abstract class Revision implements MigrationInterface {
  /** One sentence on what it does. */
  static readonly description: string = '';

  abstract readonly postgres: DialectStatements;
  abstract readonly sqlite: DialectStatements;

  up(queryRunner: QueryRunner): Promise<void> {
    return this.#run(queryRunner, 'up');
  }

  down(queryRunner: QueryRunner): Promise<void> {
    return this.#run(queryRunner, 'down');
  }

  /** The statements of one dialect and direction. */
  statements(dialect: DialectName, direction: Direction): readonly string[] {
    return this[dialect][direction];
  }

  async #run(queryRunner: QueryRunner, direction: Direction): Promise<void> {
    const dialect = dialectOf(queryRunner.connection).name;
    for (const statement of this.statements(dialect, direction)) await queryRunner.query(statement);
  }
}

/** A revision of the code, ours or a migration class written by hand. */
export interface KnownRevision {
  /** The class name: `<Slug><13-digit stamp>`. */
  readonly id: string;
  /** Milliseconds since 1970, the last 13 digits of the id; they give the order. */
  readonly stamp: number;
  readonly migration: MigrationInterface;
}

/**
 * The revisions of a DataSource in the order of their stamps.
 *
 * @throws RevisionInvalidError for a name without stamp, a name used twice or a stamp used twice
 */
export function listRevisions(dataSource: DataSource): readonly KnownRevision[] {
  const revisions = dataSource.migrations.map(knownRevision).sort((a, b) => a.stamp - b.stamp);
  revisions.forEach((revision, index) => assertFollows(revisions[index - 1], revision));
  return revisions;
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

function knownRevision(migration: MigrationInterface): KnownRevision {
  const id = migration.name ?? migration.constructor.name;
  return { id, stamp: stampOf(id), migration };
}

function assertFollows(previous: KnownRevision | undefined, revision: KnownRevision): void {
  if (previous?.stamp !== revision.stamp) return;
  const problem = previous.id === revision.id ? 'is listed twice' : `has the same stamp as ${previous.id}`;
  throw new RevisionInvalidError(
    `${revision.id}: ${problem}. Stamps give the order, so each belongs to one revision.`,
  );
}
