import { expect } from 'chai';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { execute } from '../support/cli-database.js';
import { eachDatabase, onDatabase } from '../support/databases.js';
import { FORGED_OBJECTS, FORGED_ROWS, HOSTILE_CONTENTS } from '../support/hostile.js';
import { problemsOf } from '../support/json-schemas.js';
import { revision } from '../support/revisions.js';
import { NOWHERE, runCommandHere } from '../support/run-shelves.js';

/** Ends a script, an attribute and a comment, and begins others. */
const BREAKS = `x"'</script></style>--><img src=x onerror=alert(1)><script>alert(2)</script>&lt;`;
const NAME = `b"'</script><b>&amp;`;
const SQL_NAME = `"${NAME.replaceAll('"', '""')}"`;

@Entity(NAME)
class Breaking {
  @PrimaryColumn({ type: 'integer' })
  id!: number;

  @Column({ name: `${NAME}2`, type: 'text', comment: BREAKS })
  note!: string;
}

const MAKE = revision(
  'Make1800000000100',
  [`CREATE TABLE ${SQL_NAME} ("id" integer NOT NULL PRIMARY KEY, "older" text)`],
  [`DROP TABLE ${SQL_NAME}`],
);
Object.assign(MAKE, { description: BREAKS });
const LATER = revision(
  'Later1800000000200',
  [`ALTER TABLE ${SQL_NAME} ADD COLUMN "size" integer`],
  [`ALTER TABLE ${SQL_NAME} DROP COLUMN "size"`],
);
const CONTENTS = { entities: [Breaking], migrations: [MAKE, LATER] };

@Entity('note')
class Note {
  @PrimaryColumn({ type: 'integer' })
  id!: number;

  @Column({ name: 'words', type: 'text', nullable: true })
  words!: string | null;
}

const NOTES = {
  entities: [Note],
  migrations: [
    revision(
      'Notes1800000000100',
      ['CREATE TABLE "note" ("id" integer NOT NULL PRIMARY KEY)'],
      ['DROP TABLE "note"'],
    ),
    revision(
      'Words1800000000200',
      ['ALTER TABLE "note" ADD COLUMN "words" text'],
      ['ALTER TABLE "note" DROP COLUMN "words"'],
    ),
  ],
};

/** Every tag of a page, as it is written; the contents of script and style have none. */
function tagsIn(page: string): readonly string[] {
  return [...page.replace(/<(script|style)>[^]*?<\/\1>/g, '<$1></$1>').matchAll(/<\/?([a-z0-9]+)/gi)].map(
    ([, name = '']) => name,
  );
}

let folder: string;
let file: string;

/** A folder for the file of each test. */
function madeFolder(): void {
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'orchestrator-db-report-'));
    file = join(folder, 'report.html');
  });
  afterEach(() => rm(folder, { recursive: true }));
}

