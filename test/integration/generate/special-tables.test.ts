import { expect } from 'chai';
import type { EntitySchema } from 'typeorm';
import { EntityTableError } from '../../../src/errors/entities.js';
import { onDatabase } from '../../support/databases.js';
import { entity, IN_SYNC, type Columns, type Rest } from '../drift/no-false-alarm-database.js';
import { History, statementsIn } from './history.js';

const TEXT = { type: 'text', nullable: true } as const;
const KEY: Columns = { id: { type: 'integer', primary: true }, day: { type: 'date', primary: true } };
const named = (name: string): Columns =>
  Object.fromEntries(
    Object.entries(KEY).map(([column, options]) => [
      column,
      { ...options, type: options?.type ?? 'integer', primaryKeyConstraintName: name },
    ]),
  );
const parent = (more: Columns = {}): EntitySchema =>
  entity(
    'event',
    { ...named('event_pkey'), note: TEXT, ...more },
    { indices: [{ name: 'ix_note', columns: ['note'] }] },
  );
const partition = (more: Columns = {}, rest: Rest = {}): EntitySchema =>
  entity('event_2026', { ...KEY, note: TEXT, ...more }, rest);
/** In sync; no entity declares that the table is partitioned. */
const PARTED = { ...IN_SYNC, unmanaged: ['table-option event.PARTITION BY RANGE (day)'] };
const MADE = [
  'CREATE TABLE "event" ("id" integer NOT NULL, "day" date NOT NULL, "note" text, PRIMARY KEY ("id", "day")) PARTITION BY RANGE ("day")',
  'CREATE INDEX "ix_note" ON "event" ("note")',
  `CREATE TABLE "event_2026" PARTITION OF "event" FOR VALUES FROM ('2026-01-01') TO ('2027-01-01')`,
];
/** The message of a refusal. */
async function refusalOf(work: Promise<unknown>): Promise<string> {
  const error: unknown = await work.catch((reason: unknown) => reason);
  expect(error).to.be.instanceOf(EntityTableError);
  return (error as Error).message;
}

onDatabase('postgres', 'An entity that is mapped to a partition (PostgreSQL)', (database) => {
  it('A partition is compared as a table, without what it has from its parent', () =>
    History.lend('postgres', async (history) => {
      history.byHand(MADE);
      expect(await history.checked(database(), [parent(), partition()])).to.deep.equal(PARTED);
      const { changes } = await history.checked(database(), [parent(), partition({ more: TEXT })]);
      expect(changes).to.deep.equal([
        'add-column: Column event_2026.more is missing in the database; the entities declare type text, nullable yes.',
      ]);
    }));

  it('A partition has the name that its entity gives an index of the parent', () =>
    History.lend('postgres', async (history) => {
      history.byHand(MADE);
      const own = partition({}, { indices: [{ name: 'ix_own', columns: ['note'] }] });
      expect(await history.checked(database(), [parent(), own])).to.deep.equal(PARTED);
    }));

  it('A column of the parent and of the partition is added once, and the partition has indexes of its own', () =>
    History.lend('postgres', async (history) => {
      history.byHand(MADE);
      const after = [
        parent({ more: TEXT }),
        partition({ more: TEXT }, { indices: [{ name: 'ix_more', columns: ['more'] }] }),
      ];
      expect(statementsIn(await history.generate(after), 'postgres')).to.equal(
        'ALTER TABLE "event" ADD COLUMN "more" text\nCREATE INDEX CONCURRENTLY IF NOT EXISTS "ix_more" ON "event_2026" ("more")',
      );
      expect(await history.checked(database(), after)).to.deep.equal(PARTED);
    }));

  it('A comment of a partition is its own, also where the parent gets the same', () =>
    History.lend('postgres', async (history) => {
      history.byHand(MADE);
      const more: Columns = { note: { ...TEXT, comment: 'told' }, more: { ...TEXT, comment: 'new' } };
      const after = [parent(more), partition(more)];
      await history.generate(after);
      expect(await history.checked(database(), after)).to.deep.equal(PARTED);
    }));

  it('A column of the partition alone is refused by name', () =>
    History.lend('postgres', async (history) => {
      history.byHand(MADE);
      const words = await refusalOf(history.generate([parent(), partition({ more: TEXT })]));
      expect(words).to.equal(
        'Nothing was written: event_2026 is a partition. Column event_2026.more is missing in the database; the entities declare type text, nullable yes. A partition has its columns, and the indexes and constraints of its parent, from the parent: change the entity of the parent, or write the revision by hand (npm run -s db -- create Name).',
      );
    }));

  it('A partition is refused by name whose column gets another type than that of its parent', () =>
    History.lend('postgres', async (history) => {
      history.byHand(MADE);
      const after = [
        parent({ note: { type: 'varchar', nullable: true } }),
        partition({ note: { type: 'varchar', length: 9, nullable: true } }),
      ];
      expect(await refusalOf(history.generate(after, { allowRewrite: true }))).to.match(
        /^Nothing was written: event_2026 is a partition\. Column event_2026\.note: type is text, the entities declare character varying\(9\)\. A partition has its columns/,
      );
    }));
});

onDatabase('postgres', 'A partitioned table with an identity (PostgreSQL)', (database) => {
  it('The identity of a partitioned table is in sync, and a change keeps it, since PostgreSQL 17', () =>
    History.lend('postgres', async (history) => {
      const [server] = await history.read(database(), 'SHOW server_version_num');
      if (Number(server?.['server_version_num']) < 170_000) return;
      const [table = '', ...others] = MADE;
      history.byHand([
        table.replace('"id" integer', '"id" integer GENERATED BY DEFAULT AS IDENTITY'),
        ...others,
      ]);
      const id = {
        ...named('event_pkey')['id'],
        type: 'integer',
        generated: 'identity',
      } as unknown as typeof TEXT;
      expect(await history.checked(database(), [parent({ id })])).to.deep.equal(PARTED);
      const after = [parent({ id, more: TEXT })];
      expect(statementsIn(await history.generate(after), 'postgres')).to.equal(
        'ALTER TABLE "event" ADD COLUMN "more" text',
      );
      expect(await history.checked(database(), after)).to.deep.equal(PARTED);
    }));
});

