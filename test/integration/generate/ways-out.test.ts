import { expect } from 'chai';
import type { EntitySchema } from 'typeorm';
import { DependentsLostError } from '../../../src/errors/lost-dependents.js';
import { VerificationFailedError } from '../../../src/errors/verification.js';
import type { GenerateOptions } from '../../../src/generate/generate-revisions.js';
import { eachDatabase, onDatabase } from '../../support/databases.js';
import { entity, IN_SYNC, type Columns, type Rest } from '../drift/no-false-alarm-database.js';
import { ANYHOW, NUMBER, TEXT } from './case.js';
import { History } from './history.js';
import { LOST } from './lost-cases.js';
import { view } from './view-world.js';

const item = (columns: Columns, rest?: Rest) => [entity('item', columns, rest)];

/** The error of a generation that is refused. */
function refusalOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => expect.fail('it is not refused'),
    (error: unknown) => error,
  );
}

/** Checks that a change which is refused with a cause can be written by hand, and that generate goes on from there. */
async function byHandInstead(
  history: History,
  {
    after,
    kind,
    options,
  }: { after: readonly EntitySchema[]; kind: string; options?: Partial<GenerateOptions> },
  statements: readonly string[],
): Promise<void> {
  const refused = await refusalOf(history.generate(after, options));
  expect(refused).to.be.instanceOf(VerificationFailedError);
  expect((refused as VerificationFailedError).reason.kind).to.equal(kind);
  history.byHand(statements);
  expect((await history.generate(after)).revisions).to.deep.equal([]);
}

onDatabase(
  'postgres',
  'The way out of a refusal about an object that would be lost (PostgreSQL)',
  (database) => {
    for (const { what, given, byHand, out, again, withoutDrop } of LOST)
      it(`A revision by hand that drops it lets the change be generated: ${what}`, () =>
        History.lend('postgres', async (history) => {
          const words = { ...ANYHOW, ...given.words };
          const before = given.before as readonly EntitySchema[];
          const after = given.after as readonly EntitySchema[];
          await history.generate(before);
          history.byHand(byHand);
          expect(await refusalOf(history.generate(after, words))).to.be.instanceOf(DependentsLostError);
          history.byHand(out);
          await history.generate(after, withoutDrop ? ANYHOW : words);
          if (again.length > 0) history.byHand(again);
          const { status, uncomparable } = await history.checked(database(), after);
          expect({ status, uncomparable }).to.deep.equal({ status: 'in-sync', uncomparable: [] });
        }));

    it('A partitioned table gets its primary key by hand', () =>
      History.lend('postgres', async (history) => {
        history.byHand([
          'CREATE TABLE "item" ("id" integer NOT NULL) PARTITION BY RANGE ("id")',
          'CREATE TABLE "item_rest" PARTITION OF "item" DEFAULT',
        ]);
        const id = { type: 'integer', primary: true, primaryKeyConstraintName: 'pk' } as const;
        const after = item({ id });
        await byHandInstead(history, { after, kind: 'partitioned' }, [
          'ALTER TABLE "item" ADD CONSTRAINT "pk" PRIMARY KEY ("id")',
        ]);
        expect(await history.checked(database(), after)).to.deep.equal({
          ...IN_SYNC,
          unmanaged: ['table-option item.PARTITION BY RANGE (id) with a default partition'],
        });
      }));
  },
);

onDatabase('sqlite', 'The way out of a refusal beside what a revision by hand made (SQLite)', (database) => {
  it('A trigger that needs a table which is dropped is dropped by hand first', () =>
    History.lend('sqlite', async (history) => {
      const [kept] = item({ n: NUMBER });
      const entities = kept ? [kept] : [];
      await history.generate([...entities, entity('other', { n: NUMBER })]);
      history.byHand([
        'CREATE TRIGGER "tr" AFTER INSERT ON "item" BEGIN DELETE FROM "other" WHERE "n" = new."n"; END',
      ]);
      const drops = ['other'];
      expect(await refusalOf(history.generate(entities, { drops }))).to.be.instanceOf(DependentsLostError);
      history.byHand(['DROP TRIGGER "tr"']);
      await history.generate(entities, { drops });
      expect(await history.checked(database(), entities)).to.deep.equal(IN_SYNC);
    }));

  it('An index that the entity excludes, over a column that is dropped, goes in a revision by hand', () =>
    History.lend('sqlite', async (history) => {
      const indices = [{ name: 'ix', synchronize: false as const }];
      await history.generate(item({ n: TEXT }, { indices }));
      history.byHand(['CREATE INDEX "ix" ON "item" (lower(n))']);
      const after = item({}, { indices, checks: [{ name: 'ck', expression: '"id" > 0' }] });
      const drops = ['item.n'];
      expect(await refusalOf(history.generate(after, { drops }))).to.be.instanceOf(DependentsLostError);
      history.byHand(['DROP INDEX "ix"']);
      await history.generate(after, { drops });
      expect((await history.checked(database(), after)).status).to.equal('in-sync');
    }));

  for (const [kind, columns, kept] of [
    ['not-kept', '"id" integer PRIMARY KEY NOT NULL ON CONFLICT FAIL NOT NULL ON CONFLICT REPLACE', ''],
    ['not-restored', '"id" integer NOT NULL', ', PRIMARY KEY ("id" DESC)'],
  ] as const)
    it(`A part that a rebuild does not keep is written by hand: ${kind}`, () =>
      History.lend('sqlite', async (history) => {
        history.byHand([`CREATE TABLE "item" (${columns}, "n" text${kept})`]);
        const after = item({ n: { type: 'text', default: 'x' } });
        await byHandInstead(history, { after, kind, options: { backfills: ["item.n='x'"] } }, [
          `CREATE TABLE "temporary_item" (${columns}, "n" text NOT NULL DEFAULT 'x'${kept})`,
          'INSERT INTO "temporary_item" SELECT "id", coalesce("n", \'x\') FROM "item"',
          'DROP TABLE "item"',
          'ALTER TABLE "temporary_item" RENAME TO "item"',
        ]);
        expect((await history.checked(database(), after)).status).to.equal('in-sync');
      }));
});

