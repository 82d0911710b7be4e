import { readdirSync } from 'node:fs';
import { expect } from 'chai';
import { lint } from '../../src/lint/lint.js';
import type { RuleId } from '../../src/lint/rule-id.js';
import { pageOf, stepsOf } from '../support/advice.js';
import { execute, onRawConnection, rowsOf } from '../support/cli-database.js';
import { onDatabase } from '../support/databases.js';
import { root } from '../support/run-script.js';
import { untilAsleep, untilLocked } from '../support/until.js';
import { batches } from '../unit/lint/cases/batches.js';
import { made } from '../unit/lint/linted.js';

const STATE = `CREATE TYPE "state" AS ENUM ('OPEN', 'GONE')`;
const PARCELS =
  'CREATE TABLE "parcels" ("id" integer NOT NULL, "state" "state" NOT NULL, "note" varchar(20) NOT NULL, "v" integer NOT NULL, "w" integer NOT NULL)';

/** The tables, by what is special about them. */
const WORLDS: Readonly<Record<string, readonly string[]>> = {
  'a table': [STATE, PARCELS],
  'a table with a unique index': [
    STATE,
    PARCELS,
    'CREATE UNIQUE INDEX "ix_parcels" ON "parcels" ("id", "v", "state")',
  ],
  'a partitioned table': [
    STATE,
    `${PARCELS} PARTITION BY RANGE ("id")`,
    'CREATE TABLE "parcels_a" PARTITION OF "parcels" FOR VALUES FROM (1) TO (30)',
    'CREATE TABLE "parcels_b" PARTITION OF "parcels" FOR VALUES FROM (30) TO (100)',
  ],
  'a table with heirs': [STATE, PARCELS, 'CREATE TABLE "parcels_old" () INHERITS ("parcels")'],
};
const ROWS = [
  `INSERT INTO "parcels" SELECT i, 'OPEN', 'note', 7, i FROM generate_series(1, 60) AS i`,
  `DO $$ BEGIN IF to_regclass('parcels_old') IS NOT NULL THEN INSERT INTO "parcels_old" SELECT 99, 'OPEN', 'note', 7, 1; END IF; END $$`,
];

/** What is replaced, and which rows are left to do. */
const REPLACED: readonly (readonly [rule: RuleId, sql: string, left: string])[] = [
  ['write-without-where', 'UPDATE "parcels" SET "v" = 0', '"v" <> 0'],
  ['write-without-where', 'DELETE FROM "parcels"', 'true'],
  ['rename-column', 'ALTER TABLE "parcels" RENAME COLUMN "note" TO "word"', '"word" IS NULL'],
  ['rename-enum-value', `ALTER TYPE "state" RENAME VALUE 'OPEN' TO 'FREE'`, `"state" = 'OPEN'`],
  ['change-type-rewrite', 'ALTER TABLE "parcels" ALTER COLUMN "w" TYPE bigint', '"w_new" IS NULL'],
  [
    'add-column-volatile-default',
    'ALTER TABLE "parcels" ADD COLUMN "key" uuid DEFAULT gen_random_uuid()',
    '"key" IS NULL',
  ],
];

/** Zero, after a while in which another session may write the row. */
const SLEEPS = 'length(pg_catalog.pg_sleep(0.5)::text)';

/** The block, and what comes before it. */
async function printedFor(world: readonly string[], [rule, sql]: (typeof REPLACED)[number]) {
  const history = made('History1000000000000', { up: world });
  const { findings } = await lint([history, made('Change1000000002000', { up: [sql] })], {
    after: 'History',
  });
  const advice = findings.find((finding) => finding.rule === rule)?.replacement ?? '';
  const statements = (await stepsOf(advice)).flatMap((step) => step.statements);
  const at = statements.findIndex((statement) => statement.startsWith('DO $batches$'));
  return { before: statements.slice(0, at), block: statements[at] ?? '' };
}

