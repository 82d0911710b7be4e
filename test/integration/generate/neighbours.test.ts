import { expect } from 'chai';
import { DataSource, type DataSourceOptions, type EntitySchema } from 'typeorm';
import { chooseSqliteDriver } from '../../../src/databases/sqlite/driver.js';
import { readDialect } from '../../../src/generate/compare/compare-on-scratch.js';
import { toHead } from '../../../src/generate/compare/to-head.js';
import { NO_CONFIRMATIONS } from '../../../src/generate/confirm/confirmations.js';
import { verifyRevisions } from '../../../src/generate/verify/verify-revisions.js';
import { withScratchDatabases } from '../../../src/scratch/scratch-databases.js';
import { scratchSourcesOf } from '../../../src/scratch/scratch-sources.js';
import { eachDatabase } from '../../support/databases.js';
import { revision } from '../../support/revisions.js';
import { postgresServer } from '../../support/servers.js';
import { entity } from '../drift/no-false-alarm-database.js';

/** A parent that gets a column, its child, and a table that no key joins to them. */
const CREATE = [
  'CREATE TABLE "parents" ("id" integer NOT NULL, CONSTRAINT "PK_9a4dc67c7b8e6a9cb918938d353" PRIMARY KEY ("id"))',
  'CREATE TABLE "children" ("id" integer NOT NULL, "parent" integer NOT NULL, CONSTRAINT "PK_8c5a7cbebf2c702830ef38d22b0" PRIMARY KEY ("id"), CONSTRAINT "FK_children_parent" FOREIGN KEY ("parent") REFERENCES "parents" ("id") ON DELETE NO ACTION ON UPDATE NO ACTION)',
  'CREATE TABLE "others" ("id" integer NOT NULL, CONSTRAINT "PK_2c65d65bd5f909057caab3f70c6" PRIMARY KEY ("id"))',
];

const DROP = ['DROP TABLE "others"', 'DROP TABLE "children"', 'DROP TABLE "parents"'];

const ENTITIES: readonly EntitySchema[] = [
  entity('parents', { rank: { type: 'integer', nullable: true } }),
  entity('children', { parent: { type: 'integer' } }, {
    foreignKeys: [{ name: 'FK_children_parent', target: 'parents', columnNames: ['parent'] }],
  } as never),
  entity('others', {}),
];

eachDatabase('The rows near a change', (database) => {
  /** The laws that a revision breaks which adds the column, and does this besides. */
  async function brokenBy(fault: string, isThorough = false): Promise<readonly string[]> {
    const { dialect } = database();
    const type = dialect === 'sqlite' ? chooseSqliteDriver().type : 'postgres';
    const migrations = [revision('First1795700000000', CREATE, DROP)];
    const options = { type, database: 'nowhere', migrations, entities: [...ENTITIES] } as unknown;
    const sources = scratchSourcesOf(new DataSource(options as DataSourceOptions));
    const second = revision(
      'Second1795700060000',
      ['ALTER TABLE "parents" ADD COLUMN "rank" integer', fault],
      ['ALTER TABLE "parents" DROP COLUMN "rank"'],
    );
    return withScratchDatabases({ settings: { scratch: postgresServer() }, sources }, async (databases) => {
      const reading = await databases.lend(dialect, [], (dataSource) =>
        readDialect(dataSource, { snapshot: undefined, words: NO_CONFIRMATIONS }),
      );
      const run = (dataSource: DataSource) => toHead(dataSource, { last: 'First1795700000000' });
      const { broken } = await databases.lendAtHead(dialect, { more: [second], toHead: run }, (dataSource) =>
        verifyRevisions(dataSource, reading, {
          ...{ filled: new Set<string>(), usings: new Map<string, string>(), findings: [] },
          ...{ isMeasured: false, plannedIndexes: undefined, isThorough },
        }),
      );
      return broken.flatMap(({ law, details }) => details.map((words) => `${law}: ${words}`));
    });
  }

  it('A revision that does nothing besides breaks no law', async () => {
    expect(await brokenBy('SELECT 1')).to.deep.equal([]);
  });

  it('A revision that loses rows of a child of the changed table fails', async () => {
    const broken = await brokenBy('DELETE FROM "children"');
    expect(broken.join('\n')).to.match(/^no row lost by up: \w+: children: 4 rows before, 0 after/);
  });

  it('Rows of a table that no key joins are proved with --thorough', async () => {
    expect(await brokenBy('DELETE FROM "others"')).to.deep.equal([]);
    const broken = await brokenBy('DELETE FROM "others"', true);
    expect(broken.join('\n')).to.match(/^no row lost by up: \w+: others: 4 rows before, 0 after/);
  });
});
