import { expect } from 'chai';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { RecordNotKeptError } from '../../src/errors/records.js';
import { migrateDown, migrateUp, stampAt } from '../../src/migrator/migrate.js';
import { execute, rowsOf, tablesOf } from '../support/cli-database.js';
import { eachDatabase, onDatabase } from '../support/databases.js';
import { expectFailure, failureOf, formerState, only, recordsIn } from '../support/failures.js';
import { revision } from '../support/revisions.js';

const GAUGES = revision(
  'MakeGauges1800000000371',
  ['CREATE TABLE gauges (id integer PRIMARY KEY)'],
  ['DROP TABLE gauges'],
);
const DIALS = revision('MakeDials1800000000372', ['CREATE TABLE dials (id integer)'], ['DROP TABLE dials']);

/** Runs outside a transaction on both databases. */
class OutsideGauges1800000000373 implements MigrationInterface {
  readonly transaction = false;

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('CREATE INDEX ix_gauges ON gauges (id)');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP INDEX ix_gauges');
  }
}

/** A trigger function in PostgreSQL with its trigger, by when it acts. */
const trigger = (when: string, body: string, table = 'migrations'): readonly string[] => [
  `CREATE FUNCTION meddle() RETURNS trigger LANGUAGE plpgsql AS $f$ BEGIN ${body} END $f$`,
  `CREATE ${when.replace('<table>', table)} FOR EACH ROW EXECUTE FUNCTION meddle()`,
];
const BEFORE_INSERT = 'TRIGGER "Odd one" BEFORE INSERT ON <table>';
const AFTER_INSERT = 'TRIGGER "Odd one" AFTER INSERT ON <table>';

/** What swallows or changes a record on the way up. */
const MEDDLING = {
  postgres: {
    'swallows it': trigger(BEFORE_INSERT, 'RETURN NULL;'),
    'changes its name': trigger(BEFORE_INSERT, `NEW.name := 'x' || NEW.name; RETURN NEW;`),
    'changes its stamp': trigger(BEFORE_INSERT, `NEW."timestamp" := 1; RETURN NEW;`),
    'changes its name afterwards': trigger(
      AFTER_INSERT,
      `UPDATE migrations SET name = 'x' || name WHERE id = NEW.id; RETURN NULL;`,
    ),
    'removes it afterwards': trigger(AFTER_INSERT, 'DELETE FROM migrations WHERE id = NEW.id; RETURN NULL;'),
    'removes it at the end of the transaction': trigger(
      'CONSTRAINT TRIGGER "Odd one" AFTER INSERT ON <table> DEFERRABLE INITIALLY DEFERRED',
      'DELETE FROM migrations WHERE id = NEW.id; RETURN NULL;',
    ),
    'swallows its attempt': trigger(BEFORE_INSERT, 'RETURN NULL;', 'migrations_attempt'),
    'changes the checksum of its attempt': trigger(
      BEFORE_INSERT,
      `NEW.checksum_up := 'x'; RETURN NEW;`,
      'migrations_attempt',
    ),
  },
  sqlite: {
    'swallows it': ['CREATE TRIGGER "Odd one" BEFORE INSERT ON migrations BEGIN SELECT RAISE(IGNORE); END'],
    'changes its name': [
      `CREATE TRIGGER "Odd one" AFTER INSERT ON migrations BEGIN UPDATE migrations SET name = 'x' || name WHERE id = NEW.id; END`,
    ],
    'removes it afterwards': [
      'CREATE TRIGGER "Odd one" AFTER INSERT ON migrations BEGIN DELETE FROM migrations WHERE id = NEW.id; END',
    ],
    'swallows its attempt': [
      'CREATE TRIGGER "Odd one" BEFORE INSERT ON migrations_attempt BEGIN SELECT RAISE(IGNORE); END',
    ],
  },
} as const;

