import { expect } from 'chai';
import type { GenerateOptions } from '../../../src/generate/generate-revisions.js';
import { migrateUp } from '../../../src/migrator/migrate.js';
import { onDatabase } from '../../support/databases.js';
import { entity } from '../drift/no-false-alarm-database.js';
import { History } from './history.js';

const doc = (nullable: boolean, more = {}) => [
  entity('doc', { body: { type: 'text', nullable, ...more } }, { tableName: 'doc' }),
];

/** Only the live database has them. */
const MADE = [
  `CREATE VIRTUAL TABLE found USING fts5(body, content='doc', content_rowid='id')`,
  `CREATE TRIGGER "doc changed" AFTER UPDATE ON doc BEGIN
    INSERT INTO found(found, rowid, body) VALUES ('delete', old.id, old.body);
    INSERT INTO found(rowid, body) VALUES (new.id, new.body); END`,
  `CREATE TRIGGER doc_added AFTER INSERT ON doc BEGIN INSERT INTO found(rowid, body) VALUES (new.id, new.body); END`,
  'INSERT INTO doc (id, body) VALUES (1, NULL)',
];

onDatabase('sqlite', 'UPDATE trigger of a table that is rebuilt (SQLite)', (database) => {
  function warningsOf(after: ReturnType<typeof doc>, options: Partial<GenerateOptions>) {
    return History.lend('sqlite', async (history) => {
      await history.generate(doc(true));
      const former = history.length;
      await history.generate(after, options);
      const warnings: string[] = [];
      await history.use({ target: database().target, length: former }, doc(true), async (dataSource) => {
        await migrateUp(dataSource);
        for (const sql of MADE) await dataSource.query(sql);
      });
      await history.use(database(), after, async (dataSource) => {
        dataSource.logger.log = (level, message) => {
          if (level === 'warn') warnings.push(String(message));
        };
        await migrateUp(dataSource);
      });
      return warnings;
    });
  }

  it('is named where the rebuild changes values, since it does not fire', async () => {
    const warnings = await warningsOf(doc(false), { backfills: ["doc.body='unknown text'"] });
    expect(warnings).to.deep.equal([
      'The rebuild of doc changes values, and SQLite fires no UPDATE trigger for them: doc changed. What these triggers derive from the rows keeps the former values: rebuild a search index, or update the rows that they have to see.',
    ]);
  });

  it('is not named where the rebuild copies the rows as they are', async () => {
    expect(await warningsOf(doc(true, { default: 'x' }), {})).to.deep.equal([]);
  });
});
