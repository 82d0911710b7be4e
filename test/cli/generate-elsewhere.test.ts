import { expect } from 'chai';
import { chooseSqliteDriver } from '../../src/databases/sqlite/driver.js';
import { spawnSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { GAP_MS } from '../../src/generate/write/write-revisions.js';
import { foreignProject, type ForeignProject } from '../support/foreign-project.js';
import { blocksOf, commandsOf } from '../support/pages.js';
import { withoutStamps } from '../support/generate-here.js';

/** Entities of a TypeORM project as it is, names of constraints and all left to TypeORM. */
const shop = (columns: string) => `import { Column, Entity, PrimaryColumn } from 'typeorm';
@Entity('goods')
export class Good {
  @PrimaryColumn({ type: 'bigint' }) id;
  @Column({ type: 'varchar', length: 20 }) name;
  ${columns}
}`;
/** A code such as ABC-12-3456, which no invented row has. */
const orders = (columns: string) => `import { Check, Column, Entity, PrimaryColumn } from 'typeorm';
const digits = (n) => '[0-9]'.repeat(n);
@Entity('orders')
@Check('ck_orders_code', "code GLOB '[A-Z][A-Z][A-Z]-" + digits(2) + '-' + digits(4) + "'")
export class Order {
  @PrimaryColumn({ type: 'bigint' }) id;
  @Column({ type: 'text' }) code;
  ${columns}
}`;
const PRICE = `@Column({ type: 'integer', default: 0 }) price;`;

for (const dialect of ['sqlite', 'postgres'] as const)
  for (const globs of [false, true])
    describe(`generate for a plain DataSource on ${dialect}, with ${globs ? 'globs' : 'classes'}`, function () {
      this.timeout(120_000);
      let project: ForeignProject;
      beforeEach(async () => (project = await foreignProject({ dialect, globs })));
      afterEach(() => project.remove());

      it('generate writes only that dialect and no index, and reports no missing revision afterwards', async () => {
        await project.write(shop(''));
        const first = await project.generate('Initial');
        const add = globs ? '' : 'Add to the migrations of the DataSource: InitialSTAMP.\n';
        expect({ ...first, stdout: withoutStamps(first.stdout) }).to.deep.equal({
          code: 0,
          signal: null,
          stdout: `Wrote one revision, verified on scratch databases. Read it before you run it:\n  src/migrations/STAMP-Initial.ts  Creates goods.\n${add}`,
          stderr: '',
        });
        const [file = '', ...others] = await project.files();
        expect(others).to.deep.equal(['snapshot.json']);
        const source = await project.text(file);
        expect(source).to.match(/^import \{ Revision, type DialectStatements \} from 'orchestrator-db';\n/);
        expect(source.match(/override readonly \w+: /g)).to.deep.equal([`override readonly ${dialect}: `]);
        const snapshot = JSON.parse(await project.text('snapshot.json')) as { schemas: object };
        expect(Object.keys(snapshot.schemas)).to.deep.equal([dialect]);

        await project.write(shop(PRICE));
        const missing = await project.generate('--check', '--json');
        expect(missing).to.include({ code: 2, stderr: '' });
        expect(JSON.parse(missing.stdout)).to.deep.equal({
          status: 'missing',
          changes: {
            [dialect]: [
              'goods.price: new column, integer, not null, default ' + (dialect === 'sqlite' ? '0' : `'0'`),
            ],
          },
          warnings: [],
        });
        expect((await project.generate('AddPrice')).code).to.equal(0);
        expect((await project.generate('--check')).code).to.equal(0);
      });
    });

describe('generate for a plain DataSource', function () {
  this.timeout(120_000);
  let project: ForeignProject;
  beforeEach(async () => (project = await foreignProject({ dialect: 'sqlite', globs: false })));
  afterEach(() => project.remove());

  for (const [what, own] of [
    ['of other exports', `export * from './first.js';\n`],
    ['with a comment', `// Reviewed by two.\nexport const migrations = [];\n`],
  ] as const)
    it(`generate does not change an index ${what}`, async () => {
      await project.write(shop(''));
      await writeFile(join(project.folder, 'index.ts'), own);
      const { code, stdout } = await project.generate('Initial');
      expect(code).to.equal(0);
      expect(stdout).to.match(/\nAdd to the migrations of the DataSource: Initial\d{13}\.\n$/);
      expect(await project.text('index.ts')).to.equal(own);
    });

  it('generate prints what the page about its rows shows', async () => {
    await project.write(orders(''));
    expect((await project.generate('Initial')).code).to.equal(0);
    await project.write(orders(`@Column({ type: 'text', nullable: true }) note;`));
    const { stderr, stdout } = await project.generate('AddOrderNote');
    const [block] = blocksOf('docs/verification.md');
    const [shown] = block ? commandsOf(block) : [];
    expect(shown?.words).to.equal('npx orchestrator-db generate AddOrderNote -d data-source.js');
    // better-sqlite3 has the code of an error beside its words.
    const lines = (text: string) =>
      withoutStamps(text)
        .replaceAll(/SQLITE_CONSTRAINT: |SqliteError: /g, '')
        .split('\n');
    expect(lines(`${stderr}${stdout}`)).to.deep.equal([...lines(shown?.shown.join('\n') ?? ''), '']);
  });

  it("generate reports TypeORM's error about the entities in one line", async () => {
    await project.write(shop(`@Column({ type: 'hologram' }) picture;`));
    expect(await project.generate('Initial')).to.deep.equal({
      code: 1,
      signal: null,
      stdout: '',
      stderr: `error: The DataSource cannot be initialized on a scratch database (SQLite): Data type "hologram" in "Good.picture" is not supported by "${chooseSqliteDriver().type}" database. Correct the entity or the option that it names, then run the command again.\n`,
    });
    expect(await project.files()).to.deep.equal([]);
  });

  for (const [type, portable] of [
    ['enum', `type: 'simple-enum', an enumerated type on PostgreSQL`],
    ['jsonb', `type: 'simple-json', a jsonb on PostgreSQL`],
    ['timestamptz', 'type: Date, a timestamptz on PostgreSQL'],
  ])
    it(`generate names the type for both databases that replaces ${type}`, async () => {
      await project.write(shop(`@Column({ type: '${type}', enum: ['a', 'b'] }) picture;`));
      const { code, stderr } = await project.generate('Initial');
      expect(code).to.equal(1);
      expect(stderr).to.include(
        `is not supported by "${chooseSqliteDriver().type}" database. A DataSource of createDataSource is for PostgreSQL and SQLite: declare ${portable}. For PostgreSQL alone, export guard(new DataSource({ type: 'postgres', ... })) instead. Correct the entity`,
      );
    });

  it('generate names a revision that does not run from base', async () => {
    await project.write(shop(''));
    await writeFile(
      join(project.folder, '1764000000000-Broken.ts'),
      `import { Revision } from 'orchestrator-db';
       export class Broken1764000000000 extends Revision {
         postgres = { up: [], down: [] };
         sqlite = { up: ['DROP TABLE nowhere'], down: [] };
       }`,
    );
    const { code, stderr } = await project.generate('Initial');
    expect(code).to.equal(1);
    expect(stderr).to.match(
      /^error: The existing revisions do not run from base to head on a scratch database \(SQLite\)\. Broken1764000000000: up failed: .*no such table: nowhere\. Correct that revision\. If it needs what no revision creates, put that into scratch\/setup\.sql, which PostgreSQL runs first\. If the first revisions are lost, begin with one that creates the schema of the entities: .*baseline\.\n$/,
    );
    const file = join(project.folder, '1764000000000-Broken.ts');
    await writeFile(file, (await readFile(file, 'utf8')).replace('DROP TABLE', 'DROP TABLE IF EXISTS'));
    expect((await project.generate('Initial')).code).to.equal(0);
  });

  it('generate stops after two branches have generated, until their snapshots are merged', async () => {
    const git = (...args: readonly string[]) =>
      spawnSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], {
        cwd: project.home,
        encoding: 'utf8',
      });
    const commit = (message: string) => [git('add', 'src'), git('commit', '-qm', message)];
    await project.write(shop(''));
    await project.generate('Initial');
    // Two branches that start sooner would both take the next free stamp.
    await sleep(GAP_MS);
    git('init', '-q', '-b', 'main');
    commit('Initial');

    git('checkout', '-qb', 'price');
    await project.write(shop(PRICE));
    await project.generate('AddPrice');
    commit('price');
    git('checkout', '-q', 'main');
    const WEIGHT = `@Column({ type: 'integer', default: 1 }) weight;`;
    await project.write(shop(WEIGHT));
    await project.generate('AddWeight');
    commit('weight');
    const merge = git('merge', 'price');
    expect(merge.status).to.equal(1);
    expect(merge.stdout).to.include('CONFLICT (content): Merge conflict in src/migrations/snapshot.json');

    await project.write(shop(PRICE + WEIGHT));
    expect(await project.generate('Joined')).to.include({
      code: 1,
      stderr:
        'error: src/migrations/snapshot.json: two branches changed the schema, and git could not merge the file. List the revisions of both in index.ts. Then take the file of the branch whose last revision is the older one, with git checkout --ours or --theirs, and generate again: the generator writes it for both.\n',
    });
    git('checkout', '--ours', 'src/migrations/snapshot.json');
    const wrong = await project.generate('Joined');
    expect(wrong).to.include({ code: 1 });
    expect(wrong.stderr).to.include('does not match the schema of the revisions up to AddWeight');
    git('checkout', '--theirs', 'src/migrations/snapshot.json');
    const joined = await project.generate('Joined');
    expect(joined).to.include({ code: 0, stderr: '' });
    expect(joined.stdout).to.equal(
      'No changes: the revisions already match the entities.\nWrote src/migrations/snapshot.json: the schema at head, for the next revision.\n',
    );
  });
});
