import { expect } from 'chai';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Partitioned } from '../../src/partitioned.js';
import { Column, Entity, ManyToOne, PrimaryColumn, ViewEntity } from 'typeorm';
import { execute } from '../support/cli-database.js';
import { eachDatabase, onDatabase } from '../support/databases.js';
import { HOSTILE_CONTENTS, quoted } from '../support/hostile.js';
import { problemsOf } from '../support/json-schemas.js';
import { revision } from '../support/revisions.js';
import { runCommandHere } from '../support/run-shelves.js';

@Entity('owner')
class Owner {
  @PrimaryColumn({ type: 'integer' })
  id!: number;
}

@Entity('pet')
class Pet {
  @PrimaryColumn({ type: 'integer' })
  id!: number;

  @Column({ type: 'integer' })
  age!: number;

  @ManyToOne(() => Owner, { onDelete: 'CASCADE' })
  owner!: Owner;
}

@ViewEntity({ name: 'pet_count', expression: 'SELECT count(*) AS "n" FROM "pet"', dependsOn: [Pet] })
class PetCount {}

const FIRST = revision(
  'First1800000000100',
  ['CREATE TABLE "owner" ("id" integer NOT NULL PRIMARY KEY)'],
  ['DROP TABLE "owner"'],
);
const SECOND = revision(
  'Second1800000000200',
  [
    'CREATE TABLE "pet" ("id" integer NOT NULL PRIMARY KEY, "age" integer NOT NULL, "ownerId" integer REFERENCES "owner" ("id") ON DELETE CASCADE)',
    'CREATE VIEW "pet_count" AS SELECT count(*) AS "n" FROM "pet"',
  ],
  ['DROP VIEW "pet_count"', 'DROP TABLE "pet"'],
);
const CONTENTS = { entities: [Owner, Pet, PetCount], migrations: [FIRST, SECOND] };

/** The lines of Mermaid that begin a table or a relation. */
function shapes(text: string): readonly string[] {
  return text.split('\n').filter((line) => /^ {2}[a-z\]]/.test(line));
}

