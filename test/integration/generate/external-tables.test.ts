import { expect } from 'chai';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DataSource, EntitySchema, MigrationInterface } from 'typeorm';
import { checkDrift } from '../../../src/drift/check-drift.js';
import type { OrchestratorDbError } from '../../../src/errors/base.js';
import { generateRevisions, type GenerateReport } from '../../../src/generate/index.js';
import { baseline } from '../../../src/generate/squash/baseline.js';
import { squash } from '../../../src/generate/squash/squash.js';
import { lintDataSource } from '../../../src/lint/lint.js';
import { migrateUp } from '../../../src/migrator/migrate.js';
import { scratchSourcesOf } from '../../../src/scratch/scratch-sources.js';
import { eachDatabase, onDatabase, type TestDatabase } from '../../support/databases.js';
import { failureOf } from '../../support/failures.js';
import { handWritten } from '../../support/hand-written.js';
import { revision } from '../../support/revisions.js';
import { postgresServer, urlOf } from '../../support/servers.js';
import { entity, plainDataSource, type Columns } from '../drift/no-false-alarm-database.js';

type Class = new () => MigrationInterface;

const TEXT = { type: 'text', nullable: true } as const;

/** Of another system, with a type and a default that no scratch database has. */
const USER = entity(
  'user',
  {
    id: { type: 'uuid', primary: true, default: () => 'auth.next_id()' },
    email: { type: 'varchar', unique: true },
    kind: { type: 'enum', enum: ['person', 'robot'] },
  },
  { tableName: 'users', schema: 'auth', synchronize: false },
);

function posts(columns: Columns = {}): EntitySchema {
  return entity(
    'post',
    { author: { type: 'uuid' }, ...columns },
    {
      tableName: 'post',
      foreignKeys: [
        { name: 'fk_author', target: 'user', columnNames: ['author'], referencedColumnNames: ['id'] },
      ],
    },
  );
}

/** What `generate` makes of entities and a history, in a folder of its own. */
async function generated(
  database: TestDatabase,
  { entities, migrations = [], setup }: Project,
): Promise<GenerateReport> {
  const folder = await mkdtemp(join(tmpdir(), 'orchestrator-db-external-'));
  try {
    const file = join(folder, 'setup.sql');
    if (setup !== undefined) await writeFile(file, setup);
    return await generateRevisions(sourceOf(database, { entities, migrations }), {
      ...{ folder, name: 'Next', now: 1_800_000_000_900, scratchUrl: urlOf(postgresServer()) },
      ...(setup === undefined ? {} : { scratchSetup: file }),
      ...{ write: false, oneStep: true },
    });
  } finally {
    await rm(folder, { recursive: true });
  }
}

interface Project {
  readonly entities: readonly EntitySchema[];
  readonly migrations?: readonly Class[];
  readonly setup?: string;
}

function sourceOf(database: TestDatabase, { entities, migrations = [] }: Project): DataSource {
  return plainDataSource(database, { entities: [...entities], migrations: [...migrations] });
}

function classesOf({ revisions }: GenerateReport): readonly Class[] {
  return revisions.map(({ id, postgres: { up, down } }) => revision(id, up, down));
}

const POSTS = revision(
  'MakePost1800000000751',
  [
    'CREATE TABLE "post" ("id" integer NOT NULL, "author" uuid NOT NULL, CONSTRAINT "PK_be5fda3aac270b134ff9c21cdee" PRIMARY KEY ("id"))',
    'ALTER TABLE "post" ADD CONSTRAINT "fk_author" FOREIGN KEY ("author") REFERENCES "auth"."users" ("id")',
  ],
  ['DROP TABLE "post"'],
);

