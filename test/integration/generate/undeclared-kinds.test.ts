import { expect } from 'chai';
import type { EntitySchema } from 'typeorm';
import type { DialectName } from '../../../src/databases/registry.js';
import { onDatabase, type TestDatabase } from '../../support/databases.js';
import { entity, type Columns, type Rest } from '../drift/no-false-alarm-database.js';
import { History, statementsIn } from './history.js';

const NUMBER = { type: 'integer', nullable: true } as const;
const BEFORE: Columns = { size: NUMBER, name: { type: 'varchar', nullable: true } };
const AFTER: Columns = { ...BEFORE, size: { type: 'bigint', nullable: true }, more: NUMBER };

/** What a revision written by hand gives a table, and how it is reported. */
interface Kind {
  readonly what: string;
  readonly byHand: readonly string[];
  /** What the entity declares besides its columns. */
  readonly rest?: Rest;
  readonly unmanaged: readonly string[];
  readonly warnings: readonly string[];
  /** Text of the database in which it is still there. */
  readonly sql: string;
  readonly kept: string;
  /** The first version of PostgreSQL that has it. */
  readonly since?: number;
}

const INDEX: Rest = { indices: [{ name: 'ix_size', columns: ['size'] }] };
const KEY: Rest = { uniques: [{ name: 'uq_name', columns: ['name'] }] };
const indexOf = (name: string) => `SELECT pg_get_indexdef('${name}'::regclass) AS text`;

const POSTGRES: readonly Kind[] = [
  {
    what: 'INCLUDE of an index',
    byHand: ['DROP INDEX "ix_size"', 'CREATE INDEX "ix_size" ON "shop" ("size") INCLUDE ("name")'],
    rest: INDEX,
    unmanaged: ['part-option shop.ix_size.INCLUDE (name)'],
    warnings: ['shop.ix_size: no entity declares INCLUDE (name), so the index keeps it'],
    sql: indexOf('ix_size'),
    kept: 'CREATE INDEX ix_size ON public.shop USING btree (size) INCLUDE (name)',
  },
  {
    what: 'an operator class of an index, and its storage parameters',
    byHand: [
      'DROP INDEX "ix_name"',
      'CREATE INDEX "ix_name" ON "shop" ("name" varchar_pattern_ops) WITH (fillfactor = 50)',
    ],
    rest: { indices: [{ name: 'ix_name', columns: ['name'] }] },
    unmanaged: [
      'part-option shop.ix_name.name varchar_pattern_ops',
      'storage-parameter shop.ix_name.fillfactor=50',
    ],
    warnings: ['shop.ix_name: no entity declares name varchar_pattern_ops, so the index keeps it'],
    sql: indexOf('ix_name'),
    kept: "CREATE INDEX ix_name ON public.shop USING btree (name varchar_pattern_ops) WITH (fillfactor='50')",
  },
  {
    what: 'NULLS NOT DISTINCT of a unique constraint',
    byHand: [
      'ALTER TABLE "shop" DROP CONSTRAINT "uq_name"',
      'ALTER TABLE "shop" ADD CONSTRAINT "uq_name" UNIQUE NULLS NOT DISTINCT ("name")',
    ],
    rest: KEY,
    unmanaged: ['part-option shop.uq_name.NULLS NOT DISTINCT'],
    warnings: ['shop.uq_name: no entity declares NULLS NOT DISTINCT, so the constraint keeps it'],
    sql: indexOf('uq_name'),
    kept: 'CREATE UNIQUE INDEX uq_name ON public.shop USING btree (name) NULLS NOT DISTINCT',
  },
  {
    what: 'a domain over the type that the entity declares',
    byHand: [
      `CREATE DOMAIN "label" AS varchar CHECK (value <> '')`,
      'ALTER TABLE "shop" ALTER COLUMN "name" TYPE "label"',
    ],
    unmanaged: ['domain shop.name'],
    warnings: [],
    sql: `SELECT format_type(atttypid, atttypmod) AS text FROM pg_attribute WHERE attrelid = 'shop'::regclass AND attname = 'name'`,
    kept: 'label',
  },
  {
    what: 'a virtual column',
    byHand: ['ALTER TABLE "shop" ADD COLUMN "length" integer GENERATED ALWAYS AS (length("name")) VIRTUAL'],
    unmanaged: ['column shop.length'],
    warnings: [
      'shop.length: no entity declares this column, so it stays unchanged. To drop it, pass --drop shop.length',
    ],
    sql: `SELECT attgenerated::text AS text FROM pg_attribute WHERE attrelid = 'shop'::regclass AND attname = 'length'`,
    kept: 'v',
    since: 18,
  },
];

