import { expect } from 'chai';
import type { EntitySchema } from 'typeorm';
import { UsageError } from '../../../src/errors/base.js';
import { EntityTableError } from '../../../src/errors/entities.js';
import { onDatabase } from '../../support/databases.js';
import { expectFailure } from '../../support/failures.js';
import { entity, IN_SYNC, type Columns } from '../drift/no-false-alarm-database.js';
import { History, statementsIn } from './history.js';

const TEXT = { type: 'text', nullable: true } as const;
const REMOTE = [
  'CREATE FOREIGN DATA WRAPPER nowhere',
  'CREATE SERVER far FOREIGN DATA WRAPPER nowhere',
  'CREATE FOREIGN TABLE "remote" ("id" integer NOT NULL, "note" text) SERVER far',
];
const remote = (more: Columns = {}): EntitySchema => entity('remote', { note: TEXT, ...more });

onDatabase('postgres', 'An entity that is mapped to a foreign table (PostgreSQL)', (database) => {
  it('A foreign table is compared as a table that has the keys of its entity', () =>
    History.lend('postgres', async (history) => {
      history.byHand(REMOTE);
      expect(await history.checked(database(), [remote()])).to.deep.equal(IN_SYNC);
      const { changes } = await history.checked(database(), [
        remote({ note: { type: 'integer', nullable: true } }),
      ]);
      expect(changes).to.deep.equal([
        'alter-column: Column remote.note: type is text, the entities declare integer.',
      ]);
    }));

  it('Columns of a foreign table are generated, change after change', () =>
    History.lend('postgres', async (history) => {
      history.byHand(REMOTE);
      const first = await history.generate([remote({ more: { ...TEXT, unique: true } })]);
      expect(statementsIn(first, 'postgres')).to.equal('ALTER TABLE "remote" ADD COLUMN "more" text');
      const second = await history.generate([remote({ more: { type: 'varchar', nullable: true } })]);
      expect(statementsIn(second, 'postgres')).to.equal(
        'ALTER TABLE "remote" ALTER COLUMN "more" TYPE character varying',
      );
    }));

  it('A column of a foreign table becomes required and nullable, with one statement and no question', () =>
    History.lend('postgres', async (history) => {
      history.byHand(REMOTE);
      const required = [remote({ note: { type: 'text' } })];
      const set = 'ALTER TABLE "remote" ALTER COLUMN "note" SET NOT NULL';
      const drop = 'ALTER TABLE "remote" ALTER COLUMN "note" DROP NOT NULL';
      await expectFailure(
        history.generate(required, { backfills: [`remote.note='x'`] }),
        UsageError,
        '--backfill remote.note: remote is a foreign table, and no revision gives its rows a value. Do that on their server, and leave this option out.',
      );
      const first = await history.generate(required);
      expect(statementsIn(first, 'postgres')).to.equal(set);
      expect(statementsIn(first, 'postgres', 'down')).to.equal(drop);
      expect(await history.checked(database(), required)).to.deep.equal(IN_SYNC);
      const second = await history.generate([remote()]);
      expect(statementsIn(second, 'postgres')).to.contain(drop);
      expect(await history.checked(database(), [remote()])).to.deep.equal(IN_SYNC);
    }));

  it('A required column is added to a foreign table, also with a default that differs from row to row', () =>
    History.lend('postgres', async (history) => {
      history.byHand(REMOTE);
      const after = [
        remote({ more: { type: 'text' }, at: { type: 'timestamptz', default: () => 'clock_timestamp()' } }),
      ];
      const report = await history.generate(after);
      expect(statementsIn(report, 'postgres').split('\n')).to.deep.equal([
        'ALTER TABLE "remote" ADD COLUMN "more" text NOT NULL',
        'ALTER TABLE "remote" ADD COLUMN "at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL',
      ]);
      expect(await history.checked(database(), after)).to.deep.equal(IN_SYNC);
    }));

  it('A change of a foreign table and of others locks the others alone', () =>
    History.lend('postgres', async (history) => {
      history.byHand(REMOTE);
      const tables = (type: 'text' | 'varchar') =>
        ['job', 'task'].map((name) => entity(name, { note: { type, nullable: true } }));
      await history.generate([remote(), ...tables('varchar')]);
      const after = [remote({ note: { type: 'varchar', nullable: true } }), ...tables('text')];
      const report = await history.generate(after);
      expect(statementsIn(report, 'postgres')).to.contain(
        'LOCK TABLE "job", "task" IN SHARE UPDATE EXCLUSIVE MODE',
      );
      expect(await history.checked(database(), after)).to.deep.equal(IN_SYNC);
    }));

  it('No revision that drops a foreign table is generated', () =>
    History.lend('postgres', async (history) => {
      history.byHand(REMOTE);
      const { warnings } = await history.generate([entity('job', {})], { write: false });
      expect(warnings).to.deep.equal([
        'remote: no entity declares this foreign table, so it stays unchanged. To drop it, write a revision by hand',
      ]);
      await expectFailure(
        history.generate([entity('job', {})], { drops: ['remote'] }),
        EntityTableError,
        'Nothing was written: remote is a foreign table. Table remote is in the database, but no entity declares it: 2 columns. Its rows are on another server, and a generated revision cannot create it again: write the revision by hand (npm run -s db -- create Name).',
      );
    }));
});
