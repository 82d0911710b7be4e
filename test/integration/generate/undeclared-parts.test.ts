import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { DataSource, type EntitySchema, type MigrationInterface, type QueryRunner } from 'typeorm';
import type { DialectName } from '../../../src/databases/registry.js';
import { chooseSqliteDriver } from '../../../src/databases/sqlite/driver.js';
import { checkDrift } from '../../../src/drift/check-drift.js';
import {
  generateRevisions,
  type GenerateOptions,
  type GenerateReport,
} from '../../../src/generate/generate-revisions.js';
import { migrateUp } from '../../../src/migrator/migrate.js';
import { describeChange } from '../../../src/schema/describe-change.js';
import { eachDatabase, onDatabase, type TestDatabase } from '../../support/databases.js';
import { generatedClass } from '../../support/generated-class.js';
import { revision } from '../../support/revisions.js';
import { postgresServer, urlOf } from '../../support/servers.js';
import { plainDataSource } from '../drift/no-false-alarm-database.js';
import { account, type Columns, type More } from './failure-world.js';

type Class = new () => MigrationInterface;

const NAMED: Columns = {
  name: { type: 'varchar', nullable: true },
  size: { type: 'integer', nullable: true },
};

/** A history in a folder, continued by the generator and by hand. */
class World {
  readonly migrations: Class[] = [];
  #stamp = 1_795_700_000_000;

  constructor(
    readonly dialect: DialectName,
    readonly folder: string,
  ) {}

  /** Generates and writes what leads to the entity. */
  async generate(entity: EntitySchema, options: Partial<GenerateOptions> = {}): Promise<GenerateReport> {
    const report = await generateRevisions(this.#source(entity), {
      folder: this.folder,
      name: 'Change',
      now: (this.#stamp += 60_000),
      oneStep: true,
      scratchUrl: urlOf(postgresServer()),
      ...options,
    });
    for (const one of report.revisions) {
      if (options.write !== false) this.migrations.push(generatedClass(one));
    }
    return report;
  }

  /** Continues with a list of statements. */
  byHand(...up: readonly string[]): void {
    this.migrations.push(revision(`ByHand${(this.#stamp += 60_000)}`, up, []));
  }

  /** Applies the history, and checks with the entity. */
  async checked(database: TestDatabase, entity: EntitySchema, ...more: readonly string[]) {
    const options = { entities: [entity], migrations: this.migrations };
    const dataSource = await plainDataSource(database, options).initialize();
    try {
      await migrateUp(dataSource);
      for (const sql of more) await dataSource.query(sql);
      const { changes, unmanaged } = await checkDrift(dataSource);
      return {
        changes: changes.map(describeChange),
        unmanaged: unmanaged.map(({ kind, object }) => `${kind} ${object}`),
      };
    } finally {
      await dataSource.destroy();
    }
  }

  #source(entity: EntitySchema): DataSource {
    const where =
      this.dialect === 'sqlite'
        ? { type: chooseSqliteDriver().type, database: '/nowhere/shop.db' }
        : ({ type: 'postgres', database: 'nowhere' } as const);
    return new DataSource({ ...where, entities: [entity], migrations: this.migrations });
  }
}

/** A class of TypeORM's own style. */
class Indexes1795800000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('CREATE INDEX "ix_plain" ON "ac" ("name")');
    await queryRunner.query('CREATE INDEX "IDX_0123456789abcdef0123456789" ON "ac" ("size")');
  }

  down(): Promise<void> {
    return Promise.resolve();
  }
}

const EXPRESSION = 'CREATE INDEX "ix_lower" ON "ac" (lower("name")) WHERE "size" > 5';
const left = (what: string, place: string) =>
  `${place}: no entity declares this ${what}, so it stays unchanged. To drop it, pass --drop ${place}`;
const statementsOf = ({ revisions }: GenerateReport, dialect: DialectName) =>
  revisions.flatMap((one) => one[dialect].up).join('\n');