const definitionOf = (name: string) =>
  `SELECT pg_get_constraintdef(oid) AS text FROM pg_constraint WHERE conname = '${name}'`;
const CHECK: Rest = { checks: [{ name: 'ck', expression: '"size" > 0' }] };
const KEYS: Rest = {
  uniques: [{ name: 'uq', columns: ['id', 'name'] }],
  foreignKeys: [
    {
      ...{ name: 'fk', target: 'shop', onDelete: 'SET NULL' },
      ...{ columnNames: ['size', 'name'], referencedColumnNames: ['id', 'name'] },
    },
  ],
};
const againAs = (name: string, definition: string) => [
  `ALTER TABLE "shop" DROP CONSTRAINT "${name}"`,
  `ALTER TABLE "shop" ADD CONSTRAINT "${name}" ${definition}`,
];
const REFERENCE = 'FOREIGN KEY ("size", "name") REFERENCES "shop" ("id", "name") ON DELETE SET NULL';

/** What no decorator gives a declared check or foreign key. */
const CLAUSES: readonly Kind[] = [
  ...['NOT VALID', 'NO INHERIT', 'NOT ENFORCED'].map((clause) => ({
    what: `${clause} of a declared check`,
    byHand: againAs('ck', `CHECK ("size" > 0) ${clause}`),
    rest: CHECK,
    unmanaged: [`part-option shop.ck.${clause}`],
    warnings: [`shop.ck: no entity declares ${clause}, so the check keeps it`],
    sql: definitionOf('ck'),
    kept: `CHECK ((size > 0)) ${clause}`,
    ...(clause === 'NOT ENFORCED' ? { since: 18 } : {}),
  })),
  ...['NOT VALID', 'NOT ENFORCED'].map((clause) => ({
    what: `${clause} of a declared foreign key, at one end of which the type changes`,
    byHand: againAs('fk', `${REFERENCE} ${clause}`),
    rest: KEYS,
    unmanaged: [`part-option shop.fk.${clause}`],
    warnings: [`shop.fk: no entity declares ${clause}, so the foreign key keeps it`],
    sql: definitionOf('fk'),
    kept: `FOREIGN KEY (size, name) REFERENCES shop(id, name) ON DELETE SET NULL ${clause}`,
    ...(clause === 'NOT ENFORCED' ? { since: 18 } : {}),
  })),
  {
    what: 'a column behind ON DELETE SET NULL',
    byHand: againAs('fk', `${REFERENCE} ("name")`),
    rest: KEYS,
    unmanaged: ['part-option shop.fk.SET NULL (name)'],
    warnings: ['shop.fk: no entity declares SET NULL (name), so the foreign key keeps it'],
    sql: definitionOf('fk'),
    kept: 'FOREIGN KEY (size, name) REFERENCES shop(id, name) ON DELETE SET NULL (name)',
    since: 15,
  },
];

