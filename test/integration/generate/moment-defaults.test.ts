import { expect } from 'chai';
import { EntityDefaultError } from '../../../src/errors/entities.js';
import { checkDrift } from '../../../src/drift/check-drift.js';
import { onDatabase } from '../../support/databases.js';
import { entity, synchronized, type Columns } from '../drift/no-false-alarm-database.js';
import { History, statementsIn } from './history.js';

const visit = (columns: Columns) => [entity('visit', columns)];
const AT: Columns = { at: { type: 'timestamptz', default: 'now()' } };
const DAYS: Columns = {
  day: { type: 'date', default: 'today' },
  next: { type: 'date', default: 'Tomorrow' },
};
const WORDS =
  "visit.at: the default 'now()' is a text, which PostgreSQL replaces once by the moment at which the statement runs. Write default: () => 'now()' in the entity.";

onDatabase('postgres', 'A default that is a text and means a moment (PostgreSQL)', (database) => {
  it('A default of the text now() is in sync as TypeORM stores it, with a note', async () => {
    const { status, notes } = await synchronized(database(), { entities: visit(AT) }, checkDrift);
    expect({ status, notes }).to.deep.equal({ status: 'in-sync', notes: [WORDS] });
  });

  it('The note about a day names an expression for it', async () => {
    const { status, notes = [] } = await synchronized(database(), { entities: visit(DAYS) }, checkDrift);
    expect(status).to.equal('in-sync');
    expect(notes.map((note) => /Write .*/.exec(note)?.[0])).to.deep.equal([
      "Write default: () => 'CURRENT_DATE' in the entity.",
      "Write default: () => 'CURRENT_DATE + 1' in the entity.",
    ]);
  });

  it('A column of texts has such a text as any other', async () => {
    const entities = visit({ note: { type: 'varchar', default: 'now()' } });
    const { status, notes } = await synchronized(database(), { entities }, checkDrift);
    expect({ status, notes }).to.deep.equal({ status: 'in-sync', notes: undefined });
  });

  it('No revision is generated with such a default', () =>
    History.lend('postgres', async (history) => {
      const refusal: unknown = await history.generate(visit(AT)).catch((error: unknown) => error);
      expect(refusal).to.be.instanceOf(EntityDefaultError);
      expect((refusal as Error).message).to.equal(`Nothing was written. ${WORDS}`);
    }));

  it('A history that has such a default goes on, change after change', () =>
    History.lend('postgres', async (history) => {
      history.byHand([
        `CREATE TABLE "visit" ("id" integer NOT NULL, "at" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT 'now()', CONSTRAINT "PK_c9919ef5a07627657c535d8eb88" PRIMARY KEY ("id"))`,
      ]);
      for (const name of ['one', 'two']) {
        const more: Columns = Object.fromEntries(
          ['one', 'two'].slice(0, name === 'one' ? 1 : 2).map((n) => [n, { type: 'text', nullable: true }]),
        );
        const report = await history.generate(visit({ ...AT, ...more }));
        expect(statementsIn(report, 'postgres')).to.equal(`ALTER TABLE "visit" ADD COLUMN "${name}" text`);
        expect(await history.checked(database(), visit({ ...AT, ...more }))).to.include({
          status: 'in-sync',
        });
      }
    }));
});
