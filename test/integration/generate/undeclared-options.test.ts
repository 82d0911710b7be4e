import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { DataSource, type EntitySchema } from 'typeorm';
import { chooseSqliteDriver } from '../../../src/databases/sqlite/driver.js';
import type { DialectName } from '../../../src/databases/registry.js';
import { generateRevisions, type GenerateReport } from '../../../src/generate/generate-revisions.js';
import { migrateUp } from '../../../src/migrator/migrate.js';
import { onDatabase, type TestDatabase } from '../../support/databases.js';
import { revision } from '../../support/revisions.js';
import { postgresServer, urlOf } from '../../support/servers.js';
import { entity, findings, plainDataSource, type Rest } from '../drift/no-false-alarm-database.js';
import { job, KEY, NUMBER, TEXT, unique } from './case.js';
import { History, statementsIn } from './history.js';

const BEFORE = job({ ...KEY, note: TEXT }) as readonly EntitySchema[];
const AFTER = {
  postgres: job({ ...KEY, note: TEXT, more: TEXT }),
  sqlite: job({ ...KEY, note: { ...TEXT, default: 'none' } }),
} as Readonly<Record<DialectName, readonly EntitySchema[]>>;

/** What the generator makes of the second model, after a revision written by hand. */
async function generated(
  dialect: DialectName,
  byHand: string,
  renamedTables: readonly string[] = [],
): Promise<GenerateReport> {
  const folder = await mkdtemp(join(tmpdir(), 'orchestrator-db-options-'));
  const where =
    dialect === 'sqlite'
      ? { type: chooseSqliteDriver().type, database: '/nowhere/x.db' }
      : { type: 'postgres' as const };
  const migrations = [revision('MakeJob1795700000000', [byHand], ['DROP TABLE "job"'])];
  try {
    return await generateRevisions(new DataSource({ ...where, entities: [...AFTER[dialect]], migrations }), {
      folder,
      name: 'Change',
      renamedTables,
      oneStep: true,
      scratchUrl: urlOf(postgresServer()),
    });
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** What a check says of a table that a revision has made, with an option in it or given afterwards. */
async function checked(
  database: TestDatabase,
  made: string,
  {
    after = [],
    renaming = [],
    entities = BEFORE,
  }: { after?: readonly string[]; renaming?: readonly string[]; entities?: readonly EntitySchema[] } = {},
) {
  const migrations = [
    revision('MakeJob1795700000000', [made], ['DROP TABLE "job"']),
    revision('RenameIt1795700001000', renaming, []),
  ];
  const dataSource = await plainDataSource(database, { entities: [...entities], migrations }).initialize();
  try {
    await migrateUp(dataSource);
    for (const sql of after) await dataSource.query(sql);
    const { changes, unmanaged } = await findings(dataSource);
    return { changes, unmanaged };
  } finally {
    await dataSource.destroy();
  }
}

onDatabase('sqlite', 'A STRICT table of a revision written by hand (SQLite)', (database) => {
  const table = (more: string) =>
    `CREATE TABLE "job" ("id" integer PRIMARY KEY NOT NULL, "note" text) ${more}`;

  it('A STRICT table of a revision written by hand stays STRICT when a change rebuilds it', async () => {
    const { warnings, revisions } = await generated('sqlite', table('STRICT'));
    expect(warnings).to.deep.equal(['job: no entity declares STRICT, so the table keeps it']);
    expect(revisions.flatMap(({ sqlite }) => sqlite.up).join('\n')).to.match(
      /CREATE TABLE "temporary_job" \([^;]*\) STRICT\n/,
    );
  });

  it('A STRICT table of a revision written by hand is unmanaged', async () => {
    expect(await checked(database(), table('STRICT'))).to.deep.equal({
      changes: [],
      unmanaged: ['table-option job.STRICT'],
    });
  });

  it('A STRICT table of a revision written by hand is unmanaged after a later revision renames it', async () => {
    const made = `CREATE TABLE "Say ""hi""" ("id" integer PRIMARY KEY NOT NULL, "note" text) STRICT`;
    const renaming = ['ALTER TABLE "Say ""hi""" RENAME TO work', 'alter table work rename to "job"'];
    expect(await checked(database(), made, { renaming })).to.deep.equal({
      changes: [],
      unmanaged: ['table-option job.STRICT'],
    });
  });

  it('A table that took the name of a STRICT table is a difference where only the database has STRICT', async () => {
    const made = 'CREATE TABLE "task" ("id" integer PRIMARY KEY NOT NULL) STRICT';
    const renaming = [
      'CREATE TABLE "job" ("id" integer PRIMARY KEY NOT NULL, "note" text)',
      'ALTER TABLE "task" RENAME TO "other"',
    ];
    const after = ['DROP TABLE "job"', table('STRICT')];
    expect((await checked(database(), made, { renaming, after })).changes).to.deep.equal([
      'alter-table: Table job: options is STRICT, the entities declare none.',
    ]);
  });

  it('WITHOUT ROWID of a revision written by hand stays when a change renames and rebuilds the table', async () => {
    const made = 'CREATE TABLE "task" ("id" integer PRIMARY KEY NOT NULL, "note" text) WITHOUT ROWID';
    const { warnings, revisions } = await generated('sqlite', made, ['task:job']);
    expect(warnings).to.deep.equal(['job: no entity declares WITHOUT ROWID, so the table keeps it']);
    expect(revisions.flatMap(({ sqlite }) => sqlite.up).join('\n')).to.match(
      /CREATE TABLE "temporary_job" \([^;]*\) WITHOUT ROWID\n/,
    );
  });
});

onDatabase('postgres', 'An option of a part that is renamed (PostgreSQL)', (database) => {
  it('An option of a revision written by hand is unmanaged after a later revision renames its constraint', async () => {
    const made =
      'CREATE TABLE "job" ("id" integer NOT NULL, "note" text, CONSTRAINT "PK_98ab1c14ff8d1cf80d18703b92f" PRIMARY KEY ("id"), CONSTRAINT "old" UNIQUE NULLS NOT DISTINCT ("note"))';
    const renaming = ['ALTER TABLE "job" RENAME CONSTRAINT "old" TO "uq"'];
    const entities = job({ ...KEY, note: TEXT }, unique('note')) as readonly EntitySchema[];
    expect(await checked(database(), made, { renaming, entities })).to.deep.equal({
      changes: [],
      unmanaged: ['part-option job.uq.NULLS NOT DISTINCT'],
    });
  });
});

const againAs = (definition: string) => (name: string) => [
  `ALTER TABLE "shop" DROP CONSTRAINT "${name}"`,
  `ALTER TABLE "shop" ADD CONSTRAINT "${name}" ${definition}`,
];
const indexAgain = (name: string) => [
  `DROP INDEX "${name}"`,
  `CREATE UNIQUE INDEX "${name}" ON "shop" ("n") INCLUDE ("id")`,
];
const CHECK: Rest = { checks: [{ expression: '"n" > 0' }] };

/** A part without a name of its own, and what a revision written by hand makes of it. */
const RENAMED: readonly (readonly [string, Rest, (name: string) => readonly string[], string])[] = [
  ['unique index', { indices: [{ columns: ['n'], unique: true }] }, indexAgain, 'INCLUDE (id)'],
  [
    'unique constraint',
    { uniques: [{ columns: ['n'] }] },
    againAs('UNIQUE ("n") INCLUDE ("id")'),
    'INCLUDE (id)',
  ],
  ['check', CHECK, againAs('CHECK ("n" > 0) NOT VALID'), 'NOT VALID'],
];

onDatabase('postgres', 'An option of a part that has its name from TypeORM (PostgreSQL)', (database) => {
  for (const [what, rest, byHand, option] of RENAMED)
    it(`An option of a revision written by hand stays where a ${what} gets another name with its table`, () =>
      History.lend('postgres', async (history) => {
        const shop = (name: string) => [entity(name, { n: NUMBER }, rest)];
        const first = statementsIn(await history.generate(shop('shop')), 'postgres');
        history.byHand(byHand(/"((?:IDX|UQ|CHK)_\w+)"/.exec(first)?.[1] ?? ''));
        const report = await history.generate(shop('store'), { renamedTables: ['shop:store'] });
        const renamed = statementsIn(report, 'postgres');
        expect(renamed).not.to.match(/CREATE|ADD CONSTRAINT|VALIDATE/);
        const name = /TO "((?:IDX|UQ|CHK)_\w+)"/.exec(renamed)?.[1] ?? 'no name';
        expect(await history.checked(database(), shop('store'))).to.deep.equal({
          ...{ status: 'in-sync', changes: [], uncomparable: [] },
          unmanaged: [`part-option store.${name}.${option}`],
        });
        expect((await history.generate(shop('store'))).revisions).to.deep.equal([]);
      }));
});

onDatabase('postgres', 'INCLUDE of a primary key (PostgreSQL)', (database) => {
  it('INCLUDE of a primary key of a revision written by hand stays, is unmanaged, and follows the name of the table', () =>
    History.lend('postgres', async (history) => {
      const shop = (name: string, more = {}) => [entity(name, { n: NUMBER, ...more })];
      const [first] = (await history.generate(shop('shop'))).revisions;
      const name = /"(PK_\w+)"/.exec(first?.postgres.up.join() ?? '')?.[1] ?? '';
      history.byHand(againAs('PRIMARY KEY ("id") INCLUDE ("n")')(name));
      const after = shop('store', { more: NUMBER });
      const report = await history.generate(after, { renamedTables: ['shop:store'] });
      expect(report.warnings.join()).to.match(
        /^store\.PK_\w+: no entity declares INCLUDE \(n\), so the key keeps it$/,
      );
      expect(statementsIn(report, 'postgres')).not.to.match(/INDEX|ADD CONSTRAINT/);
      const { status, unmanaged } = await history.checked(database(), after);
      expect([status, ...unmanaged].join(' ')).to.match(/^in-sync part-option store\.PK_\w+\.INCLUDE \(n\)$/);
    }));
});

onDatabase('postgres', 'An UNLOGGED table of a revision written by hand (PostgreSQL)', (database) => {
  const table = (more: string) =>
    `CREATE ${more} TABLE "job" ("id" integer NOT NULL, "note" text, CONSTRAINT "PK_98ab1c14ff8d1cf80d18703b92f" PRIMARY KEY ("id"))`;

  it('An UNLOGGED table of a revision written by hand stays UNLOGGED', async () => {
    const { warnings, revisions } = await generated('postgres', table('UNLOGGED'));
    expect(warnings).to.deep.equal(['job: no entity declares UNLOGGED, so the table keeps it']);
    expect(revisions.flatMap(({ postgres }) => postgres.up)).to.deep.equal([
      'ALTER TABLE "job" ADD COLUMN "more" text',
    ]);
  });

  it('An UNLOGGED table of a revision written by hand is unmanaged, and any other one is a difference', async () => {
    expect(await checked(database(), table('UNLOGGED'))).to.deep.equal({
      changes: [],
      unmanaged: ['table-option job.UNLOGGED'],
    });
  });

  it('A table that became UNLOGGED in the database alone is a difference', async () => {
    expect(await checked(database(), table(''), { after: ['ALTER TABLE "job" SET UNLOGGED'] })).to.deep.equal(
      {
        changes: ['alter-table: Table job: persistence is unlogged, the entities declare permanent.'],
        unmanaged: [],
      },
    );
  });
});