onDatabase('postgres', 'A table that no revision creates (PostgreSQL)', (database) => {
  it('A foreign key to the table of an entity with synchronize: false is generated, and is in sync in a database that has it', async () => {
    const report = await generated(database(), { entities: [USER, posts()] });
    expect(report.warnings).to.deep.equal([]);
    const [{ postgres }] = report.revisions as [GenerateReport['revisions'][number]];
    expect(postgres.up.join()).to.contain('FOREIGN KEY ("author") REFERENCES "auth"."users" ("id")');
    expect(postgres.up.join()).not.to.match(/CREATE (?:SCHEMA|TYPE|TABLE "auth")/);
    const live = sourceOf(database(), { entities: [USER, posts()], migrations: classesOf(report) });
    await live.initialize();
    try {
      await live.query('CREATE SCHEMA auth');
      await live.query('CREATE TABLE auth.users (id uuid PRIMARY KEY)');
      await migrateUp(live);
      const { status, unmanaged } = await checkDrift(live);
      expect({ status, unmanaged }).to.deep.equal({ status: 'in-sync', unmanaged: [] });
    } finally {
      await live.destroy();
    }
  });

  it('A later change is verified with rows that refer to such a table, and does not lock that by name', async () => {
    const report = await generated(database(), {
      entities: [
        USER,
        posts({
          note: TEXT,
          editor: { type: 'uuid', nullable: true, foreignKey: { target: 'user', name: 'fk_editor' } },
        }),
      ],
      migrations: [POSTS],
    });
    expect(report.warnings).to.deep.equal([]);
    const up = report.revisions.flatMap(({ postgres }) => postgres.up).join('\n');
    expect(up).to.contain('"fk_editor"');
    expect(up).not.to.match(/LOCK TABLE[^\n]*"auth"/);
  });

  for (const [title, made] of [
    [
      'in a list',
      revision(
        'MakeUsers1800000000750',
        ['CREATE SCHEMA auth', 'CREATE TABLE auth.users (id uuid PRIMARY KEY, extra integer)'],
        ['DROP TABLE auth.users'],
      ),
    ],
    [
      'by hand',
      handWritten('MakeUsers1800000000750', async (queryRunner) => {
        await queryRunner.query('CREATE SCHEMA IF NOT EXISTS "auth"');
        await queryRunner.query(
          'CREATE TABLE IF NOT EXISTS "auth"."users" ("id" uuid PRIMARY KEY, "extra" integer)',
        );
      }),
    ],
  ] as const)
    it(`A revision that creates such a table itself keeps its own: ${title}`, async () => {
      const EXTRA = revision('ReadExtra1800000000752', ['ALTER TABLE auth.users DROP COLUMN extra'], []);
      const entities = [USER, posts({ note: TEXT })];
      const migrations = [made, POSTS, EXTRA];
      expect((await generated(database(), { entities, migrations })).warnings).to.deep.equal([]);
    });

  it('The file of set-up creates what no entity knows, and nothing is reported of that', async () => {
    const migrations = [POSTS, revision('KeepKey1800000000753', ['SELECT 1'], [])];
    const entities = [entity('post', { author: { type: 'uuid' }, note: TEXT }, { tableName: 'post' })];
    const setup = [
      '\\restrict Kd8',
      `SELECT pg_catalog.set_config('search_path', '', false);`,
      'CREATE SCHEMA auth; -- of another system; not ours',
      'CREATE TABLE auth.users (id uuid PRIMARY KEY, name text NOT NULL);',
      'CREATE TABLE public.plans (id integer);',
      `CREATE FUNCTION public.next() RETURNS integer LANGUAGE plpgsql AS $$ BEGIN RETURN 1; END $$;`,
      'CREATE VIEW public.seen AS SELECT id FROM public.plans;',
      '\\unrestrict Kd8',
    ].join('\n');
    const { warnings, revisions } = await generated(database(), { entities, migrations, setup });
    expect(warnings).to.deep.equal([
      'post.fk_author: no entity declares this foreign key, so it stays unchanged. To drop it, pass --drop post.fk_author',
    ]);
    expect(revisions).to.have.length(1);
  });

  it('A statement of set-up that fails is named with its file and line', async () => {
    const entities = [posts(), USER];
    const failing = 'CREATE SCHEMA auth;\n\n-- users\nCREATE TABLE auth.users (id nothing);';
    const cases = [
      [failing, 'setup.sql, line 4: CREATE TABLE auth.users (id nothing): type "nothing" does not exist. '],
      ['CREATE SCHEMA auth;\nCREATE TABEL users;', 'setup.sql, line 2: syntax error at or near "TABEL". '],
    ] as const;
    for (const [setup, words] of cases) {
      const failed = generated(database(), { entities, setup });
      // The room of the database is loaded later, with another copy of the class where sources are run.
      const error = await failed.then(String, (reason: unknown) => reason as OrchestratorDbError);
      if (typeof error === 'string') throw new Error(error);
      expect(error.code).to.equal('SCRATCH_SETUP');
      expect(error.message).to.match(/^The set-up of scratch databases fails: /);
      expect(error.message).to.contain(
        `${words}Nothing was changed. Correct scratch/setup.sql or the file that SCRATCH_SETUP names: it creates what the revisions need and do not create themselves.`,
      );
    }
  });

  it('An external table that cannot be created is an error where a foreign key needs it, and is passed over elsewhere', async () => {
    const users = entity(
      'user',
      { id: { type: 'uuid', primary: true }, at: { type: 'geometry' } },
      { tableName: 'users', schema: 'auth', synchronize: false },
    );
    const error = await failureOf(generated(database(), { entities: [users, posts()] }));
    expect(error.message).to.match(
      /^The set-up of scratch databases fails: auth\.users, of an entity with synchronize: false: .*"postgis"/,
    );
    const tags = entity('tag', {}, { tableName: 'tag' });
    const { warnings } = await generated(database(), { entities: [users, tags] });
    expect(warnings).to.deep.equal([]);
  });

  it('Classes that lint runs find the external tables', async () => {
    const read = handWritten('ReadUsers1800000000754', async (queryRunner) => {
      const [row] = (await queryRunner.query(
        `SELECT count(*)::integer AS n FROM information_schema.columns WHERE table_schema = 'auth'`,
      )) as readonly { readonly n: number }[];
      if (row?.n === 3) await queryRunner.query('ALTER TABLE "post" DROP COLUMN "author"');
    });
    const dataSource = sourceOf(database(), { entities: [USER, posts()], migrations: [POSTS, read] });
    const { findings } = await lintDataSource(dataSource, {
      settings: () => ({ scratch: postgresServer() }),
    });
    expect(findings.map(({ revision: id, rule }) => [id, rule])).to.deep.include([read.name, 'drop-column']);
  });

  it('baseline and squash find the external tables', async () => {
    const settings = { scratch: postgresServer() };
    const NOTE = revision(
      'AddNote1800000000755',
      ['ALTER TABLE "post" ADD COLUMN "note" text'],
      ['ALTER TABLE "post" DROP COLUMN "note"'],
    );
    const entities = [USER, posts({ note: TEXT })];
    const dataSource = sourceOf(database(), { entities, migrations: [POSTS, NOTE] });
    const { revisions } = await baseline({
      ...{ settings, name: 'Base', stamp: 1_800_000_000_900, live: { replaces: [] } },
      sources: scratchSourcesOf(dataSource, { revisions: false }),
    });
    expect(revisions.map(({ id }) => id)).to.deep.equal(['Base1800000000900']);
    const { id, warnings } = await squash({
      ...{ dataSource, settings, sources: scratchSourcesOf(dataSource), allowLocks: false },
      ...{ name: 'Both', range: `${POSTS.name}..${NOTE.name}` },
    });
    expect({ id, warnings }).to.deep.equal({ id: 'Both1800000000755', warnings: [] });
  });
});

