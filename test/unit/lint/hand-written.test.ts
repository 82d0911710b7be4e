import { expect } from 'chai';
import {
  DataSource,
  Table,
  TableColumn,
  type DataSourceOptions,
  type MigrationInterface,
  type QueryRunner,
} from 'typeorm';
import { chooseSqliteDriver } from '../../../src/databases/sqlite/driver.js';
import { NothingLintedError } from '../../../src/errors/lint.js';
import { RevisionInvalidError } from '../../../src/errors/migration.js';
import type { LintReport } from '../../../src/lint/finding.js';
import { lint, lintDataSource, type LintOptions } from '../../../src/lint/lint.js';
import { lintLines } from '../../../src/lint/report.js';
import { handWritten } from '../../support/hand-written.js';
import { made } from './linted.js';

type Body = (queryRunner: QueryRunner) => Promise<unknown>;
type Class = new () => MigrationInterface;

const nothing: Body = () => Promise.resolve();
const sends =
  (...statements: readonly string[]): Body =>
  async (queryRunner) => {
    for (const sql of statements) await queryRunner.query(sql);
  };

const MAKE = handWritten(
  'Make1700000000000',
  sends('CREATE TABLE "notes" ("id" bigint PRIMARY KEY, "words" varchar(50))'),
  sends('DROP TABLE "notes"'),
);
const INDEX = 'Index1700000001000';

/** On a port without a server. */
function sourceOf(migrations: readonly Class[], options: Partial<DataSourceOptions> = {}): DataSource {
  return new DataSource({
    type: 'postgres',
    host: '127.0.0.1',
    port: 1,
    ...options,
    migrations: [...migrations],
  } as DataSourceOptions);
}

function linted(migrations: readonly Class[], options: LintOptions = {}): Promise<LintReport> {
  return lintDataSource(sourceOf(migrations), options);
}

const found = ({ findings }: LintReport) =>
  findings.map(({ rule, direction, statement, of }) => `${rule} ${direction} ${statement}/${of}`);

const second = (up: Body, down: Body = nothing): readonly Class[] => [MAKE, handWritten(INDEX, up, down)];

describe('A class written by hand', () => {
  it('A class written by hand is linted like a revision, both ways, without a connection', async () => {
    const report = await linted(
      second(sends('CREATE INDEX "i" ON "notes" ("words")'), sends('DROP INDEX "i"')),
    );
    expect(found(report)).to.deep.equal(['create-index-blocking up 1/1', 'drop-index-blocking down 1/1']);
    expect(report).to.deep.include({ revisions: 2, unlinted: [], notes: [] });
  });

  it("A class written by hand is linted by the statements that TypeORM's methods send", async () => {
    const boxes = new Table({ name: 'boxes', columns: [{ name: 'id', type: 'integer', isPrimary: true }] });
    const report = await linted(
      second(
        async (queryRunner) => {
          await queryRunner.createTable(boxes);
          await queryRunner.addColumn(
            new Table({ name: 'notes', columns: [{ name: 'id', type: 'bigint' }] }),
            new TableColumn({ name: 'rank', type: 'integer' }),
          );
        },
        sends('ALTER TABLE "notes" DROP COLUMN "rank"', 'DROP TABLE "boxes"'),
      ),
    );
    expect(found(report)).to.deep.equal(['integer-key up 1/2', 'add-column-required up 2/2']);
  });

  it('A class written by hand is read for the schema where it is not checked', async () => {
    const change = made('Change1700000002000', {
      up: ['ALTER TABLE "notes" ALTER "words" TYPE varchar(8)'],
      down: ['ALTER TABLE "notes" ALTER "words" TYPE varchar(50)'],
    });
    const Change = change.constructor as Class;
    const { findings, revisions } = await linted([MAKE, Change], { after: 'Make' });
    expect(findings[0]?.message).to.contain('from varchar(50) to varchar(8)');
    expect(revisions).to.equal(1);
  });

  it('A class written by hand is checked only if it is among the ids of `only`', async () => {
    const classes = second(sends('TRUNCATE "notes" CASCADE'));
    expect(await linted(classes, { only: [] })).to.deep.equal({
      ...{ findings: [], notes: [], revisions: 0, unlinted: [] },
    });
    expect((await linted(classes, { only: [INDEX] })).revisions).to.equal(1);
    expect((await linted(classes, { only: [INDEX], after: 'Index' })).revisions).to.equal(0);
  });

  it('A class that looks at an answer of the database is named, and linted as far as it is known', async () => {
    const report = await linted(
      second(async (queryRunner) => {
        await queryRunner.query('TRUNCATE "notes" CASCADE');
        const rows = (await queryRunner.query('SELECT "id" FROM "notes"')) as readonly unknown[];
        if (rows.length > 0) await queryRunner.query('DROP TABLE "notes"');
      }),
    );
    expect(found(report)).to.deep.equal(['truncate-cascade up 1/1']);
    expect(report).to.deep.include({
      revisions: 1,
      unlinted: [
        { revision: INDEX, direction: 'up', reason: 'it reads the database: SELECT "id" FROM "notes"' },
      ],
    });
  });

  it('A class that catches what ends its question is named as well', async () => {
    const { unlinted } = await linted(
      second(async (queryRunner) => {
        try {
          if (await queryRunner.hasTable('notes')) await queryRunner.query('DROP TABLE "notes"');
        } catch {
          await queryRunner.query('SELECT 1');
        }
      }),
    );
    expect(unlinted.map(({ reason }) => reason)).to.deep.equal([
      'it reads the database: SELECT * FROM current_schema()',
    ]);
  });

  it('A class that looks at no answer is linted, whatever it asks', async () => {
    const report = await linted(second(sends(`SELECT setval('s', 1)`, 'TRUNCATE "notes" CASCADE')));
    expect(found(report)).to.deep.equal(['truncate-cascade up 2/2']);
    expect(report.unlinted).to.deep.equal([]);
  });

  it('A class that fails, waits for an answer in a loop, or has no up is named with the reason', async () => {
    const reasonOf = async (up: Body) =>
      (await linted(second(up))).unlinted.map(({ direction, reason }) => `${direction}: ${reason}`);
    expect(await reasonOf(() => Promise.reject(new Error('not today.')))).to.deep.equal([
      'up: it fails without a connection: not today',
    ]);
    expect(
      await reasonOf(async (queryRunner) => {
        for (;;) {
          const answer = (await queryRunner.query('DELETE FROM "notes"')) as readonly unknown[];
          if (answer[1] === 0) return;
        }
      }),
    ).to.deep.equal(['up: it sends more than 100000 statements']);
    const Lacking = class Lacking1700000009000 {} as unknown as Class;
    const { unlinted, notes } = await linted([MAKE, Lacking]);
    expect(unlinted).to.deep.equal([
      { revision: 'Lacking1700000009000', direction: 'up', reason: 'it has no up' },
    ]);
    expect(notes).to.deep.equal([
      { revision: 'Lacking1700000009000', message: 'it has no down, so it cannot be reverted' },
    ]);
  });

  it('A way down that throws before it does anything is a note, and its way up is linted', async () => {
    const report = await linted(
      second(sends('CREATE TABLE "pegs" ("id" bigint)'), () => Promise.reject(new Error('no way back'))),
    );
    expect(report).to.deep.include({
      findings: [],
      revisions: 2,
      unlinted: [],
      notes: [{ revision: INDEX, message: 'its down throws: no way back, so it cannot be reverted' }],
    });
  });

  it('A class cannot reach a database through the DataSource of its query runner', async () => {
    const { unlinted } = await linted(second(({ connection }) => connection.initialize()));
    expect(unlinted.map(({ reason }) => reason)).to.deep.equal(['it requires a connection']);
  });

  it('A class is not linted by lint, which has no DataSource', async () => {
    const { unlinted, revisions } = await lint([new MAKE()]);
    expect(revisions).to.equal(0);
    expect(unlinted[0]?.reason).to.equal(
      'it is written by hand, and only lintDataSource records the statements of such a class',
    );
  });

  it('A history for SQLite is named as one that no rule is about', async () => {
    const { type } = chooseSqliteDriver();
    const sqlite = sourceOf([MAKE], { type, database: ':memory:' });
    const report = await lintDataSource(sqlite);
    expect(lintLines(report, (page) => page)).to.deep.equal([
      'not lintable: Make1700000000000 (up and down): it is for SQLite only, and no rule is about that',
      'nothing was linted; 1 revision is not lintable',
    ]);
  });

  it('A DataSource without migrations is an error', async () => {
    const refusal: unknown = await linted([]).catch((error: unknown) => error);
    expect(refusal).to.be.instanceOf(NothingLintedError);
    expect((refusal as Error).message).to.equal(
      'The DataSource has no migrations, so nothing was linted. Check its option "migrations": a pattern there may match no file.',
    );
  });
});