eachDatabase('The command report', (database) => {
  madeFolder();
  const run = (...args: readonly string[]) => runCommandHere(CONTENTS, database().url, args);
  const page = () => readFile(file, 'utf8');

  it('A report has the pending revision, the drift, the run, the sizes and the statements', async () => {
    await run('up', '+1');
    const { code, stdout } = await run('report', '--output', file);
    expect(code).to.equal(0);
    expect(stdout).to.match(/report\.html: \d+ kB, 1 tables, 2 revisions\n$/);
    const text = await page();
    for (const id of ['pending', 'drift', 'history', 'schema', 'sizes', 'revisions'])
      expect(text).to.include(`<section id="${id}"`);
    expect(text).to.include('1 revision, in the order in which they run.');
    expect(text).to.include('<strong>up</strong> <span class="tag good">completed</span>');
    expect(text).to.include('CREATE TABLE &quot;b&quot;&quot;&#39;&lt;/script&gt;&lt;b&gt;&amp;amp;&quot;');
  });

  it('No text of a database, an entity or a revision becomes a tag, and nothing is loaded', async () => {
    await run('up');
    await execute(database(), [
      `UPDATE "migrations_run" SET "actor" = '${BREAKS.replaceAll("'", "''")}', "host" = '${NAME.replaceAll("'", "''")}'`,
    ]);
    await run('report', '--output', file);
    const text = await page();
    expect(text).not.to.include('<img').and.not.to.include('onerror=alert(1)>');
    expect(
      tagsIn(text).filter((name) => ['script', 'b', 'img', 'link', 'iframe'].includes(name)),
    ).to.deep.equal(['script', 'script']);
    expect(text).not.to.match(/(?:src|href)="(?!#)/);
    expect(text).to.include('by x&quot;&#39;&lt;/script&gt;');
  });

  it('Characters that are not seen, or that turn a text, are written out', async () => {
    await runCommandHere(HOSTILE_CONTENTS, database().url, ['up', '+1']);
    await execute(database(), [...FORGED_ROWS, ...FORGED_OBJECTS[database().dialect]]);
    const { code, stderr } = await runCommandHere(HOSTILE_CONTENTS, database().url, [
      'report',
      '--output',
      file,
    ]);
    expect(code, stderr).to.equal(0);
    const text = await page();
    expect(text).not.to.match(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b\u2028\u202e\u2066-\u2069]/);
    expect(text).to.include('\\u202e');
  });

  it('--json prints where the file is and how large, by its schema', async () => {
    const { stdout } = await run('report', '--output', file, '--json');
    const document = JSON.parse(stdout) as { readonly bytes: number };
    expect(problemsOf('report', document)).to.deep.equal([]);
    expect(document.bytes).to.equal(Buffer.byteLength(await page()));
  });

  it('A difference and the pending list lead to the statements of the revision behind it', async () => {
    await runCommandHere(NOTES, database().url, ['up', '+1']);
    await runCommandHere(NOTES, database().url, ['report', '--output', file]);
    const text = await page();
    const link = '<a href="#revision-Words1800000000200"><code>Words1800000000200</code></a>';
    expect(text).to.include(`<small>Pending: ${link} </small>`).and.to.include(`<p>${link} `);
    expect(text).to.include('<details id="revision-Words1800000000200"');
    expect(text).to.match(/\d differences?; \d tables? compared\./);
  });

  it('A folder that does not exist is an error with a code', async () => {
    const { code, stderr } = await run('report', '--output', join(folder, 'none', 'r.html'));
    expect(code).to.equal(1);
    expect(stderr).to.include('Create its folder, then run the command again.');
  });
});

onDatabase('postgres', 'A report of PostgreSQL', (database) => {
  madeFolder();

  it('A pending revision has the locks that it takes', async () => {
    await runCommandHere(CONTENTS, database().url, ['up', '+1']);
    await runCommandHere(CONTENTS, database().url, ['report', '--output', file]);
    const text = await readFile(file, 'utf8');
    expect(text).to.include('<td>ACCESS EXCLUSIVE</td><td>reads and writes</td>');
  });

  it('Without a database that answers, the report has schema and revisions, and tells why', async () => {
    const { code, stderr } = await runCommandHere(CONTENTS, NOWHERE, ['report', '--output', file]);
    expect(code, stderr).to.equal(0);
    const text = await readFile(file, 'utf8');
    expect(stderr).to.match(/^note: The report has no live part: Cannot connect to /m);
    expect(text).to.include('This report has no live part').and.not.to.include('<section id="drift"');
    expect(text).to.include('Later1800000000200');
  });

  it('Sizes have the estimated rows of a table and of its partitions', async () => {
    await execute(database(), [
      'CREATE TABLE "many" ("id" integer) PARTITION BY RANGE ("id")',
      'CREATE TABLE "many_a" PARTITION OF "many" FOR VALUES FROM (0) TO (100)',
      'CREATE TABLE "many_b" PARTITION OF "many" FOR VALUES FROM (100) TO (5000)',
      'INSERT INTO "many" SELECT generate_series(0, 4320)',
      'ANALYZE "many"',
      'CREATE SCHEMA "aside"',
      'CREATE TABLE "aside"."fresh" ("id" integer)',
    ]);
    await runCommandHere(CONTENTS, database().url, ['report', '--output', file]);
    const text = await readFile(file, 'utf8');
    expect(text).to.match(/<code>many<\/code><\/th><td class="number">4,321<\/td>/);
    expect(text).to.match(/<code>aside\.fresh<\/code><\/th><td class="number">unknown<\/td>/);
    expect(text).not.to.include('<code>many_a</code>');
  });
});
