import { expect } from 'chai';
import { recordTables } from '../../src/databases/records/tables.js';
import { databaseNamed } from '../../src/databases/registry.js';
import { RevisionInvalidError } from '../../src/errors/migration.js';
import { textsOf } from '../../src/generate/squash/part.js';
import { withManifest } from '../../src/migrator/manifest/manifest-access.js';
import { MANIFEST_FORMAT, type Manifest } from '../../src/migrator/manifest/manifest.js';
import { recorded } from '../../src/migrator/manifest/recorded-revisions.js';
import { migrateOver } from '../../src/migrator/migrate.js';
import { plannedStatements } from '../../src/migrator/planned-statements.js';
import { checksumsOf, orderRevisions } from '../../src/migrator/revision.js';
import { parseSettings } from '../../src/settings.js';
import { question } from '../../src/sql/question.js';
import { execute, rowsOf } from '../support/cli-database.js';
import { onDatabase, type TestDatabase } from '../support/databases.js';
import { treeOf } from '../support/parted-history.js';
import { PARTED } from '../support/parted-revisions.js';
import { revision } from '../support/revisions.js';
import { plainDataSource } from './drift/no-false-alarm-database.js';

const WHOLE = [{ valid: true, count: 4 }];
const known = () => orderRevisions(PARTED.map((made) => new made()));

/** Runs the revisions over the bare driver, as a command does with a manifest. */
async function byManifest(database: TestDatabase): Promise<void> {
  const dataSource = await database.connect({ entities: [], migrations: [...PARTED] });
  const tables = recordTables(dataSource, databaseNamed('postgres').capabilities.schemas);
  const manifest: Manifest = {
    ...{
      format: MANIFEST_FORMAT,
      writtenBy: '',
      checksum: '',
      dataSource: '',
      files: {},
      folders: {},
      desired: '',
    },
    databases: { postgres: { tables, entityTables: [] } },
    revisions: JSON.parse(JSON.stringify(known().map(recorded))) as ReturnType<typeof recorded>[],
  };
  const settings = { ...parseSettings({}), database: database.target };
  await withManifest(manifest, { settings, purpose: 'write', onWarning: () => undefined }, (access) =>
    migrateOver(access, 'up', {}),
  );
}

/** Runs them as TypeORM itself does. */
async function byTypeorm(database: TestDatabase): Promise<void> {
  const dataSource = plainDataSource(database, { migrations: [...PARTED] });
  await dataSource.initialize();
  try {
    await dataSource.runMigrations({ transaction: 'each' });
  } finally {
    await dataSource.destroy();
  }
}

/** Runs them as one list, as the revision does that stands in the place of several. */
async function squashed(database: TestDatabase): Promise<void> {
  const dataSource = await database.connect({ entities: [], migrations: [...PARTED] });
  const texts = await Promise.all(known().map((one) => textsOf(dataSource, one)));
  const up = texts.flatMap((one) => ('up' in one ? one.up : [`-- ${one.problem}`]));
  await execute(database, ['BEGIN', ...up, 'COMMIT']);
}

onDatabase('postgres', 'Other ways to a statement for each partition', (database) => {
  for (const [title, run] of Object.entries({
    'by a manifest': byManifest,
    'by TypeORM': byTypeorm,
    squashed,
  }))
    it(`It does the same ${title}`, async () => {
      await run(database());
      expect(await rowsOf(database(), treeOf('uq_part'))).to.deep.equal(WHOLE);
    });

  it('A plan shows the query, and its checksum is that of its text', async () => {
    const dataSource = await database().connect({ entities: [], migrations: [...PARTED] });
    const of = { database: databaseNamed('postgres'), dataSource };
    const last = known().at(-1);
    if (!last) throw new Error('There are no revisions.');
    const { statements, transaction } = await plannedStatements(of, last, 'up');
    expect(transaction).to.equal(false);
    expect(statements?.[0]).to.match(/^WITH made AS \([^]* \\gexec$/);
    expect(checksumsOf(last, 'postgres')?.up).to.match(/^[0-9a-f]{64}$/);
  });

  it('In a transaction it is refused before anything runs', () => {
    const made = revision('MakeAll1800000000604', [question('SELECT 1')], []);
    const list = (): unknown => orderRevisions([new made()]);
    expect(list).to.throw(
      RevisionInvalidError,
      'MakeAll1800000000604: has a query that ends with \\gexec on the way up. Its answers run one by one, so it needs transaction = false and a revision of its own.',
    );
  });
});