describe('The property lintAllow of a class', () => {
  const allowing = (lintAllow: unknown, up: Body = sends('DROP TABLE "notes"')): readonly Class[] => [
    MAKE,
    Object.assign(
      handWritten(INDEX, up, () => Promise.reject(new Error('no'))),
      { lintAllow },
    ),
  ];

  it('The property lintAllow silences a rule in all statements of the class', async () => {
    expect(found(await linted(allowing({})))).to.deep.equal(['drop-table up 1/1']);
    expect(found(await linted(allowing({ 'drop-table': 'no code reads it' })))).to.deep.equal([]);
  });

  it('The property lintAllow is reported for a rule that is unknown, silent or without a reason', async () => {
    const report = await linted(allowing({ 'drop-table': '', 'drop-colunm': 'so', 'rename-table': 'so' }));
    expect(lintLines(report, (page) => page).filter((line) => line.includes('class:'))).to.deep.equal([
      '  class: unused-exception: lintAllow gives no reason for drop-table, so it allows nothing.',
      '  class: unused-exception: There is no rule "drop-colunm", so lintAllow has no effect for it.',
      '  class: unused-exception: rename-table reports nothing for this class. Remove it from lintAllow.',
    ]);
    expect(found(report)).to.include('drop-table up 1/1');
  });

  it('The property lintAllow accepts that a class is not lintable', async () => {
    const asks: Body = (queryRunner) => queryRunner.hasTable('notes');
    const report = await linted(allowing({ unlinted: 'seeds one customer' }, asks), { only: [INDEX] });
    expect(report).to.deep.include({ findings: [], unlinted: [], revisions: 0 });
    expect(report.notes).to.deep.include({
      revision: INDEX,
      message: 'not lintable, which lintAllow accepts: seeds one customer',
    });
    expect(lintLines(report, (page) => page).at(-1)).to.equal('no revisions to lint');
  });

  for (const value of [['drop-table'], 'drop-table', { 'drop-table': true }, null])
    it(`The property lintAllow is rejected as ${JSON.stringify(value)}`, async () => {
      const refusal: unknown = await linted(allowing(value)).catch((error: unknown) => error);
      expect(refusal).to.be.instanceOf(RevisionInvalidError);
      expect((refusal as Error).message).to.equal(
        `${INDEX}: lintAllow must give a reason for each rule. Example: static lintAllow = { 'drop-table': 'no code reads it since 2.4' };`,
      );
    });
});