/** A table and its child, which have columns and a check in common. */
const FAMILY = [
  'CREATE TABLE "par" ("id" integer PRIMARY KEY, "n" integer, CONSTRAINT "ck" CHECK ("n" > 0))',
  'CREATE TABLE "kid" ("own" integer, PRIMARY KEY ("id")) INHERITS ("par")',
];
const CHECKED: Rest = { checks: [{ name: 'ck', expression: '"n" > 0' }] };
const keyNamed = (name: string): Columns => ({
  id: { type: 'integer', primary: true, primaryKeyConstraintName: name },
});
const INTEGER = { type: 'integer', nullable: true } as const;
const par = (more: Columns = {}, rest: Rest = CHECKED): EntitySchema =>
  entity('par', { ...keyNamed('par_pkey'), n: INTEGER, ...more }, rest);
const kid = (more: Columns = {}, rest: Rest = {}): EntitySchema =>
  entity('kid', { ...keyNamed('kid_pkey'), n: INTEGER, own: INTEGER, ...more }, rest);

onDatabase('postgres', 'An entity that is mapped to a child table (PostgreSQL)', (database) => {
  it('A child table is compared as a table, without the checks that it has from its parent', () =>
    History.lend('postgres', async (history) => {
      history.byHand(FAMILY);
      expect(await history.checked(database(), [par(), kid()])).to.deep.equal(IN_SYNC);
      expect(await history.checked(database(), [par(), kid({}, CHECKED)])).to.deep.equal(IN_SYNC);
    }));

  it('What changes in the parent and in the child alike is changed in the parent', () =>
    History.lend('postgres', async (history) => {
      history.byHand(FAMILY);
      const more: Columns = {
        n: { type: 'bigint', nullable: true },
        note: { ...TEXT, comment: 'of both' },
      };
      const rest: Rest = {
        checks: [
          { name: 'ck', expression: '"n" > 0' },
          { name: 'ck_two', expression: '"n" < 9' },
        ],
      };
      const after = [par(more, rest), kid({ ...more, own: { type: 'bigint', nullable: true } }, rest)];
      const report = await history.generate(after, { allowRewrite: true });
      const up = statementsIn(report, 'postgres');
      const ofKid = up.split('\n').filter((line) => line.includes('"kid"') && !line.includes('LOCK'));
      expect(ofKid.map((line) => line.trim())).to.have.members([
        'ALTER TABLE "kid" ALTER COLUMN "own" TYPE bigint',
        `COMMENT ON COLUMN "kid"."note" IS 'of both'`,
      ]);
      expect(await history.checked(database(), after)).to.deep.equal(IN_SYNC);
      const back = await history.generate([par(), kid()], {
        drops: ['par.note'],
        allowRewrite: true,
      });
      expect(statementsIn(back, 'postgres')).to.contain('ALTER TABLE "par" DROP COLUMN "note"');
      expect(await history.checked(database(), [par(), kid()])).to.deep.equal(IN_SYNC);
    }));

  it('A change of an inherited column in the child alone is refused by name', () =>
    History.lend('postgres', async (history) => {
      history.byHand(FAMILY);
      const words = await refusalOf(
        history.generate([par(), kid({ n: { type: 'bigint', nullable: true } })], { allowRewrite: true }),
      );
      expect(words).to.equal(
        'Nothing was written: kid is a child table. Column kid.n: type is integer, the entities declare bigint. It has its inherited columns and checks from the parent: change the entity of the parent, or write the revision by hand (npm run -s db -- create Name).',
      );
    }));

  for (const [what, ofPar, ofKid, words] of [
    [
      'another type',
      { n: { type: 'bigint', nullable: true } },
      { n: { type: 'smallint', nullable: true } },
      'Column kid.n: type is integer, the entities declare smallint.',
    ],
    [
      'another default of its own',
      { n: { ...INTEGER, default: 1 } },
      { n: { ...INTEGER, default: 2 } },
      "Column kid.n: default is none, the entities declare '2'.",
    ],
    [
      'a new column of another type',
      { more: INTEGER },
      { more: TEXT },
      'Column kid.more is missing in the database; the entities declare type text, nullable yes.',
    ],
  ] as readonly (readonly [string, Columns, Columns, string])[])
    it(`A child table is refused by name that gets ${what} beside a change of its parent`, () =>
      History.lend('postgres', async (history) => {
        history.byHand(FAMILY);
        const options = { allowRewrite: true };
        expect(await refusalOf(history.generate([par(ofPar), kid(ofKid)], options))).to.equal(
          `Nothing was written: kid is a child table. ${words} It has its inherited columns and checks from the parent: change the entity of the parent, or write the revision by hand (npm run -s db -- create Name).`,
        );
      }));

  it('A grandchild follows although no entity declares the table between', () =>
    History.lend('postgres', async (history) => {
      history.byHand([FAMILY[0] ?? '', 'CREATE TABLE "mid" () INHERITS ("par")']);
      history.byHand(['CREATE TABLE "kid" ("own" integer, PRIMARY KEY ("id")) INHERITS ("mid")']);
      const more: Columns = { n: { type: 'bigint', nullable: true } };
      const after = [par(more), kid(more)];
      await history.generate(after, { allowRewrite: true });
      const { status } = await history.checked(database(), after);
      expect(status).to.equal('in-sync');
    }));
});