/** The same on the way down. */
const UNDELETING = {
  postgres: {
    'keeps it': trigger('TRIGGER "Odd one" BEFORE DELETE ON <table>', 'RETURN NULL;'),
    'puts it back': trigger(
      'TRIGGER "Odd one" AFTER DELETE ON <table>',
      'INSERT INTO migrations SELECT OLD.*; RETURN NULL;',
    ),
  },
  sqlite: {
    'keeps it': ['CREATE TRIGGER "Odd one" BEFORE DELETE ON migrations BEGIN SELECT RAISE(IGNORE); END'],
    'puts it back': [
      'CREATE TRIGGER "Odd one" AFTER DELETE ON migrations BEGIN INSERT INTO migrations VALUES (OLD.id, OLD."timestamp", OLD.name); END',
    ],
  },
} as const;

const WORDS = {
  sqlite: { name: 'SQLite', remedy: /DROP TRIGGER "Odd one"; Then run it again\.$/ },
  postgres: {
    name: 'PostgreSQL',
    remedy: /ALTER TABLE public\.migrations(_attempt)? DISABLE TRIGGER "Odd one"; Then run it again\.$/,
  },
};

const ROLLED_BACK = 'The transaction of the revision was rolled back\\.';

function named(id: string, left: string): RegExp {
  return new RegExp(
    `^${id}: the database did not keep the record as it was written\\. ${left} Possible causes: the trigger "Odd one" on ("|public\\.)migrations`,
  );
}

for (const dialect of ['sqlite', 'postgres'] as const)
  onDatabase(dialect, `A trigger on the tables of the records (${WORDS[dialect].name})`, (database) => {
    for (const [title, statements] of Object.entries(MEDDLING[dialect]))
      it(`A trigger on the tables of the records (${WORDS[dialect].name}) that ${title} on the way up fails the revision, which is rolled back`, async () => {
        await database().connectAtHead(only(GAUGES));
        await execute(database(), statements);
        const before = await formerState(database());
        const dataSource = await database().connect(only(GAUGES, DIALS));
        for (const run of [
          () => migrateUp(dataSource),
          () => migrateUp(dataSource, { allow: { missing: true } }),
          () => stampAt(dataSource, 'head'),
        ]) {
          const failure = await failureOf(run());
          expect(failure).to.be.instanceOf(RecordNotKeptError);
          expect(failure.message).to.match(named('MakeDials1800000000372', ROLLED_BACK));
          expect(failure.message).to.match(WORDS[dialect].remedy);
        }
        expect(await formerState(database())).to.deep.equal(before);
      });

    for (const [title, statements] of Object.entries(UNDELETING[dialect]))
      it(`A trigger on the tables of the records (${WORDS[dialect].name}) that ${title} on the way down fails the revision, which is rolled back`, async () => {
        const dataSource = await database().connectAtHead(only(GAUGES, DIALS));
        await execute(database(), statements);
        const before = await formerState(database());
        for (const run of [() => migrateDown(dataSource), () => stampAt(dataSource, 'MakeGauges')])
          await expectFailure(run(), RecordNotKeptError, named('MakeDials1800000000372', ROLLED_BACK));
        expect(await formerState(database())).to.deep.equal(before);
      });
  });

