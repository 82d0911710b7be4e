/** One revision that creates the schema of a live database as it is. Writes nothing. */

import type { DataSource, QueryRunner } from 'typeorm';
import type { StatementGroup } from '../../databases/planning.js';
import { byDialect, databaseOf, type DialectName } from '../../databases/registry.js';
import type { Restatement } from '../../databases/restated.js';
import { TypeormSession } from '../../databases/typeorm-session.js';
import { GenerateAbortedError } from '../../errors/generate.js';
import { BaselineRefusedError } from '../../errors/replaced.js';
import { migrateDown, migrateUp } from '../../migrator/migrate.js';
import type { Replaced } from '../../migrator/replaced.js';
import { withScratchDatabases, type ScratchDatabases } from '../../scratch/scratch-databases.js';
import type { ScratchSources } from '../../scratch/scratch-sources.js';
import type { Settings } from '../../settings.js';
import { statement } from '../../sql/statement.js';
import { headsOf } from '../compare/heads.js';
import { readDialect } from '../compare/compare-on-scratch.js';
import type { Snapshot } from '../compare/snapshot.js';
import { NO_CONFIRMATIONS } from '../confirm/confirmations.js';
import type { RevisionPart } from '../plan/revision-part.js';
import { compareCatalogs, readCatalogWithout, recordsOf } from '../verify/raw-catalog.js';
import { revisionClass } from '../write/revision-class.js';
import { baselineStamp, readReplaced } from './baseline.js';
import { orderObjects, type OrderedObjects, type Step } from './order-objects.js';

/** A live database as it is. */
interface LiveDatabase {
  readonly dialect: DialectName;
  /** What it records, oldest first. */
  readonly replaces: readonly Replaced[];
  readonly restatement: Restatement;
  readonly catalog: readonly string[];
}

/** What the baseline is made from. */
interface FromDatabaseRequest {
  /** Without the revisions of the project. */
  readonly sources: ScratchSources;
  readonly settings: Pick<Settings, 'scratch'>;
  /** PascalCase, without the stamp. */
  readonly name: string;
  /** For a database that records nothing; milliseconds since 1970. */
  readonly stamp: number;
  readonly live: LiveDatabase;
  readonly signal?: AbortSignal | undefined;
}

/** The revision, proved and not written yet. */
interface FromDatabase {
  readonly id: string;
  readonly name: string;
  readonly stamp: number;
  readonly part: Omit<RevisionPart, 'suffix'>;
  /** What of it the entities declare. */
  readonly snapshot: Snapshot;
}

/**
 * Reads a connected live database, and writes nothing in it.
 *
 * @throws BaselineRefusedError where it has not run all revisions of the code
 */
export async function readDatabase(dataSource: DataSource): Promise<LiveDatabase> {
  const database = databaseOf(dataSource);
  const replaces = await readReplaced(dataSource);
  const planner = await database.planner();
  const queryRunner = dataSource.createQueryRunner();
  const session = new TypeormSession(queryRunner);
  try {
    const given = {
      ...{ readAll: database.readAll(session), without: leftOut(dataSource) },
      ...{ defaultSchema: database.defaultSchema(dataSource), viewTexts: dataSource.metadataTableName },
    };
    return {
      ...{ dialect: database.name, replaces },
      restatement: await planner.restate(session, given),
      catalog: await catalogOf(queryRunner),
    };
  } finally {
    await session.close();
  }
}

/** Tables of the records, and the one in which TypeORM keeps the texts of views: their rows are an object of its own. */
function leftOut(dataSource: DataSource): readonly string[] {
  return [...recordsOf(dataSource), dataSource.metadataTableName];
}

function catalogOf(queryRunner: QueryRunner): Promise<readonly string[]> {
  return readCatalogWithout(queryRunner, leftOut(queryRunner.connection));
}

/**
 * @throws BaselineRefusedError naming what the one revision would not create as it is
 * @throws GenerateAbortedError, ScratchDatabaseError, WrongScratchDatabaseError
 */