onDatabase(
  'postgres',
  'A block in batches that lint prints, where another session holds a row',
  (database) => {
    async function run(sql: string): Promise<void> {
      await onRawConnection(database(), async (query) => {
        await query(`SET statement_timeout = '20s'`);
        await query(sql);
      });
    }

    async function leftOf(left: string): Promise<readonly unknown[]> {
      const rows = await rowsOf(database(), `SELECT "id" FROM "parcels" WHERE ${left} ORDER BY "id"`);
      return rows.map(({ id }) => id);
    }

    async function whileHeld(hold: string, work: () => Promise<void>): Promise<void> {
      await onRawConnection(database(), async (query) => {
        await query('BEGIN');
        await query(hold);
        await work();
        await query('COMMIT');
      });
    }

    for (const [title, world] of Object.entries(WORLDS))
      for (const replaced of title === 'a table' ? REPLACED : REPLACED.slice(0, 2)) {
        const [rule, sql, left] = replaced;
        it(`A block in batches beside a locked row does all other rows, reports that one is left, and does it next time: ${rule}, ${title}, ${sql}`, async () => {
          const { before, block } = await printedFor(world, replaced);
          await execute(database(), [...world, ...ROWS, ...before]);
          await whileHeld('SELECT FROM "parcels" WHERE "id" = 40 FOR SHARE', async () => {
            const error: unknown = await run(block).catch((reason: unknown) => reason);
            expect(String(error)).to.include('1 rows of parcels are left: other sessions lock them');
          });
          expect(await leftOf(left)).to.deep.equal([40]);
          await run(block);
          expect(await leftOf(left)).to.deep.equal([]);
        });
      }

    it('A block in batches that lint prints, where another session holds a row, returns to a row that is held for a moment', async () => {
      const { block } = await printedFor(WORLDS['a table'] ?? [], REPLACED[0]!);
      await execute(database(), [STATE, PARCELS, ...ROWS]);
      let running: Promise<void> | undefined;
      await whileHeld('UPDATE "parcels" SET "w" = 0 WHERE "id" = 40', async () => {
        running = run(block);
        while ((await leftOf('"v" <> 0')).length > 1) await new Promise((resolve) => setTimeout(resolve, 20));
      });
      await running;
      expect(await leftOf('"v" <> 0')).to.deep.equal([]);
    });

    it('A block in batches that lint prints, where another session holds a row, does a row that moves to another partition while a batch is about to lock it', async () => {
      const world = WORLDS['a partitioned table'] ?? [];
      const { block } = await printedFor(world, [
        'write-without-where',
        'UPDATE "parcels" SET "v" = "w"',
        '',
      ]);
      await execute(database(), [...world, ...ROWS]);
      const slow = block.replaceAll('"w"', `CASE "id" WHEN 29 THEN ${SLEEPS} ELSE 0 END`);
      expect(slow).not.to.equal(block);
      const running = run(slow);
      await untilAsleep((sql) => rowsOf(database(), sql));
      await execute(database(), ['UPDATE "parcels" SET "id" = 61 WHERE "id" = 29']);
      await running;
      expect(await leftOf('"v" <> 0')).to.deep.equal([]);
    });

    it('A block in batches that lint prints, where another session holds a row, continues without a partition that this session drops', async () => {
      const world = WORLDS['a partitioned table'] ?? [];
      const { block } = await printedFor(world, REPLACED[0]!);
      await execute(database(), [...world, ...ROWS]);
      let running: Promise<void> | undefined;
      await onRawConnection(database(), async (query) => {
        await query('BEGIN');
        await query('LOCK TABLE "parcels_b" IN ACCESS EXCLUSIVE MODE');
        running = run(block);
        await untilLocked((sql) => rowsOf(database(), sql));
        await query('DROP TABLE "parcels_b"');
        await query('COMMIT');
      });
      await running;
      expect(await leftOf('"v" <> 0')).to.deep.equal([]);
    });

    it('A block in batches that lint prints, where another session holds a row, does a row that a foreign key refers to at that time, since no key of it changes', async () => {
      const world = [STATE, PARCELS, 'ALTER TABLE "parcels" ADD PRIMARY KEY ("id")'];
      const { block } = await printedFor(world, REPLACED[0]!);
      await execute(database(), [
        ...world,
        ...ROWS,
        'CREATE TABLE "doors" ("parcel" integer REFERENCES "parcels")',
      ]);
      await whileHeld('INSERT INTO "doors" VALUES (40)', () => run(block));
      expect(await leftOf('"v" <> 0')).to.deep.equal([]);
    });

    it('A block in batches that lint prints, where another session holds a row, ends where each transaction finds every row left to do again', async () => {
      const { block } = await printedFor(WORLDS['a table'] ?? [], [
        'write-without-where',
        'UPDATE "parcels" SET "note" = "w"::text',
        '',
      ]);
      await execute(database(), [STATE, PARCELS, ...ROWS]);
      // Another value in each transaction, as a function of the user's own may give it.
      const unending = block.replaceAll('"w"::text', 'extract(epoch FROM now())::text');
      expect(unending).not.to.equal(block);
      await run(unending);
    });

    it('A block in batches that lint prints, where another session holds a row, reports that rows are left which a trigger keeps', async () => {
      const { block } = await printedFor(WORLDS['a table'] ?? [], REPLACED[0]!);
      await execute(database(), [
        STATE,
        PARCELS,
        ...ROWS,
        'CREATE FUNCTION "keep"() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$',
        'CREATE TRIGGER "keep" BEFORE UPDATE ON "parcels" FOR EACH ROW WHEN (OLD."id" < 3) EXECUTE FUNCTION "keep"()',
      ]);
      const error: unknown = await run(block).catch((reason: unknown) => reason);
      expect(String(error)).to.include('2 rows of parcels are left');
      expect(await leftOf('"v" <> 0')).to.deep.equal([1, 2]);
    });
  },
);

describe('The blocks in batches of the pages', () => {
  for (const rule of readdirSync(`${root}docs/rules`).map((name) => name.replace(/\.md$/, '')))
    for (const [index, [block = '']] of [
      ...pageOf(rule).matchAll(/DO \$batches\$[^]*?END \$batches\$;/g),
    ].entries())
      it(`The blocks in batches of the pages are what lint prints: ${rule}, block ${index + 1}`, () => {
        const [, table = '', set = ''] = /UPDATE ONLY %1\$s AS ("[^"]+")( SET [^\n]*)/.exec(block) ?? [];
        const [, left = ''] = /RETURNING ([^\n]*) AS is_left/.exec(block) ?? [];
        const printed = batches(table.slice(1, -1), `UPDATE ${table}${set}`, left);
        expect(`-- alone in a revision with transaction = false:\n${block}`).to.equal(printed);
      });
});