eachDatabase('A trigger on the tables of the records, beside revisions', (database) => {
  it('A trigger on the tables of the records, beside revisions that swallows the run ends it before any revision', async () => {
    await database().connectAtHead(only(GAUGES));
    await execute(
      database(),
      database().dialect === 'postgres'
        ? trigger(BEFORE_INSERT, 'RETURN NULL;', 'migrations_run')
        : ['CREATE TRIGGER "Odd one" BEFORE INSERT ON migrations_run BEGIN SELECT RAISE(IGNORE); END'],
    );
    const dataSource = await database().connect(only(GAUGES, DIALS));
    await expectFailure(
      migrateUp(dataSource),
      RecordNotKeptError,
      named('The run in (?:"public"\\.)?"migrations_run"', 'No revision was run\\.'),
    );
    expect(await tablesOf(database())).not.to.include('dials');
  });

  it('A trigger on the tables of the records, beside revisions that only takes notes does no harm', async () => {
    await database().connectAtHead(only(GAUGES));
    await execute(database(), [
      'CREATE TABLE noted (name varchar)',
      ...(database().dialect === 'postgres'
        ? trigger(AFTER_INSERT, 'INSERT INTO noted VALUES (NEW.name); RETURN NULL;')
        : [
            'CREATE TRIGGER "Odd one" AFTER INSERT ON migrations BEGIN INSERT INTO noted VALUES (NEW.name); END',
          ]),
    ]);
    const dataSource = await database().connect(only(GAUGES, DIALS, OutsideGauges1800000000373));
    expect((await migrateUp(dataSource)).done).to.have.length(2);
    expect(await rowsOf(database(), 'SELECT name FROM noted')).to.deep.equal([
      { name: 'MakeDials1800000000372' },
      { name: 'OutsideGauges1800000000373' },
    ]);
    expect((await migrateDown(dataSource, { target: 'base' })).done).to.have.length(3);
  });

  it('A trigger on the tables of the records, beside revisions that swallows records keeps a revision without a transaction from running at all', async () => {
    const dataSource = await database().connectAtHead(only(GAUGES));
    await execute(database(), MEDDLING[database().dialect]['swallows it']);
    const before = await formerState(database());
    const later = await database().connect(only(GAUGES, OutsideGauges1800000000373));
    await expectFailure(
      migrateUp(later),
      RecordNotKeptError,
      named('OutsideGauges1800000000373', 'Nothing of the revision was run\\.'),
    );
    expect(await formerState(database())).to.deep.equal(before);
    expect(await recordsIn(database())).to.deep.equal(['MakeGauges1800000000371']);
    expect(dataSource.isInitialized).to.equal(true);
  });
});

onDatabase('postgres', 'A rule on the tables of the records (PostgreSQL)', (database) => {
  const RULES: Readonly<Record<string, string>> = {
    'does nothing instead': 'CREATE RULE odd AS ON INSERT TO migrations DO INSTEAD NOTHING',
    'does more': `CREATE RULE odd AS ON INSERT TO migrations DO ALSO INSERT INTO gauges VALUES (NEW.id)`,
    'writes somewhere else': `CREATE RULE odd AS ON INSERT TO migrations DO INSTEAD
      INSERT INTO elsewhere VALUES (DEFAULT, NEW."timestamp", NEW.name) RETURNING id, "timestamp", name`,
  };
  for (const [title, rule] of Object.entries(RULES))
    for (const [way, outside] of [
      ['in a transaction', false],
      ['outside a transaction', true],
    ] as const)
      it(`A rule on the tables of the records that ${title} is named, and nothing is left of a revision ${way}`, async () => {
        await database().connectAtHead(only(GAUGES));
        await execute(database(), ['CREATE TABLE elsewhere (LIKE migrations INCLUDING ALL)', rule]);
        const before = await formerState(database());
        const dataSource = await database().connect(
          only(GAUGES, outside ? OutsideGauges1800000000373 : DIALS),
        );
        await expectFailure(
          migrateUp(dataSource),
          RecordNotKeptError,
          /the rule odd on public\.migrations\. Let the owner of the table run: DROP RULE odd ON public\.migrations; Then run it again\.$/,
        );
        expect(await formerState(database())).to.deep.equal(before);
      });

  it('A rule on the tables of the records is named with the trigger of a view that stands in place of the list', async () => {
    await database().connectAtHead(only(GAUGES));
    await execute(database(), [
      'ALTER TABLE migrations RENAME TO kept',
      'CREATE VIEW migrations AS SELECT * FROM kept',
      ...trigger('TRIGGER "Odd one" INSTEAD OF INSERT ON <table>', 'RETURN NEW;'),
    ]);
    const dataSource = await database().connect(only(GAUGES, DIALS));
    await expectFailure(
      migrateUp(dataSource),
      RecordNotKeptError,
      /Possible causes: the trigger "Odd one" on public\.migrations, the view public\.migrations\. Let the owner of the table run: DROP TRIGGER "Odd one" ON public\.migrations; Then/,
    );
    expect(await tablesOf(database())).not.to.include('dials');
  });
});
