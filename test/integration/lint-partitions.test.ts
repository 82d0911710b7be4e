import { expect } from 'chai';
import { lint } from '../../src/lint/lint.js';
import type { Finding } from '../../src/lint/finding.js';
import { RULE_IDS, type RuleId } from '../../src/lint/rule-id.js';
import { stepsOf } from '../support/advice.js';
import { execute, onRawConnection, rowsOf } from '../support/cli-database.js';
import { onDatabase } from '../support/databases.js';
import { OTHER_RULES, PARTED_CASES, type PartedCase } from '../support/partitioned-cases.js';
import { PARTITIONED, PARTITIONED_ROWS } from '../support/partitioned-world.js';
import { made, type Written } from '../unit/lint/linted.js';

const FILLED: readonly (readonly [string, string])[] = [
  ['<the value of the rows that exist>', '7'],
  ['<release>', '2.4'],
  ['<date>', 'Sunday'],
  ['ADD CONSTRAINT "ck_note" <its definition>', 'ADD CONSTRAINT "ck_note" CHECK (length("note") > 0)'],
  ['<its columns>', '(lower("note"))'],
];

function findings(rule: RuleId, ...revisions: readonly Written[]): Promise<readonly Finding[]> {
  return findingsAfter(PARTITIONED, rule, ...revisions);
}

const READING = 'ALTER TABLE "app"."reading"';
const READINGS = [
  'CREATE SCHEMA "app"',
  'CREATE SCHEMA "archive"',
  'CREATE TABLE "app"."zone" ("id" integer PRIMARY KEY)',
  'INSERT INTO "app"."zone" VALUES (1), (2)',
  'CREATE TABLE "app"."reading" ("v" integer) PARTITION BY HASH ("v")',
];
const readingPart = (schema: string) =>
  `CREATE TABLE \"${schema}\".\"rest\" PARTITION OF "app"."reading" FOR VALUES WITH (MODULUS 1, REMAINDER 0)`;

async function findingsAfter(
  before: readonly string[],
  rule: RuleId,
  ...revisions: readonly Written[]
): Promise<readonly Finding[]> {
  const history = made('History1000000000000', { up: before });
  const all = revisions.map((one, index) => made(`Change${1_000_000_002_000 + 1000 * index}`, one));
  const report = await lint([history, ...all], { after: 'History' });
  return report.findings.filter((finding) => finding.rule === rule);
}