eachDatabase('An index of a revision written by hand', (database) => {
  let folder: string;
  let world: World;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'orchestrator-db-undeclared-'));
    world = new World(database().target.dialect, folder);
  });
  afterEach(() => rm(folder, { recursive: true }));

  /** Entities with these columns, and an index on an expression. */
  async function withIndex(columns: Columns = NAMED, more: More = {}): Promise<void> {
    await world.generate(account(columns, more));
    world.byHand(EXPRESSION);
  }

  it('An index of a revision written by hand stays when its table changes, is reported, and is unmanaged', async () => {
    await withIndex();
    const changed = account({ ...NAMED, size: { type: 'bigint', nullable: true } });
    const report = await world.generate(changed, { allowRewrite: true });
    expect(report.warnings).to.deep.equal([left('index', 'ac.ix_lower')]);
    const again = await world.generate(changed);
    expect(again).to.deep.include({ revisions: [], warnings: [left('index', 'ac.ix_lower')] });
    expect(await readFile(join(folder, 'snapshot.json'), 'utf8')).not.to.contain('ix_lower');
    expect(await world.checked(database(), changed)).to.deep.equal({
      changes: [],
      unmanaged: ['index ac.ix_lower'],
    });
  });

  it('An index of a revision written by hand stays when its table and its column are renamed', async () => {
    await withIndex();
    const { name, ...others } = NAMED;
    const renamed = account({ ...others, title: name! }, { tableName: 'accounts' });
    const report = await world.generate(renamed, {
      renamedTables: ['ac:accounts'],
      renames: ['accounts.name:title'],
    });
    expect(report.warnings).to.deep.equal([left('index', 'accounts.ix_lower')]);
    expect((await world.checked(database(), renamed)).unmanaged).to.deep.equal(['index accounts.ix_lower']);
  });

  it('An index of a revision written by hand is dropped by --drop, and with its column', async () => {
    await withIndex();
    const dropped = await world.generate(account(NAMED), { drops: ['ac.ix_lower'], write: false });
    expect(statementsOf(dropped, world.dialect)).to.match(/DROP INDEX .*"ix_lower"/);
    expect(dropped.warnings).to.deep.equal([]);
    const rest = { name: NAMED['name']! };
    const without = await world.generate(account(rest), { drops: ['ac.size'] });
    expect(without.warnings).to.deep.equal([]);
    expect((await world.checked(database(), account(rest))).unmanaged).to.deep.equal([]);
  });

  it('An index of a revision written by hand stays when a column goes whose name is a keyword in it', async () => {
    const lower: Columns = {
      null: { type: 'integer', nullable: true },
      lower: { type: 'text', nullable: true },
    };
    await world.generate(account({ ...NAMED, ...lower }));
    world.byHand('CREATE INDEX "ix_lower" ON "ac" (lower("name")) WHERE "size" IS NOT NULL');
    const report = await world.generate(account(NAMED), { drops: ['ac.null', 'ac.lower'] });
    expect(report.warnings).to.deep.equal([left('index', 'ac.ix_lower')]);
    expect((await world.checked(database(), account(NAMED))).unmanaged).to.deep.equal(['index ac.ix_lower']);
  });

  it('An index that an entity declared before is dropped when it no longer does, also behind a revision by hand', async () => {
    const indices = [{ name: 'ix_size', columns: ['size'] }];
    await withIndex(NAMED, { indices });
    const report = await world.generate(account(NAMED));
    expect(statementsOf(report, world.dialect)).to.match(/DROP INDEX .*"ix_size"/);
    expect(report.warnings).to.deep.equal([left('index', 'ac.ix_lower')]);
  });

  it('Without a snapshot, an index stays unless its name is one that TypeORM gives', async () => {
    await withIndex();
    await rm(join(folder, 'snapshot.json'));
    const given = 'IDX_0123456789abcdef0123456789';
    world.migrations.push(Indexes1795800000000);
    const report = await world.generate(account(NAMED), { write: false });
    expect(statementsOf(report, world.dialect)).to.contain(given);
    expect(statementsOf(report, world.dialect)).not.to.contain('ix_plain');
    expect(report.warnings).to.deep.equal([left('index', 'ac.ix_lower'), left('index', 'ac.ix_plain')]);
    const { changes, unmanaged } = await world.checked(database(), account(NAMED));
    expect(changes).to.deep.equal([
      `Index ac.${given} is in the database, but no entity declares it: columns (size).`,
    ]);
    expect(unmanaged).to.deep.equal(['index ac.ix_lower', 'index ac.ix_plain']);
  });

  it('An index that no revision mentions is drift, and so is one of a generated revision', async () => {
    const indices = [{ name: 'ix_size', columns: ['size'] }];
    await withIndex(NAMED, { indices });
    const { changes } = await world.checked(
      database(),
      account(NAMED),
      'CREATE INDEX "ix_of_nobody" ON "ac" ("name")',
    );
    expect(changes).to.deep.equal([
      'Index ac.ix_of_nobody is in the database, but no entity declares it: columns (name).',
      'Index ac.ix_size is in the database, but no entity declares it: columns (size).',
    ]);
  });
});

