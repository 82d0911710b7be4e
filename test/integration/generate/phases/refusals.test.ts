import { expect } from 'chai';
import type { EntitySchema } from 'typeorm';
import { PhasesUnknownError, type PhasesRefusedError } from '../../../../src/errors/generate.js';
import type { GenerateOptions } from '../../../../src/generate/generate-revisions.js';
import { onDatabase } from '../../../support/databases.js';
import { entity } from '../../drift/no-false-alarm-database.js';
import type { Columns, Rest } from '../../drift/no-false-alarm-database.js';
import { History } from '../history.js';
import { view } from '../view-world.js';

function job(columns: Columns, rest: Rest = {}): EntitySchema {
  return entity('job', columns, { tableName: 'job', ...rest });
}

function chore(columns: Columns): EntitySchema {
  return entity('chore', columns, { tableName: 'chore' });
}

const TEXT = { type: 'text' } as const;
const OLD = [job({ task: TEXT })];
const NEW = [job({ descr: TEXT })];
const RENAMED = { renames: ['job.task:descr'] };

/** A change that is refused, and the sentence about it. */
interface Refused {
  readonly before: readonly EntitySchema[];
  readonly after: readonly EntitySchema[];
  readonly byHand?: readonly string[];
  readonly words?: Partial<GenerateOptions>;
  readonly problem: string;
}

const KEEPS = 'CREATE FUNCTION keeps() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$';
const AGAIN = 'Drop the trigger in an earlier revision and create it again in a later one.';
const MOVED = { renames: [], renamedTables: ['job:chore'] };
const TABLE = 'chore, renamed from job:';
const PLACE = 'job.task, renamed to descr:';
const NOT_FIRED =
  'a trigger that serves both releases does not fire for rows of a child table. Make the change in one step.';

const REFUSED: Readonly<Record<string, Refused>> = {
  'a computed column': {
    before: [job({ task: { type: 'integer', nullable: true, asExpression: '1', generatedType: 'STORED' } })],
    after: [job({ descr: { type: 'integer', nullable: true, asExpression: '1', generatedType: 'STORED' } })],
    problem: `${PLACE} the database computes it, and a trigger does not see the computed value. Add a second computed column first, and drop this one in a later release.`,
  },
  'a nullable column with a volatile default': {
    before: [job({ task: { type: 'timestamptz', nullable: true, default: () => 'clock_timestamp()' } })],
    after: [job({ descr: { type: 'timestamptz', nullable: true, default: () => 'clock_timestamp()' } })],
    problem: `${PLACE} it is nullable and its default gives another value for each row, so an explicit NULL and a value that is left out look alike. Drop the default or make the column NOT NULL in an earlier revision.`,
  },
  'a column of a trigger': {
    before: OLD,
    after: NEW,
    byHand: [KEEPS, 'CREATE TRIGGER own AFTER UPDATE OF task ON job FOR EACH ROW EXECUTE FUNCTION keeps()'],
    problem: `${PLACE} the trigger own fires for updates of this column alone. ${AGAIN}`,
  },
  'a column that a trigger assigns': {
    before: OLD,
    after: NEW,
    byHand: [
      KEEPS.replace('RETURN NEW', 'NEW.task := lower(NEW.task); RETURN NEW'),
      'CREATE TRIGGER own BEFORE INSERT ON job FOR EACH ROW EXECUTE FUNCTION keeps()',
    ],
    problem: `${PLACE} the trigger own uses the column before a row is written. ${AGAIN}`,
  },
  'a table with a trigger that runs last': {
    before: OLD,
    after: NEW,
    byHand: [KEEPS, 'CREATE TRIGGER zzz BEFORE INSERT ON job FOR EACH ROW EXECUTE FUNCTION keeps()'],
    problem: `${PLACE} the trigger zzz runs behind that of the copy. Give it a name that sorts before zz_odb_.`,
  },
  'a table with a rule': {
    before: OLD,
    after: NEW,
    byHand: ['CREATE RULE quiet AS ON DELETE TO job DO ALSO NOTHING'],
    problem: `${PLACE} the table has the rule quiet, which a trigger does not see. Drop the rule in an earlier revision.`,
  },
  'a column of a table that is inherited from': {
    before: OLD,
    after: NEW,
    byHand: ['CREATE TABLE heir () INHERITS (job)'],
    problem: `${PLACE} the table is inherited from, and ${NOT_FIRED}`,
  },
  'a new required column of a table that is inherited from': {
    before: OLD,
    after: [job({ task: TEXT, n: { type: 'integer' } })],
    byHand: ['CREATE TABLE heir () INHERITS (job)'],
    words: { renames: [], backfills: ['job.n=1'] },
    problem: `job.n: the table is inherited from, and ${NOT_FIRED}`,
  },
  'a column that also gets another type': {
    before: OLD,
    after: [job({ descr: { type: 'character varying', length: 20 } })],
    words: { allowRewrite: true },
    problem: `${PLACE} it also changes in another way (type). Change it in another release.`,
  },
  'a name that is in use': {
    before: [job({ task: TEXT, descr: { ...TEXT, nullable: true } })],
    after: [job({ descr: TEXT, note: { ...TEXT, nullable: true } })],
    words: { renames: ['job.task:descr', 'job.descr:note'] },
    problem: `${PLACE} the table has another column descr. Rename one column in each release.`,
  },
  'a dropped column of the primary key': {
    before: [job({ id: { type: 'integer', primary: true }, task: { ...TEXT, primary: true } })],
    after: [job({ id: { type: 'integer', primary: true } })],
    words: { renames: [], drops: ['job.task'], backfills: ["job.task='x'"] },
    problem:
      'job.task: it belongs to the primary key, so rows of a release without it cannot be written. Give it a default in an earlier revision.',
  },
  'a view that also changes': {
    before: [...OLD, view('shown', 'SELECT id FROM job')],
    after: [...NEW, view('shown', 'SELECT id + 1 AS id FROM job')],
    problem:
      'shown: the view changes beside a change that needs a contract revision. Change the view in an earlier or a later release.',
  },
  'a new view of a renamed column': {
    before: OLD,
    after: [...NEW, view('shown', 'SELECT id, descr FROM job')],
    problem:
      'shown: the view is new, and reads what has two names until contract. Change the view in an earlier or a later release.',
  },
  'a view of a table that --upsert-by hides': {
    before: [...OLD, view('shown', 'SELECT id FROM job')],
    after: [...NEW, view('shown', 'SELECT id FROM job')],
    words: { upserts: ['job.descr'] },
    problem:
      'job: --upsert-by gives the table another name until contract, and the view shown reads it. Leave --upsert-by out, or generate with --one-step.',
  },
  'a hidden table that also changes': {
    before: OLD,
    after: [job({ descr: TEXT, note: { ...TEXT, nullable: true } })],
    words: { upserts: ['job.descr'] },
    problem:
      'job.task, renamed to descr: a view has both names, and does not follow a further change (job.note: new column, text, nullable). Change that in another release.',
  },
  'a table that gets the name of another one': {
    before: [job({ task: TEXT }), chore({ task: TEXT })],
    after: [chore({ task: TEXT }), entity('duty', { task: TEXT }, { tableName: 'duty' })],
    words: { renames: [], renamedTables: ['job:chore', 'chore:duty'] },
    problem: `${TABLE} another table has that name before. Rename one table in each release.`,
  },
  'a table whose old name is used again': {
    before: OLD,
    after: [chore({ task: TEXT }), entity('other', { n: TEXT }, { tableName: 'job' })],
    words: MOVED,
    problem: `${TABLE} the entities declare another table of the old name. Add it in a later release.`,
  },
  'a renamed table with a column of another type': {
    before: [job({ task: TEXT, n: { type: 'integer' } })],
    after: [chore({ task: TEXT, n: { type: 'bigint' } })],
    words: { ...MOVED, allowRewrite: true },
    problem: `${TABLE} n also changes in another way (type). Change it in another release.`,
  },
  'a renamed table with another key': {
    before: OLD,
    after: [chore({ id: { type: 'integer', primary: true }, task: { ...TEXT, primary: true } })],
    words: MOVED,
    problem: `${TABLE} its primary key also changes. Change it in another release.`,
  },
  'a renamed table with a value of a renamed column': {
    before: OLD,
    after: [chore({ descr: TEXT, size: { type: 'integer' } })],
    words: { ...MOVED, renames: ['chore.task:descr'], backfills: ['chore.size=length(descr)'] },
    problem: `${TABLE} the value of size uses the renamed column descr. Add size in another release.`,
  },
  'a renamed table with a new column of a renamed one': {
    before: OLD,
    after: [chore({ descr: TEXT, task: { ...TEXT, nullable: true } })],
    words: { ...MOVED, renames: ['chore.task:descr'] },
    problem: `${TABLE} the entities declare another column of the old name task. Add it in a later release.`,
  },
};