onDatabase('postgres', 'The way out of a refusal of an entity (PostgreSQL)', (database) => {
  it('A default that is a moment is one again in the words of the refusal', () =>
    History.lend('postgres', async (history) => {
      const at = { type: 'timestamptz', nullable: true } as const;
      const refused = await refusalOf(history.generate(item({ at: { ...at, default: 'now()' } })));
      expect((refused as Error).message).to.contain("Write default: () => 'now()' in the entity.");
      const entities = item({ at: { ...at, default: () => 'now()' } });
      await history.generate(entities);
      expect(await history.checked(database(), entities)).to.deep.equal(IN_SYNC);
    }));
});

eachDatabase('The way out of a refusal that the entities can take', (database) => {
  const SHEET = item({ n: NUMBER, m: NUMBER });
  const both = (text: string) => [...SHEET, view('seen', text)];

  for (const [what, code, before, refused, corrected, options] of [
    [
      'a view whose text names a column that is dropped: another text',
      'VIEW_REFUSED',
      both('SELECT "id", "n" FROM "item"'),
      [...item({ m: NUMBER }), view('seen', 'SELECT "id", "n" FROM "item"')],
      [...item({ m: NUMBER }), view('seen', 'SELECT "id", "m" AS "n" FROM "item"')],
      { drops: ['item.n'] },
    ],
    [
      'a view whose text cannot be read: another text',
      'VIEW_REFUSED',
      SHEET,
      both('SELEC "id" FROM "item"'),
      both('SELECT "id" FROM "item"'),
      {},
    ],
    [
      'views in a cycle: another text of one of them',
      'VIEW_REFUSED',
      SHEET,
      [...both('SELECT "id" FROM "other"'), view('other', 'SELECT "id" FROM "seen"')],
      [...both('SELECT "id" FROM "other"'), view('other', 'SELECT "id" FROM "item"')],
      {},
    ],
    [
      'two indexes of one name: another name for one of them',
      'ENTITY_NAMES',
      SHEET,
      item({ n: NUMBER, m: NUMBER }, { indices: [{ columns: ['n'] }, { columns: ['n'], unique: true }] }),
      item(
        { n: NUMBER, m: NUMBER },
        { indices: [{ columns: ['n'] }, { columns: ['n'], unique: true, name: 'own' }] },
      ),
      {},
    ],
  ] as const)
    it(`The change is generated once the entity is as the refusal says: ${what}`, () =>
      History.lend(database().dialect, async (history) => {
        await history.generate(before);
        expect(await refusalOf(history.generate(refused, options))).to.have.property('code', code);
        await history.generate(corrected, options);
        expect(await history.checked(database(), corrected)).to.deep.equal(IN_SYNC);
      }));

  it('A view that no entity declares and that names a dropped column is dropped by hand first', () =>
    History.lend(database().dialect, async (history) => {
      await history.generate(SHEET);
      history.byHand(['CREATE VIEW "hand" AS SELECT "n" FROM "item"']);
      const [after, options] = [item({ m: NUMBER }), { drops: ['item.n'] }];
      expect(await refusalOf(history.generate(after, options))).to.have.property('code', 'VIEW_REFUSED');
      history.byHand(['DROP VIEW "hand"']);
      await history.generate(after, options);
      expect(await history.checked(database(), after)).to.deep.equal(IN_SYNC);
    }));
});

onDatabase('postgres', 'The way out of a refusal about a table of another kind (PostgreSQL)', (database) => {
  const FOREIGN = [
    'CREATE FOREIGN DATA WRAPPER nowhere',
    'CREATE SERVER far FOREIGN DATA WRAPPER nowhere',
    'CREATE FOREIGN TABLE "item" ("id" integer NOT NULL, "n" integer) SERVER far',
  ];
  const PARTITION = [
    'CREATE TABLE "all_items" ("id" integer NOT NULL, CONSTRAINT "pk" PRIMARY KEY ("id")) PARTITION BY RANGE ("id")',
    'CREATE TABLE "item" PARTITION OF "all_items" DEFAULT',
  ];
  const id = { type: 'integer', primary: true, primaryKeyConstraintName: 'pk' } as const;
  const parts = (columns: Columns, more: Columns) => [
    entity('all_items', { id, ...columns }, { tableName: 'all_items' }),
    ...item({ id: { type: 'integer', primary: true }, ...columns, ...more }),
  ];

  for (const [what, made, refused, byHand, corrected] of [
    [
      'a foreign table is dropped by hand',
      FOREIGN,
      [entity('other', {})],
      ['DROP FOREIGN TABLE "item"'],
      [entity('other', {})],
    ],
    [
      'the parent of a partition declares the column',
      PARTITION,
      parts({}, { n: NUMBER }),
      [],
      parts({ n: NUMBER }, {}),
    ],
  ] as const)
    it(`The change is made as the refusal says: ${what}`, () =>
      History.lend('postgres', async (history) => {
        history.byHand(made);
        const options = { drops: made === FOREIGN ? ['item'] : [] };
        expect(await refusalOf(history.generate(refused, options))).to.have.property('code', 'ENTITY_TABLE');
        if (byHand.length > 0) history.byHand(byHand);
        await history.generate(corrected);
        expect((await history.checked(database(), corrected)).status).to.equal('in-sync');
      }));
});
