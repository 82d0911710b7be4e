import { expect } from 'chai';
import type { DataSource, QueryRunner } from 'typeorm';
import { RecordsReplacedError } from '../../src/errors/records-replaced.js';
import { migrateDown, migrateUp, stampAt } from '../../src/migrator/migrate.js';
import { onDatabase } from '../support/databases.js';
import { execute, rowsOf } from '../support/cli-database.js';
import { expectFailure, only, recordsIn } from '../support/failures.js';
import { handWritten } from '../support/hand-written.js';
import { revision } from '../support/revisions.js';

const GAUGES = revision('MakeGauges1800000000471', ['CREATE TABLE gauges (id integer)'], []);
const DIALS = revision('MakeDials1800000000472', ['CREATE TABLE dials (id integer)'], []);
const ROLLED_BACK = 'The transaction of the revision was rolled back.';
const OUTSIDE = 'The revision ran outside a transaction and is not recorded.';
const replaced = (id: string, left: string) =>
  `${id}: "public"."migrations" is no longer the table in which this run began: a schema or a table was renamed, moved or restored meanwhile. ${left} ` +
  'What this run did before is in the former schema. Check which schema the application uses, then run the command again.';

/** Ways in which the name of the list comes to lead elsewhere. */
const SWAPPED = ['ALTER SCHEMA public RENAME TO former', 'ALTER SCHEMA copied RENAME TO public'];
const MOVED = [
  'ALTER SCHEMA public RENAME TO former',
  'CREATE SCHEMA public',
  ...['migrations', 'migrations_run', 'migrations_attempt'].map(
    (name) => `ALTER TABLE former.${name} SET SCHEMA public`,
  ),
];
const GONE = ['ALTER SCHEMA public RENAME TO former', 'CREATE SCHEMA public'];

onDatabase(
  'postgres',
  'A list of revisions that another table replaces in the middle of a run (PostgreSQL)',
  (database) => {
    beforeEach(async () => {
      await database().connectAtHead(only(GAUGES));
      const copied = ['migrations', 'migrations_run', 'migrations_attempt'].flatMap((name) => [
        `CREATE TABLE copied.${name} (LIKE public.${name} INCLUDING ALL)`,
        `INSERT INTO copied.${name} OVERRIDING SYSTEM VALUE SELECT * FROM public.${name}`,
      ]);
      await execute(database(), ['CREATE SCHEMA copied', ...copied]);
    });

    /** A revision whose second half begins when the name leads elsewhere. */
    const dialsWhile = (statements: readonly string[]) =>
      handWritten('MakeDials1800000000472', async (queryRunner: QueryRunner) => {
        await queryRunner.query('CREATE TABLE dials (id integer)');
        await execute(database(), statements);
      });

    const tables = async (name: string) =>
      (
        await rowsOf(
          database(),
          `SELECT table_schema AS place FROM information_schema.tables WHERE table_name = '${name}'`,
        )
      ).map(({ place }) => place);

    /** Lets the name lead elsewhere once the run has noted its beginning. */
    function swapping(dataSource: DataSource): void {
      const create = dataSource.createQueryRunner.bind(dataSource);
      Object.assign(dataSource, {
        createQueryRunner: (...args: Parameters<typeof create>) => {
          const queryRunner = create(...args);
          const query = queryRunner.query.bind(queryRunner) as (
            ...all: readonly unknown[]
          ) => Promise<unknown>;
          return Object.assign(queryRunner, {
            query: async (sql: string, ...rest: readonly unknown[]) => {
              const answer = await query(sql, ...rest);
              if (sql.includes('AS "sequence"')) await execute(database(), SWAPPED);
              return answer;
            },
          });
        },
      });
    }

    for (const [title, statements] of [
      ['by a copy of its schema', SWAPPED],
      ['by itself in another schema of that name', MOVED],
      ['by none', GONE],
    ] as const)
      it(`A list of revisions that another table replaces in the middle of a run gets no record, and the revision is rolled back: ${title}`, async () => {
        const dataSource = await database().connect(only(GAUGES, dialsWhile(statements)));
        await expectFailure(
          migrateUp(dataSource),
          RecordsReplacedError,
          replaced('MakeDials1800000000472', ROLLED_BACK),
        );
        expect(await tables('dials')).to.deep.equal([]);
        const lists = await tables('migrations');
        for (const place of lists)
          expect(await rowsOf(database(), `SELECT name FROM ${String(place)}.migrations`)).to.deep.equal([
            { name: 'MakeGauges1800000000471' },
          ]);
      });

    it('A list of revisions that another table replaces in the middle of a run gets no record of a revision outside a transaction, and the error says what is left', async () => {
      const outside = dialsWhile(SWAPPED);
      Object.assign(outside.prototype as object, { transaction: false });
      const dataSource = await database().connect(only(GAUGES, outside));
      await expectFailure(
        migrateUp(dataSource),
        RecordsReplacedError,
        replaced('MakeDials1800000000472', OUTSIDE),
      );
      expect(await tables('dials')).to.deep.equal(['former']);
      expect(await recordsIn(database())).to.deep.equal(['MakeGauges1800000000471']);
    });

    it('A list of revisions that another table replaces in the middle of a run keeps its records on the way down, and where they are only stamped', async () => {
      const down = await database().connect(only(GAUGES));
      swapping(down);
      await expectFailure(
        migrateDown(down),
        RecordsReplacedError,
        replaced('MakeGauges1800000000471', ROLLED_BACK),
      );
      await execute(database(), [
        'ALTER SCHEMA public RENAME TO copied',
        'ALTER SCHEMA former RENAME TO public',
      ]);
      const stamp = await database().connect(only(GAUGES, DIALS));
      swapping(stamp);
      await expectFailure(
        stampAt(stamp, 'head'),
        RecordsReplacedError,
        replaced('MakeDials1800000000472', ROLLED_BACK),
      );
      expect(await recordsIn(database())).to.deep.equal(['MakeGauges1800000000471']);
    });
  },
);