onDatabase('postgres', 'Change that two releases cannot use at once', () => {
  for (const [what, { before, after, byHand, words, problem }] of Object.entries(REFUSED))
    it(`is refused with a way out for ${what}`, async function () {
      this.timeout(60_000);
      await History.lend('postgres', async (history) => {
        history.isPhased = true;
        await history.generate(before);
        if (byHand) history.byHand(byHand);
        const error: unknown = await history
          .generate(after, { ...RENAMED, ...words })
          .catch((one: unknown) => one);
        expect(error).to.have.property('code', 'PHASES_REFUSED');
        expect((error as PhasesRefusedError).lines).to.deep.equal([
          'Nothing was written: two releases cannot use the database at once during this change.',
          problem,
          'To make the whole change in one step, while no older release runs: --one-step',
        ]);
      });
    });

  it('is refused where the deployed release may not know contract revisions, until --phases says so', async function () {
    this.timeout(60_000);
    await History.lend('postgres', async (history) => {
      await history.generate(OLD);
      const error: unknown = await history
        .generate(NEW, { ...RENAMED, oneStep: false })
        .catch((one: unknown) => one);
      expect(error).to.be.instanceOf(PhasesUnknownError);
      expect((error as PhasesUnknownError).message).to.equal(
        'Nothing was written: this change needs a contract revision, which runs when the older release is gone (job.descr: column renamed from task, job.task: the copy under the old name is dropped). ' +
          'The release that is deployed has to know such revisions, and snapshot.json does not record that it does. ' +
          'Deploy a release with this version of orchestrator-db first, then generate once with --phases. ' +
          'To make the change in one step, which an older release does not survive: --one-step',
      );
      const { revisions } = await history.generate(NEW, { ...RENAMED, oneStep: false, phases: true });
      expect(revisions.map(({ phase }) => phase)).to.deep.equal([
        'expand',
        'expand',
        'expand',
        'contract',
        'contract',
        'contract',
      ]);
      const next = await history.generate([job({})], {
        oneStep: false,
        drops: ['job.descr'],
        backfills: ["job.descr=''"],
      });
      expect(next.revisions.some(({ phase }) => phase === 'contract')).to.equal(true);
    });
  });
});