eachDatabase('The command diagram', function (database) {
  let folder: string;
  beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'orchestrator-db-diagram-'))));
  afterEach(() => rm(folder, { recursive: true }));
  const run = (...args: readonly string[]) =>
    runCommandHere(CONTENTS, database().url, ['diagram', '--format', 'mermaid', ...args]);
  const ENTITIES = ['  owner {', '  pet {', '  pet_count["pet_count (view)"]'];
  const RELATION = '  owner |o--o{ pet : "ownerId, on delete cascade"';

  it('The entities are drawn without a connection', async () => {
    const { code, stdout } = await run();
    expect(code).to.equal(0);
    expect(shapes(stdout)).to.deep.equal([...ENTITIES, RELATION, '  pet ||..|| pet_count : "is read by"']);
  });

  it('A revision is drawn from a scratch database, and the database keeps its state', async () => {
    await database().connect({ entities: [] });
    const at = async (place: string) => shapes((await run('--at', place)).stdout);
    expect(await at('First')).to.deep.equal(['  owner {']);
    expect(await at('head')).to.deep.equal([...ENTITIES, RELATION]);
    expect(await at('base')).to.deep.equal([]);
    expect(shapes((await run('--live')).stdout)).to.deep.equal([]);
  }).timeout(60_000);

  it('A database is drawn without the tables of this package', async () => {
    await database().connect({ entities: [] });
    await runCommandHere(CONTENTS, database().url, ['up']);
    await execute(database(), ['CREATE TABLE "further" ("id" integer)']);
    const { stdout } = await run('--live');
    expect(shapes(stdout)).to.deep.equal(['  further {', ...ENTITIES, RELATION]);
  });

  it('The difference of a database and the entities shows what each of them lacks', async () => {
    await database().connect({ entities: [] });
    await runCommandHere(CONTENTS, database().url, ['up']);
    await execute(database(), [
      'CREATE TABLE "further" ("id" integer)',
      'ALTER TABLE "pet" DROP COLUMN "age"',
    ]);
    const to = shapes((await run('--diff', 'live..entities')).stdout);
    expect(to).to.include('  pet["~ pet"] {').and.include('  further["− further"] {');
    const from = await run('--diff', 'entities..live');
    expect(shapes(from.stdout)).to.include('  further["+ further"] {');
    expect(from.stdout).to.include('integer age "−"');
  });

  it('The difference of two revisions is drawn, and the same schema has none', async () => {
    const between = await run('--diff', 'First..Second');
    expect(shapes(between.stdout)).to.include('  pet["+ pet"] {').and.include('  owner {');
    const none = await run('--diff', 'Second..head');
    expect(none.stdout).not.to.match(/[+−~] /);
  }).timeout(60_000);

  it('SVG is written into a file, which it replaces, and its document matches the schema', async () => {
    const output = join(folder, 'schema.svg');
    for (const args of [
      ['--only', 'pet'],
      ['--only', 'pet+1'],
    ]) {
      const done = await run('--format', 'svg', '--output', output, '--json', ...args);
      expect(done.code, done.stderr).to.equal(0);
      expect(problemsOf('diagram', JSON.parse(done.stdout))).to.deep.equal([]);
    }
    expect(await readFile(output, 'utf8'))
      .to.include('aria-label="Schema of the entities: pet+1"')
      .and.include('>owner<');
    expect(await readdir(folder)).to.deep.equal(['schema.svg']);
    const printed = await run('--format', 'svg');
    expect(printed.stdout).to.match(/^<\?xml[^]*<\/svg>\n$/);
  });

  for (const [args, code, exit, words] of [
    [['--only', 'pets'], 'USAGE', 64, '--only: there is no table "pets". Similar names: pet, pet_count'],
    [['--at', 'Thrid'], 'USAGE', 64, 'There is no revision "Thrid".'],
    [['--at', 'First', '--live'], 'USAGE', 64, 'diagram: pass only one of --at and --live.'],
    [['--diff', 'First'], 'USAGE', 64, '--diff First: specify two schemas, A..B.'],
    [['--diff', 'head..head'], 'USAGE', 64, '--diff head..head: specify two different schemas.'],
    [['--format', 'png'], 'USAGE', 64, "argument 'png' is invalid. Allowed choices are svg, mermaid."],
    [['--output', '/nowhere/at/all'], 'OUTPUT_NOT_WRITTEN', 1, '/nowhere/at/all was not written: ENOENT'],
    [['--output', '.'], 'OUTPUT_NOT_WRITTEN', 1, '. was not written: EISDIR'],
  ] as const)
    it(`Bad input is refused with a code: ${args.join(' ')}`, async () => {
      const { code: found, stdout } = await run(...args, '--json');
      const { error } = JSON.parse(stdout) as {
        readonly error: { readonly code: string; readonly message: string };
      };
      expect(error.code).to.equal(code);
      expect(error.message).to.include(words);
      expect(found).to.equal(exit);
    });

  it('Hostile names of a database are visible characters in both forms', async () => {
    await database().connect({ entities: [] });
    await execute(database(), [`CREATE TABLE ${quoted('<b>')} (${quoted('"]; x')} integer)`]);
    for (const format of ['svg', 'mermaid']) {
      const { code, stdout } = await runCommandHere(HOSTILE_CONTENTS, database().url, [
        ...['diagram', '--live', '--format', format],
      ]);
      expect(code).to.equal(0);
      expect(stdout).not.to.match(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b\u2028\u202e]|<b>/);
      expect(stdout).to.include('in sync');
    }
  });
});

onDatabase('postgres', 'A diagram of PostgreSQL', (database) => {
  it('Partitioned tables and materialized views are drawn as such, with their columns', async () => {
    @Entity('event')
    @Partitioned({ by: 'id', strategy: 'hash', partitions: 2 })
    class Event {
      @PrimaryColumn({ type: 'integer' })
      id!: number;
    }
    await database().connect({ entities: [] });
    await execute(database(), [
      'CREATE TABLE "event" ("id" integer PRIMARY KEY) PARTITION BY HASH ("id")',
      'CREATE TABLE "event_p0" PARTITION OF "event" FOR VALUES WITH (MODULUS 1, REMAINDER 0)',
      'CREATE MATERIALIZED VIEW "sums" AS SELECT count(*) AS "n" FROM "event"',
    ]);
    const args = ['diagram', '--live', '--format', 'mermaid'];
    const { stdout } = await runCommandHere({ entities: [Event], migrations: [] }, database().url, args);
    expect(stdout).to.include('event["event (partitioned by hash (id))"] {');
    expect(stdout).to.include('sums["sums (materialized view)"] {\n    bigint n');
    expect(stdout).not.to.include('event_p0');
  });
});