const SQLITE: readonly Kind[] = [
  {
    what: 'WITHOUT ROWID',
    byHand: [
      'DROP TABLE "shop"',
      'CREATE TABLE "shop" ("id" integer PRIMARY KEY NOT NULL, "size" integer, "name" varchar) WITHOUT ROWID',
    ],
    unmanaged: ['table-option shop.WITHOUT ROWID'],
    warnings: ['shop: no entity declares WITHOUT ROWID, so the table keeps it'],
    sql: `SELECT wr AS text FROM pragma_table_list('shop')`,
    kept: '1',
  },
  {
    what: 'the order of a key in an index',
    byHand: ['DROP INDEX "ix_size"', 'CREATE INDEX "ix_size" ON "shop" ("size" DESC)'],
    rest: INDEX,
    unmanaged: ['part-option shop.ix_size.size DESC'],
    warnings: ['shop.ix_size: no entity declares size DESC, so the index keeps it'],
    sql: `SELECT "desc" AS text FROM pragma_index_xinfo('ix_size') WHERE seqno = 0`,
    kept: '1',
  },
];

onDatabase('postgres', 'Clauses of constraints that entities cannot declare (PostgreSQL)', (database) => {
  it('WITHOUT OVERLAPS and PERIOD of a revision written by hand are unmanaged, and changes keep them', async function () {
    if (await isBefore(database(), 18)) return;
    const stay = (name: string, more: Columns = {}) =>
      entity(name, { room: NUMBER, during: { type: 'tstzrange', nullable: true }, ...more });
    await History.lend('postgres', async (history) => {
      await history.generate([stay('lease'), stay('guest')]);
      history.byHand([
        'CREATE EXTENSION btree_gist',
        'ALTER TABLE "lease" ADD CONSTRAINT "uq_lease" UNIQUE ("room", "during" WITHOUT OVERLAPS)',
        'ALTER TABLE "guest" ADD CONSTRAINT "fk_lease" FOREIGN KEY ("room", PERIOD "during") REFERENCES "lease" ("room", PERIOD "during")',
      ]);
      const after = [stay('lease', { more: NUMBER }), stay('guest', { more: NUMBER })];
      await history.generate(after);
      expect(await history.checked(database(), after)).to.deep.equal({
        ...{ status: 'in-sync', changes: [], uncomparable: [] },
        unmanaged: [
          'foreign-key guest.fk_lease',
          'part-option guest.fk_lease.PERIOD',
          'part-option lease.uq_lease.WITHOUT OVERLAPS',
          'unique lease.uq_lease',
        ],
      });
      const sql = `SELECT pg_get_constraintdef(oid) AS text FROM pg_constraint WHERE conname = 'fk_lease'`;
      const [row] = await history.read(database(), sql);
      expect(row?.['text']).to.contain('PERIOD during');
    });
  });
});

onDatabase('postgres', 'NOT NULL that is NOT VALID (PostgreSQL)', (database) => {
  it('NOT NULL that is NOT VALID is a finding where the entity allows NULL, and unmanaged where a revision written by hand gave it', async function () {
    if (await isBefore(database(), 18)) return;
    const given = 'ALTER TABLE "shop" ADD CONSTRAINT "nn" NOT NULL "name" NOT VALID';
    await History.lend('postgres', async (history) => {
      await history.generate([entity('shop', BEFORE)]);
      await history.read(database(), 'SELECT');
      await (await database().connect({ entities: [], migrations: [] })).query(given);
      const { uncomparable } = await history.checked(database(), [entity('shop', BEFORE)]);
      expect(uncomparable).to.deep.equal([
        'not-null shop.nn: null / NOT NULL name NOT VALID: entities cannot declare such a constraint',
      ]);
      await (
        await database().connect({ entities: [], migrations: [] })
      ).query('ALTER TABLE shop DROP CONSTRAINT nn');
      history.byHand([given]);
      await history.generate([entity('shop', { ...BEFORE, more: NUMBER })]);
      expect(await history.checked(database(), [entity('shop', { ...BEFORE, more: NUMBER })])).to.deep.equal({
        ...{ status: 'in-sync', changes: [], uncomparable: [] },
        unmanaged: ['part-option shop.nn.NOT VALID'],
      });
    });
  });
});

