import { expect } from 'chai';
import type { EntitySchema } from 'typeorm';
import { messageOf } from '../../../../src/errors/base.js';
import { migrateUp } from '../../../../src/migrator/migrate.js';
import { onDatabase } from '../../../support/databases.js';
import { entity } from '../../drift/no-false-alarm-database.js';
import { job, state } from './enum-jobs.js';
import { PhasedWorld, type Pair, type Stage } from './phased-world.js';

const numbered = (type: 'smallint' | 'integer'): readonly EntitySchema[] => [
  entity('job', { n: { type }, kind: { type: 'text', nullable: true } }, { tableName: 'job' }),
];
const WIDER: Pair = { before: numbered('smallint'), after: numbered('integer') };
const LESS: Pair = { before: [job(state(['new', 'done', 'lost']))], after: [job(state(['new', 'done']))] };

/** What a person may make in the live database, what the error calls it, and how it goes. */
const MADE: readonly (readonly [make: string, name: string, drop: string])[] = [
  ['CREATE UNIQUE INDEX ux ON job (kind, n)', 'the index ux', 'DROP INDEX ux'],
  ['CREATE INDEX ix ON job ((n + 1))', 'the index ix', 'DROP INDEX ix'],
  [
    'ALTER TABLE job ADD CONSTRAINT ck CHECK (n > 0)',
    'the constraint ck',
    'ALTER TABLE job DROP CONSTRAINT ck',
  ],
  [
    'ALTER TABLE job ADD CONSTRAINT ex EXCLUDE (n WITH =)',
    'the constraint ex',
    'ALTER TABLE job DROP CONSTRAINT ex',
  ],
  [
    'ALTER TABLE job ADD CONSTRAINT fk FOREIGN KEY (n) REFERENCES nums',
    'the constraint fk',
    'ALTER TABLE job DROP CONSTRAINT fk',
  ],
  ['CREATE STATISTICS st ON n, kind FROM job', 'the statistics st', 'DROP STATISTICS st'],
  [
    'CREATE TRIGGER aud AFTER UPDATE OF n ON job FOR EACH ROW EXECUTE FUNCTION keeps()',
    'the trigger aud',
    'DROP TRIGGER aud ON job',
  ],
  [
    'CREATE TRIGGER zzz BEFORE UPDATE ON job FOR EACH ROW EXECUTE FUNCTION keeps()',
    'the trigger zzz, which runs behind that of the second column',
    'DROP TRIGGER zzz ON job',
  ],
  ['CREATE VIEW theirs AS SELECT n FROM job', 'the view theirs', 'DROP VIEW theirs'],
  ['CREATE VIEW aside.theirs AS SELECT n FROM job', 'the view aside.theirs', 'DROP VIEW aside.theirs'],
  [
    'CREATE RULE noted AS ON UPDATE TO job WHERE new.n > 5 DO ALSO NOTHING',
    'the rule noted',
    'DROP RULE noted ON job',
  ],
  ['CREATE POLICY few ON job USING (n > 0)', 'the policy few', 'DROP POLICY few ON job'],
  [
    'CREATE PUBLICATION feed_of_n FOR TABLE job (id, n)',
    'the publication feed_of_n',
    'DROP PUBLICATION feed_of_n',
  ],
  [
    'ALTER TABLE job ADD COLUMN twice integer GENERATED ALWAYS AS (n * 2) STORED',
    'the computed column twice',
    'ALTER TABLE job DROP COLUMN twice',
  ],
  ['CREATE SEQUENCE numbers OWNED BY job.n', 'the sequence numbers', 'DROP SEQUENCE numbers'],
  ['CREATE TABLE heir () INHERITS (job)', 'the table heir, which inherits from it', 'DROP TABLE heir'],
];
const NAMES = MADE.map(([, name]) => name).sort();
const BEFORE = [
  'CREATE FUNCTION keeps() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$',
  'CREATE SCHEMA aside',
  'CREATE TABLE nums (n smallint PRIMARY KEY)',
];
const HINT =
  'Drop it, run the command again, and create it again when all revisions of this change have run, or in a revision behind them. Or declare it in an entity, or create it in a revision, before you generate the change';

async function run(world: PhasedWorld, statements: readonly string[]): Promise<void> {
  await world.as('before', async (old) => {
    for (const sql of statements) await old.query(sql);
  });
}

function failure(world: PhasedWorld, stage: Stage): Promise<string> {
  return world.bring(stage).then(() => 'no failure', messageOf);
}

/** What only a DBA has given to a column. */
const RIGHTS = (column: string) => [
  `GRANT SELECT (id, ${column}), UPDATE (${column}) ON job TO pg_monitor`,
  `GRANT INSERT (${column}) ON job TO PUBLIC`,
  `ALTER TABLE job ALTER ${column} SET STATISTICS 7, ALTER ${column} SET (n_distinct = 5)`,
];

function rightsOf(world: PhasedWorld, column: string): Promise<unknown> {
  return world.as('after', (next) =>
    next.query<readonly unknown[]>(
      'SELECT attacl::text AS rights, attstattarget AS target, attoptions AS options FROM pg_attribute WHERE attrelid = $1::regclass AND attname = $2',
      ['job', column],
    ),
  );
}

