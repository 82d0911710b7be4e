import { expect } from 'chai';
import { acceptedNow } from '../../../src/drift/accepted/accept.js';
import { acceptedText } from '../../../src/drift/accepted/accepted-file.js';
import { checkDrift } from '../../../src/drift/check-drift.js';
import { messageOf } from '../../../src/errors/base.js';
import { migrateUp } from '../../../src/migrator/migrate.js';
import { onDatabase } from '../../support/databases.js';
import { entity, findings, IN_SYNC } from '../drift/no-false-alarm-database.js';
import { History, statementsIn } from './history.js';

const kind = (note: 'varchar' | 'text') => [
  entity('kind', { id: { type: 'varchar', primary: true }, note: { type: note } }),
];
const MADE = `"id" varchar NOT NULL, "note" varchar NOT NULL`;

onDatabase('sqlite', 'Clauses of a table that only the live database has (SQLite)', (database) => {
  /** The words with which the last revision fails on a table that is not as the revisions have made it. */
  const failureOn = (history: History, table: string) =>
    history.use({ ...database(), length: 1 }, kind('varchar'), async (dataSource) => {
      await migrateUp(dataSource);
      await dataSource.query('DROP TABLE "kind"');
      await dataSource.query(table);
      await dataSource.query(`INSERT INTO "kind" VALUES ('a', 'b')`);
      return findings(dataSource);
    });
  const upWith = (history: History, entities: ReturnType<typeof kind>) =>
    history.use(database(), entities, (dataSource) =>
      migrateUp(dataSource).then(
        () => '',
        (error: unknown) => messageOf(error),
      ),
    );

  it('A rebuild names WITHOUT ROWID, and no row is lost', () =>
    History.lend('sqlite', async (history) => {
      await history.generate(kind('varchar'));
      await failureOn(history, `CREATE TABLE "kind" (${MADE}, PRIMARY KEY ("id")) WITHOUT ROWID`);
      await history.generate(kind('text'));
      expect(await upWith(history, kind('text')))
        .to.contain('up failed: the revision rebuilds the table "kind" and would lose WITHOUT ROWID.')
        .and.contain('To keep it, add it to the entity and generate the revision again.')
        .and.contain('Its transaction was rolled back');
      await history.use(database(), [], async (dataSource) => {
        expect(await dataSource.query('SELECT "note" FROM "kind"')).to.deep.equal([{ note: 'b' }]);
      });
    }));

  it('ON CONFLICT is a difference, which may be accepted, and a rebuild names a way out that works', () =>
    History.lend('sqlite', async (history) => {
      await history.generate(kind('varchar'));
      const table = (name: string) =>
        `CREATE TABLE "${name}" (${MADE} ON CONFLICT REPLACE, PRIMARY KEY ("id"))`;
      expect(await failureOn(history, table('kind'))).to.deep.equal({
        ...IN_SYNC,
        status: 'drifted',
        changes: ['alter-table: Table kind: ON CONFLICT is (REPLACE of note), the entities declare none.'],
      });
      await history.use({ ...database(), length: 1 }, kind('varchar'), async (dataSource) => {
        const report = await checkDrift(dataSource);
        const entries = acceptedNow(report, { names: ['kind'], reason: 'of an importer', recorded: true });
        const accepted = JSON.parse(acceptedText(entries)) as object;
        const again = await checkDrift(dataSource, { accepted });
        expect([again.status, again.changes, again.stale, again.accepted.length]).to.deep.equal([
          'in-sync',
          [],
          [],
          1,
        ]);
      });
      await History.lend('sqlite', async (other) => {
        await other.generate(kind('varchar'));
        await other.generate(kind('text'));
        expect(await upWith(other, kind('text')))
          .to.contain('would lose ON CONFLICT REPLACE of "note".')
          .and.contain(
            'To keep it, which entities cannot declare, remove this revision, create the table again with it in a revision by hand (npx orchestrator-db create Name), and generate the revision again: it keeps it.',
          );
      });
      history.byHand([
        table('temporary_kind'),
        'INSERT INTO "temporary_kind" SELECT * FROM "kind"',
        'DROP TABLE "kind"',
        'ALTER TABLE "temporary_kind" RENAME TO "kind"',
      ]);
      const report = await history.generate(kind('text'));
      expect(statementsIn(report, 'sqlite')).to.contain('ON CONFLICT REPLACE');
      expect(await history.checked(database(), kind('text'))).to.deep.equal({
        ...IN_SYNC,
        unmanaged: ['part-option kind.ON CONFLICT REPLACE (note)'],
      });
    }));
});