export async function fromDatabase(request: FromDatabaseRequest): Promise<FromDatabase> {
  const { live, settings, sources, name, signal } = request;
  if (live.restatement.unknown.length > 0) throw refused(live.restatement.unknown);
  const stamp = baselineStamp(live.replaces, request.stamp);
  try {
    return await withScratchDatabases({ settings, sources, signal }, async (databases) => {
      const ordered = await ordering(databases, live);
      const part = partOf(live, ordered);
      const id = `${name}${stamp}`;
      const snapshot = await prove(databases, live, { id, part, signal });
      return { id, name, stamp, part, snapshot };
    });
  } catch (error) {
    throw signal?.aborted ? new GenerateAbortedError() : error;
  }
}

function refused(problems: readonly string[]): BaselineRefusedError {
  return new BaselineRefusedError(
    problems,
    `A revision cannot create this as it is in the database: ${problems.join('; ')}. Nothing was written. ` +
      'Write a revision by hand that creates the schema, from a dump for example, and record it with stamp',
  );
}

async function ordering(
  databases: ScratchDatabases,
  { dialect, restatement }: LiveDatabase,
): Promise<OrderedObjects> {
  return databases.lend(dialect, [], async (dataSource) => {
    const queryRunner = dataSource.createQueryRunner();
    try {
      const ordered = await orderObjects(queryRunner, restatement.objects, restatement.settings);
      if (ordered.failed.length > 0) throw refused(ordered.failed);
      return ordered;
    } finally {
      await queryRunner.release();
    }
  });
}

function partOf(
  { dialect, restatement }: LiveDatabase,
  { up, down }: OrderedObjects,
): Omit<RevisionPart, 'suffix'> {
  const settings = restatement.settings.map((sql) => ({ what: 'For this transaction', statements: [sql] }));
  const own = { up: [...settings, ...up].map(groupOf), down: down.map(groupOf) };
  return {
    description: 'Creates the schema of a database as it was.',
    transaction: true,
    groups: byDialect(({ name }) => (name === dialect ? own : { up: [], down: [] })),
  };
}

function groupOf({ what, statements }: Step): StatementGroup {
  return { reason: what, statements: statements.map((sql) => statement(sql)) };
}

/** Runs it up, down and up again: the catalog is that of the live database, of an empty one, and that again. */
async function prove(
  databases: ScratchDatabases,
  live: LiveDatabase,
  { id, part, signal }: { readonly signal: AbortSignal | undefined } & Pick<FromDatabase, 'id' | 'part'>,
): Promise<Snapshot> {
  return databases.lend(live.dialect, [revisionClass(id, part)], async (dataSource) => {
    const queryRunner = dataSource.createQueryRunner();
    const options = signal ? { signal } : {};
    const same = async (wanted: readonly string[]) => {
      const differences = compareCatalogs(wanted, await catalogOf(queryRunner));
      if (differences.length > 0) throw refused(differences.map(inWords));
    };
    try {
      const empty = (await catalogOf(queryRunner)).filter((line) => !STAYS.test(line));
      await migrateUp(dataSource, options);
      await same(live.catalog);
      await migrateDown(dataSource, { ...options, target: 'base' });
      const left = (await catalogOf(queryRunner)).filter((line) => !STAYS.test(line));
      const differences = compareCatalogs(empty, left);
      if (differences.length > 0) throw refused(differences);
      await migrateUp(dataSource, options);
      await same(live.catalog);
    } finally {
      await queryRunner.release();
    }
    const words = NO_CONFIRMATIONS;
    const reading = await readDialect(dataSource, { snapshot: undefined, words, isHeadOnly: true, signal });
    return { head: id, schemas: headsOf([reading]) };
  });
}

/** Extensions, and schemas that may contain objects of others. */
const STAYS = /^(?:extension|schema|comment on extension) /;

/** A line of the live catalog that the revision does not lead to, and the other way round. */
function inWords(difference: string): string {
  return difference.replace(/^gone: /, 'only in the database: ').replace(/^new: /, 'only by the revision: ');
}
