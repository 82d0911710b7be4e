import { expect } from 'chai';
import type { EntitySchema } from 'typeorm';
import { onDatabase } from '../../../support/databases.js';
import { entity } from '../../drift/no-false-alarm-database.js';
import type { Columns } from '../../drift/no-false-alarm-database.js';
import { History } from '../history.js';

function job(columns: Columns): readonly EntitySchema[] {
  return [entity('job', columns, { tableName: 'job' })];
}

const TEXT = { type: 'text' } as const;
const KEEPS = 'CREATE FUNCTION keeps() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$';
const TOUCH = [KEEPS, 'CREATE TRIGGER touch BEFORE UPDATE ON job FOR EACH ROW EXECUTE FUNCTION keeps()'];
const FIRES =
  'job: the batches that fill rows fire the trigger touch for each of them. Where that is wrong, let the trigger leave such rows alone in an earlier revision';

onDatabase('postgres', 'What else sees the work of a group', () => {
  it('is named where the batches fire triggers of the user', async function () {
    this.timeout(120_000);
    await History.lend('postgres', async (history) => {
      history.isPhased = true;
      await history.generate(job({ task: TEXT }));
      history.byHand(TOUCH);
      const renamed = await history.generate(job({ descr: TEXT }), { renames: ['job.task:descr'] });
      expect(renamed.warnings).to.deep.equal([FIRES]);
      const filled = await history.generate(job({ descr: TEXT, rank: { type: 'integer' } }), {
        backfills: ['job.rank=1'],
      });
      expect(filled.warnings).to.deep.equal([FIRES]);
      const added = await history.generate(
        job({ descr: TEXT, rank: { type: 'integer' }, note: { ...TEXT, nullable: true } }),
      );
      expect(added.warnings).to.deep.equal([]);
    });
  });

  it('is named where a publication sends new columns to subscribers', async function () {
    this.timeout(120_000);
    await History.lend('postgres', async (history) => {
      history.isPhased = true;
      await history.generate(job({ task: TEXT }));
      history.byHand(['CREATE PUBLICATION feed FOR TABLE job']);
      const { warnings } = await history.generate(job({ descr: TEXT }), { renames: ['job.task:descr'] });
      expect(warnings).to.deep.equal([
        'job: the publication feed has all columns of it, and a subscriber without descr stops. Add it there first',
      ]);
    });
  });
});