onDatabase('sqlite', 'ON CONFLICT of a revision written by hand (SQLite)', (database) => {
  it('ON CONFLICT of a revision written by hand is unmanaged', () =>
    History.lend('sqlite', async (history) => {
      history.byHand([
        'CREATE TABLE "shop" ("id" integer PRIMARY KEY NOT NULL, "size" integer, "name" varchar, CONSTRAINT "uq_name" UNIQUE ("name") ON CONFLICT IGNORE)',
      ]);
      expect(await history.checked(database(), [entity('shop', BEFORE, KEY)])).to.deep.equal({
        ...{ status: 'in-sync', changes: [], uncomparable: [] },
        unmanaged: ['part-option shop.ON CONFLICT IGNORE (name)'],
      });
    }));
});

onDatabase('postgres', 'NOT VALID (PostgreSQL)', (database) => {
  it('A check that a revision written by hand has validated is a difference where the database has it NOT VALID', () =>
    History.lend('postgres', async (history) => {
      await history.generate([entity('shop', BEFORE, CHECK)]);
      history.byHand([
        ...againAs('ck', 'CHECK ("size" > 0) NOT VALID'),
        'ALTER TABLE "shop" VALIDATE CONSTRAINT "ck"',
      ]);
      await history.read(database(), 'SELECT');
      const dataSource = await database().connect({ entities: [], migrations: [] });
      for (const sql of againAs('ck', 'CHECK ("size" > 0) NOT VALID')) await dataSource.query(sql);
      const { changes } = await history.checked(database(), [entity('shop', BEFORE, CHECK)]);
      expect(changes).to.deep.equal([
        'alter-check: Check shop.ck: validated is no, the entities declare yes.',
      ]);
    }));

  it('A check that only a generated revision left NOT VALID is validated by the next one', () =>
    History.lend('postgres', async (history) => {
      await history.generate([entity('shop', BEFORE)]);
      history.byHand([
        `DO $$BEGIN EXECUTE 'ALTER TABLE shop ADD CONSTRAINT ck CHECK (size > 0) NOT' || ' VALID'; END$$`,
      ]);
      const report = await history.generate([entity('shop', BEFORE, CHECK)]);
      expect(statementsIn(report, 'postgres')).to.equal('ALTER TABLE "shop" VALIDATE CONSTRAINT "ck"');
    }));
});

function suite(dialect: DialectName, kinds: readonly Kind[]): (database: () => TestDatabase) => void {
  return (database) => {
    for (const { what, byHand, rest = {}, unmanaged, warnings, sql, kept, since = 0 } of kinds)
      it(`${what} of a revision written by hand is unmanaged, and generated changes keep it`, async function () {
        if (since > 0 && (await isBefore(database(), since))) return;
        await History.lend(dialect, async (history) => {
          const shop = (columns: Columns): EntitySchema[] => [entity('shop', columns, rest)];
          await history.generate(shop(BEFORE));
          history.byHand(byHand);
          const report = await history.generate(shop(AFTER), { allowRewrite: true });
          expect(report.warnings).to.deep.equal(warnings);
          expect(statementsIn(report, dialect)).to.contain('bigint');
          const again = await history.generate(shop(AFTER));
          expect(again).to.deep.include({ revisions: [], warnings });
          expect(await history.checked(database(), shop(AFTER))).to.deep.equal({
            ...{ status: 'in-sync', changes: [], uncomparable: [], unmanaged },
          });
          const [row] = await history.read(database(), sql);
          expect(String(row?.['text'])).to.equal(kept);
        });
      });
  };
}

/** Whether the server is older than a version. */
async function isBefore(database: TestDatabase, version: number): Promise<boolean> {
  const dataSource = await database.connect({ entities: [], migrations: [] });
  const [row] =
    await dataSource.query<readonly { readonly server_version_num: string }[]>('SHOW server_version_num');
  return Number(row?.server_version_num) < version * 10_000;
}

onDatabase(
  'postgres',
  'Kinds that entities cannot declare (PostgreSQL)',
  suite('postgres', [...POSTGRES, ...CLAUSES]),
);
onDatabase('sqlite', 'Kinds that entities cannot declare (SQLite)', suite('sqlite', SQLITE));