onDatabase('postgres', 'Parts of tables that decorators cannot declare', (database) => {
  let folder: string;

  beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'orchestrator-db-undeclared-'))));
  afterEach(() => rm(folder, { recursive: true }));

  it('Indexes and constraints of all kinds stay on PostgreSQL, through a change of a type', async () => {
    const world = new World('postgres', folder);
    await world.generate(account(NAMED));
    world.byHand(
      'CREATE INDEX "ix_class" ON "ac" ("name" varchar_pattern_ops DESC) INCLUDE ("size")',
      'ALTER TABLE "ac" ADD CONSTRAINT "ck_name" CHECK (NOT ("name" IS NOT NULL) OR "size" > 0)',
      'ALTER TABLE "ac" ADD CONSTRAINT "ck_size" CHECK ("size" > 0)',
      'ALTER TABLE "ac" ADD CONSTRAINT "uq_name" UNIQUE ("name", "size") DEFERRABLE',
      'ALTER TABLE "ac" ADD CONSTRAINT "xc_size" EXCLUDE ("size" WITH =)',
      'CREATE TABLE "others" ("id" integer PRIMARY KEY)',
      'ALTER TABLE "ac" ADD CONSTRAINT "fk_other" FOREIGN KEY ("size") REFERENCES "others" ("id")',
    );
    const changed = account({
      ...NAMED,
      name: { type: 'text', nullable: true },
      note: { type: 'text', nullable: true },
    });
    const report = await world.generate(changed, { allowRewrite: true });
    expect(report.warnings).to.deep.equal([
      'others: no entity declares this table, so it stays unchanged. To drop it, pass --drop others',
      left('unique', 'ac.uq_name'),
      left('index', 'ac.ix_class'),
      left('foreign key', 'ac.fk_other'),
      left('check', 'ac.ck_name'),
      left('check', 'ac.ck_size'),
      left('exclusion', 'ac.xc_size'),
    ]);
    expect(await world.checked(database(), changed)).to.deep.equal({
      changes: [],
      unmanaged: [
        'check ac.ck_name',
        'check ac.ck_size',
        'exclusion ac.xc_size',
        'foreign-key ac.fk_other',
        'index ac.ix_class',
        'table others',
        'unique ac.uq_name',
      ],
    });
  });
});

onDatabase('sqlite', 'A check of a revision written by hand on SQLite', (database) => {
  let folder: string;

  beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'orchestrator-db-undeclared-'))));
  afterEach(() => rm(folder, { recursive: true }));

  it('A check of a revision written by hand stays when SQLite rebuilds its table', async () => {
    const world = new World('sqlite', folder);
    await world.generate(account(NAMED));
    world.byHand(
      'CREATE TABLE "temporary_ac" ("id" integer PRIMARY KEY NOT NULL, "name" varchar, "size" integer, CONSTRAINT "ck_size" CHECK ("size" > 0))',
      'INSERT INTO "temporary_ac" SELECT "id", "name", "size" FROM "ac"',
      'DROP TABLE "ac"',
      'ALTER TABLE "temporary_ac" RENAME TO "ac"',
    );
    const changed = account({ ...NAMED, name: { type: 'varchar', default: 'none' } });
    const report = await world.generate(changed, { backfills: ["ac.name='none'"], allowRewrite: true });
    expect(report.warnings).to.deep.equal([left('check', 'ac.ck_size')]);
    expect(statementsOf(report, 'sqlite')).to.contain('CONSTRAINT "ck_size" CHECK');
    expect(await world.checked(database(), changed)).to.deep.equal({
      changes: [],
      unmanaged: ['check ac.ck_size'],
    });
  });
});