onDatabase(
  'postgres',
  'Object that only the live database has on a column that another one replaces',
  (database) => {
    it('stops the first revision of expand, the swap, and the way back, by name', async function () {
      this.timeout(240_000);
      await PhasedWorld.lend(database(), WIDER, async (world) => {
        await world.bring('start');
        await run(world, BEFORE);
        const found = `job.n cannot be replaced by a second column in this database. It has what no revision has made: `;
        const stops = async (stage: Stage) => {
          await run(
            world,
            MADE.map(([make]) => make),
          );
          const message = await failure(world, stage);
          expect(message).to.contain(found).and.to.contain(HINT);
          expect(message).to.contain(`${found}${NAMES.join(', ')}. ${HINT}`);
          await run(world, MADE.map(([, , drop]) => drop).reverse());
        };
        await stops('expand');
        const ids = world.ids('expand');
        const target = ids[ids.findIndex((id) => id.includes('Swap')) - 1] ?? '';
        await world.as('after', (next) => migrateUp(next, { target }));
        await stops('expand');
        await world.bring('contract');
        // A revision behind contract may have made it, and `down` of contract takes nothing away.
        await run(world, ['CREATE INDEX later ON job (n)']);
        await world.bring('expand');
        await run(world, ['DROP INDEX later']);
        await stops('start');
        await world.bring('start');
      });
    });

    it('stops contract before a value of an enumerated type goes', async function () {
      this.timeout(240_000);
      await PhasedWorld.lend(database(), LESS, async (world) => {
        await world.bring('start');
        await run(world, [
          'CREATE INDEX ix ON job (st, id)',
          "ALTER TABLE job ADD CONSTRAINT ck CHECK (st <> 'new')",
        ]);
        expect(await failure(world, 'contract')).to.contain(
          'job.st cannot be replaced by a second column in this database. It has what no revision has made: the constraint ck, the index ix.',
        );
        await run(world, ['DROP INDEX ix', 'ALTER TABLE job DROP CONSTRAINT ck']);
        await world.bring('contract');
      });
    });
  },
);

onDatabase('postgres', 'Rights and settings that only the live column has', (database) => {
  const cases: readonly (readonly [what: string, pair: Pair, former: string, next: string])[] = [
    ['gets another type', WIDER, 'n', 'n'],
    ['loses a value', LESS, 'st', 'st'],
    [
      'has two names',
      {
        before: [job({ task: { type: 'text' } })],
        after: [job({ descr: { type: 'text' } })],
        words: { renames: ['job.task:descr'] },
      },
      'task',
      'descr',
    ],
  ];
  for (const [what, pair, former, next] of cases)
    it(`are those of both releases where it ${what}, and nothing that was taken away comes back`, async function () {
      this.timeout(240_000);
      await PhasedWorld.lend(database(), pair, async (world) => {
        await world.bring('start');
        await run(world, RIGHTS(former));
        const rights = await rightsOf(world, former);
        expect(JSON.stringify(rights)).to.contain('pg_monitor').and.to.contain('n_distinct=5');
        await world.bring('expand');
        expect(await rightsOf(world, former)).to.deep.equal(rights);
        expect(await rightsOf(world, next)).to.deep.equal(rights);
        await world.bring('contract');
        expect(await rightsOf(world, next)).to.deep.equal(rights);
        await run(world, [`REVOKE INSERT (${next}) ON job FROM PUBLIC`]);
        const fewer = await rightsOf(world, next);
        await world.bring('expand');
        expect(await rightsOf(world, former)).to.deep.equal(fewer);
        await world.bring('start');
        expect(await rightsOf(world, former)).to.deep.equal(fewer);
      });
    });
});

const computed = (asExpression: string): readonly EntitySchema[] => [
  entity(
    'job',
    {
      n: { type: 'integer' },
      total: { type: 'integer', asExpression, generatedType: 'STORED', nullable: true },
    },
    { tableName: 'job', indices: [{ name: 'ix_total', columns: ['total'] }] },
  ),
];

onDatabase(
  'postgres',
  'Object that only the live database has on a column that is computed in another way',
  (database) => {
    it('is named before the column is dropped, and the revision runs once it is gone', async function () {
      this.timeout(120_000);
      const words = { oneStep: true, allowRewrite: true };
      const pair: Pair = { before: computed('n * 2'), after: computed('n * 3'), words };
      await PhasedWorld.lend(database(), pair, async (world) => {
        await world.bring('start');
        const run = (...statements: readonly string[]) =>
          world.as('before', async (dataSource) => {
            for (const sql of statements) await dataSource.query(sql);
          });
        await run(
          'CREATE UNIQUE INDEX ux ON job (n, total)',
          'ALTER TABLE job ADD CONSTRAINT ck CHECK (total > 0)',
        );
        const error: unknown = await world.bring('contract').catch((one: unknown) => one);
        expect(messageOf(error)).to.include('job.total cannot be computed in another way in this database');
        expect(messageOf(error)).to.include('the constraint ck, the index ux');
        await run('DROP INDEX ux', 'ALTER TABLE job DROP CONSTRAINT ck');
        await world.bring('contract');
        await run('INSERT INTO job (id, n) VALUES (1, 5)');
        const rows = await world.as('after', (next) => next.query('SELECT total FROM job'));
        expect(rows).to.deep.equal([{ total: 15 }]);
      });
    });
  },
);