onDatabase('postgres', 'What lint prints for a table of many parts, run on one with rows', (database) => {
  async function run({
    statements,
    transaction,
  }: Awaited<ReturnType<typeof stepsOf>>[number]): Promise<void> {
    await onRawConnection(database(), async (query) => {
      await query(`SET statement_timeout = '25s'`);
      for (const sql of transaction ? ['BEGIN', ...statements, 'COMMIT'] : statements) await query(sql);
    });
  }

  for (const [rule, cases] of Object.entries(PARTED_CASES) as [RuleId, readonly PartedCase[]][])
    for (const { title, statement, first = [], transaction, holds, isFoundAgain } of cases)
      it(`The advice of ${rule} can be executed for ${title}`, async () => {
        const written = { up: [...first, statement], ...(transaction === false ? { transaction } : {}) };
        const [finding, ...more] = await findings(rule, written);
        expect(more).to.deep.equal([]);
        const advice = FILLED.reduce(
          (text, [words, by]) => text.replaceAll(words, by),
          finding?.replacement ?? '',
        );
        expect(advice).not.to.equal('');
        await execute(database(), [...PARTITIONED, ...PARTITIONED_ROWS]);
        for (const sql of first) await execute(database(), [sql]);
        const steps = await stepsOf(advice);
        for (const step of steps) await run(step);
        expect(
          await rowsOf(
            database(),
            `SELECT ${holds ?? 'true'} AS holds, (SELECT count(*)::int FROM pg_index WHERE NOT indisvalid) AS invalid`,
          ),
        ).to.deep.equal([{ holds: true, invalid: 0 }]);
        if (isFoundAgain) return;
        const revisions = steps.map((step) => ({
          up: step.statements,
          ...(step.transaction ? {} : ({ transaction: false } as const)),
        }));
        const before = first.length === 0 ? [] : [{ up: first }];
        const [again] = await findings(rule, ...before, ...revisions);
        expect(again?.message).to.equal(undefined);
      });

  for (const [rule, statement, index] of [
    ['create-index-blocking', 'CREATE INDEX "ix_r" ON "app"."reading" ("v")', 'app.ix_r'],
    ['add-unique-constraint', `${READING} ADD CONSTRAINT "uq_r" UNIQUE ("v")`, 'app.uq_r'],
    ['add-unique-constraint', `${READING} ADD CONSTRAINT "pk_r" PRIMARY KEY ("v")`, 'app.pk_r'],
    [
      'add-foreign-key-validated',
      `${READING} ADD CONSTRAINT "fk_r" FOREIGN KEY ("v") REFERENCES "app"."zone"`,
      null,
    ],
  ] as const)
    for (const isNamed of [true, false])
      it(`The advice of ${rule} can be executed for ${statement}, with a partition that ${isNamed ? 'a' : 'no'} revision names`, async () => {
        const history = isNamed ? [...READINGS, readingPart('archive')] : READINGS;
        const [finding] = await findingsAfter(history, rule, { up: [statement] });
        const advice = finding?.replacement ?? '';
        expect(advice.includes('<partition>')).to.equal(!isNamed);
        await execute(database(), [
          ...READINGS,
          readingPart(isNamed ? 'archive' : 'app'),
          'INSERT INTO "app"."reading" VALUES (1), (2)',
        ]);
        const sql = advice.replaceAll('<partition>', 'rest');
        for (const step of await stepsOf(sql)) await run(step);
        expect(
          await rowsOf(
            database(),
            `SELECT (SELECT bool_and(convalidated) FROM pg_constraint WHERE conname IN ('fk_r')) IS NOT FALSE AS valid,
                    (SELECT count(*)::int FROM pg_index WHERE NOT indisvalid) AS invalid,
                    ${index === null ? '2' : `(SELECT count(*)::int FROM pg_partition_tree('${index}'))`} AS parts`,
          ),
        ).to.deep.equal([{ valid: true, invalid: 0, parts: 2 }]);
      });

  it('What lint prints for a table of many parts, run on one with rows down-does-not-undo: an index of the table, which nothing drops concurrently', async () => {
    const index = 'CREATE INDEX CONCURRENTLY "ix_m" ON "measure" ("zone_id")';
    const [finding] = await findings('down-does-not-undo', { up: [index], transaction: false });
    await execute(database(), [...PARTITIONED, index.replace('CONCURRENTLY ', '')]);
    for (const step of await stepsOf(finding?.replacement ?? '')) await run(step);
    expect(
      await rowsOf(database(), `SELECT relname FROM pg_class WHERE relname ~ '^ix_m$|zone_id_idx'`),
    ).to.deep.equal([]);
  });

  it('What lint prints for a table of many parts, run on one with rows updates no column of the key in batches, since a row moves to another partition', async () => {
    const written = { up: [`UPDATE "measure" SET "at" = '2026-01-01'`] };
    expect(
      (await findings('write-without-where', written)).map(({ replacement }) => replacement),
    ).to.deep.equal([null]);
    const moved = { up: ['ALTER TABLE "measure_2027" RENAME COLUMN "id" TO "number"'] };
    expect((await findings('rename-column', moved)).map(({ replacement }) => replacement)).to.deep.equal([
      null,
    ]);
  });

  it('What lint prints for a table of many parts, run on one with rows knows what ATTACH, DETACH, INHERIT and NO INHERIT make of a table', async () => {
    const index = { up: ['CREATE INDEX "ix_m" ON "measure" ("zone_id")'] };
    const after = async (...statements: readonly string[]) =>
      (await findingsAfter([...PARTITIONED, ...statements], 'create-index-blocking', index))[0]
        ?.replacement ?? '';
    expect(await after()).to.include('"measure_2028"');
    expect(await after('ALTER TABLE "measure" DETACH PARTITION "measure_2028"')).not.to.include(
      '"measure_2028"',
    );
    expect(await after('ALTER TABLE "measure_2026" RENAME TO "first"')).to.include('"first"');
    expect(await after('DROP TABLE "measure_2027"')).not.to.include('measure_2027');
    const trigger = async (...statements: readonly string[]) => {
      const renamed = { up: ['ALTER TABLE "logs" RENAME COLUMN "v" TO "w"'] };
      return (
        (await findingsAfter([...PARTITIONED, ...statements], 'rename-column', renamed))[0]?.replacement ?? ''
      );
    };
    expect(await trigger()).to.include('ON "logs_old"');
    expect(await trigger('ALTER TABLE "logs_old" NO INHERIT "logs"')).not.to.include('"logs_old"');
    expect(
      await trigger('CREATE TABLE "more" ("id" integer)', 'ALTER TABLE "more" INHERIT "logs"'),
    ).to.include('"more"');
  });

  it('What lint prints for a table of many parts, run on one with rows is tried for every rule that prints statements about a table', () => {
    const tried = Object.keys(PARTED_CASES) as RuleId[];
    expect([...tried, ...OTHER_RULES].sort()).to.deep.equal([...RULE_IDS].sort());
  });
});