eachDatabase('An external table without a schema', (database) => {
  const users = (tableName: string) =>
    entity('user', { id: { type: 'varchar', primary: true } }, { tableName, synchronize: false });
  const post = entity(
    'post',
    { author: { type: 'varchar' }, note: TEXT },
    {
      tableName: 'post',
      foreignKeys: [
        { name: 'fk_author', target: 'user', columnNames: ['author'], referencedColumnNames: ['id'] },
      ],
    },
  );

  it('A foreign key to such a table is generated and verified with rows', async () => {
    const entities = [users('users'), post];
    const first = await generated(database(), { entities });
    expect(first.warnings).to.deep.equal([]);
    const [{ postgres, sqlite }] = first.revisions as [GenerateReport['revisions'][number]];
    const up = [...postgres.up, ...sqlite.up].join('\n');
    expect(up).to.match(/REFERENCES "users" \("id"\)/);
    expect(up).not.to.contain('CREATE TABLE "users"');
  });

  it('A revision that renames a table to that name, or creates it as a view, keeps its own', async () => {
    for (const [index, statements] of [
      ['CREATE TABLE people (id varchar PRIMARY KEY)', 'ALTER TABLE people RENAME TO users'],
      [`CREATE VIEW "users" AS SELECT 'a' AS id`],
    ].entries()) {
      const made = revision(`MakeUsers180000000076${index}`, statements, []);
      const tags = entity('tag', {}, { tableName: 'tag' });
      const { revisions } = await generated(database(), {
        entities: [users('users'), tags],
        migrations: [made],
      });
      expect(revisions).to.have.length(1);
    }
  });

  it('A table that another entity manages is none of them', async () => {
    const slim = entity(
      'slim',
      { id: { type: 'integer', primary: true } },
      { tableName: 'tag', synchronize: false },
    );
    const { revisions } = await generated(database(), {
      entities: [slim, entity('tag', {}, { tableName: 'tag' })],
    });
    expect(revisions).to.have.length(1);
  });
});
