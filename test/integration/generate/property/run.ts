import { expect } from 'chai';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DataSource, EntitySchema, MigrationInterface } from 'typeorm';
import { createDataSource } from '../../../../src/data-source.js';
import type { DatabaseTarget, PostgresTarget } from '../../../../src/database-url.js';
import type { DialectName } from '../../../../src/databases/registry.js';
import { generate, type Generated } from '../../../../src/generate/propose.js';
import { USUAL_FORM } from '../../../../src/generate/write/file-form.js';
import { revisionSource } from '../../../../src/generate/write/revision-source.js';
import { revisionClass } from '../../../../src/generate/write/revision-class.js';
import {
  NO_CONFIRMATIONS,
  type ConfirmationOptions,
} from '../../../../src/generate/confirm/confirmations.js';
import type { ScratchSources } from '../../../../src/scratch/scratch-sources.js';
import { SNAPSHOT_FILE, snapshotText } from '../../../../src/generate/compare/snapshot.js';
import { LineLogger } from '../../../../src/logger.js';
import { parseSettings } from '../../../../src/settings.js';
import { newDatabase, type ChainDatabase } from '../../../support/chain-database.js';
import { level } from '../../../support/repetitions.js';
import { postgresServer } from '../../../support/servers.js';

export type Revisions = readonly (new () => MigrationInterface)[];

/** Classes, or entities without one. */
export type Entities = readonly (Function | EntitySchema)[];

/** A server of PostgreSQL with extensions. */
export interface PairServer {
  readonly scratch: PostgresTarget;
  /** A file of SQL that runs first on each scratch database. */
  readonly scratchSetup: string;
  /** An empty database of its own, on which that file has run. */
  newDatabase(): Promise<Pick<ChainDatabase, 'target' | 'remove'>>;
}

/** Entities before and after, and the confirmations of the differences. */
export interface Pair {
  readonly before: Entities;
  readonly after: Entities;
  readonly words: ConfirmationOptions;
  readonly dialects: readonly DialectName[];
  /** Where PostgreSQL is, if not the server of the tests. */
  readonly server?: PairServer;
  /** Revisions that were written by hand, after the first ones. */
  readonly byHand?: Revisions | ((first: Revisions) => Revisions);
  /** Whether the change is generated twice more: from the history that is kept, and without it. */
  readonly isRepeated?: boolean;
}

/** The generated revisions of a pair: the first history, and the change after it. */
export interface History {
  readonly first: Revisions;
  readonly next: Revisions;
  readonly generated: Generated;
}

const QUIET = new LineLogger('error', () => undefined);
const FIRST_STAMP = 1_700_000_000_000;

/** A DataSource with entities of one's own, not connected. */
export function dataSourceOn(target: DatabaseTarget, entities: Entities, migrations: Revisions): DataSource {
  // The options that createDataSource passes to TypeORM may be any of TypeORM's; a class is what this project has.
  const given = entities as readonly unknown[] as readonly Function[];
  return createDataSource(
    { ...parseSettings({}), database: target },
    { entities: given, migrations, logger: QUIET },
  );
}

function sourcesFor(
  dialects: readonly DialectName[],
  entities: Entities,
  history: Revisions,
): ScratchSources {
  const source = (target: DatabaseTarget, more: Revisions) =>
    dataSourceOn(target, entities, [...history, ...more]);
  return Object.fromEntries(dialects.map((dialect) => [dialect, source]));
}

/** Generates the first history from one side, and on top of it the change to the other one. */
export async function generateBoth({
  before,
  after,
  words,
  dialects,
  server,
  byHand = [],
  isRepeated = false,
}: Pair): Promise<History> {
  const folder = await mkdtemp(join(tmpdir(), 'orchestrator-db-property-'));
  const settings = server ?? { scratch: postgresServer() };
  const common = { settings, folder, steps: { oneStep: true } };
  try {
    const initial = await generate({
      ...common,
      sources: sourcesFor(dialects, before, []),
      name: 'First',
      stamp: FIRST_STAMP,
      words: NO_CONFIRMATIONS,
    });
    await writeFile(join(folder, SNAPSHOT_FILE), snapshotText(initial.snapshot));
    const made = classesOf(initial);
    const first = [...made, ...(typeof byHand === 'function' ? byHand(made) : byHand)];
    const sources = sourcesFor(dialects, after, first);
    const stamp = FIRST_STAMP + 1000;
    const request = { ...common, sources, name: 'Next', stamp, words, isThorough: level !== 'quick' };
    const generated = await generate(request);
    for (const isFresh of isRepeated ? [false, true] : []) {
      const again = await generate({ ...request, settings: { ...settings, isFresh } });
      const how = isFresh ? 'with --fresh' : 'from what is kept';
      expect(textsOf(again, dialects), how).to.deep.equal(textsOf(generated, dialects));
    }
    return { first, next: classesOf(generated), generated };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The files, and what a person reads besides. */
function textsOf({ revisions, snapshot, proof, warnings }: Generated, dialects: readonly DialectName[]) {
  const sources = revisions.map(({ name, stamp, part }) =>
    revisionSource({ name, stamp, part, proof, dialects, importFrom: 'orchestrator-db', form: USUAL_FORM }),
  );
  // Another pair runs at the same time, and may have a database without a connection.
  const own = warnings.filter((line) => !/^scratch_[0-9a-f]{16}:/.test(line));
  return { sources, snapshot: snapshotText(snapshot).split('\n'), warnings: own };
}

/** The classes in the files of a group, with its proof. */
export function classesOf({ revisions, proof }: Generated): Revisions {
  return revisions.map(({ id, part }) => revisionClass(id, part, { proof }));
}

/** Provides a connected DataSource on a database of its own kind, which is dropped afterwards. */
export async function onRealDatabase<T>(
  dialect: DialectName,
  {
    entities,
    migrations,
    server,
  }: {
    readonly entities: Entities;
    readonly migrations: Revisions;
    readonly server?: PairServer | undefined;
  },
  use: (dataSource: DataSource) => Promise<T>,
): Promise<T> {
  const database = await (server ? server.newDatabase() : newDatabase(dialect));
  const dataSource = dataSourceOn(database.target, entities, migrations);
  try {
    await dataSource.initialize();
    return await use(dataSource);
  } finally {
    if (dataSource.isInitialized) await dataSource.destroy();
    await database.remove();
  }
}
