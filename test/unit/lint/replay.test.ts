import { expect } from 'chai';
import type { Finding } from '../../../src/lint/finding.js';
import { lint } from '../../../src/lint/lint.js';
import type { RuleId } from '../../../src/lint/rule-id.js';
import { up } from './cases/case.js';
import { findingsOf, HISTORY, made, type Written } from './linted.js';

/** The report of a rule about a group: its advice, or its message without one. */
async function statements(rule: RuleId, ...group: readonly Written[]): Promise<readonly (string | null)[]> {
  const findings = await findingsOf(...group);
  return findings.filter((finding) => finding.rule === rule).map(({ replacement }) => replacement);
}

async function words(...group: readonly Written[]): Promise<readonly string[]> {
  const findings = await findingsOf(...group);
  return findings.filter(({ rule }) => rule === 'down-does-not-undo').map(({ message }) => message);
}

/** Revisions that are no group. */
async function inHistory(...revisions: readonly Written[]): Promise<readonly Finding[]> {
  const stamp = (index: number) => `Change${1_000_000_000_000 + 100 * index}`;
  return (await lint(revisions.map((written, index) => made(stamp(index), written)))).findings;
}

describe('The schema that lint replays', () => {
  it('The replayed schema renames a table in the foreign keys that refer to it', async () => {
    const group = [
      up('CREATE TABLE "a" ("id" bigint, "job_id" bigint REFERENCES "jobs" ("id"))'),
      up('ALTER TABLE "jobs" RENAME TO "tasks"', 'TRUNCATE "tasks" CASCADE'),
    ];
    expect(await statements('truncate-cascade', ...group)).to.deep.equal(['TRUNCATE "tasks", "a";']);
  });

  it('The replayed schema gives a constraint the columns of the index that it takes over', async () => {
    const unique = [
      up('CREATE UNIQUE INDEX CONCURRENTLY "uq" ON "jobs" ("note")'),
      up('ALTER TABLE "jobs" ADD CONSTRAINT "uq" UNIQUE USING INDEX "uq"'),
    ];
    const rename = up('ALTER TABLE "jobs" RENAME "note" TO "words"');
    expect(await statements('rename-column', ...unique, rename)).to.deep.equal([null]);
    const key = [
      up('ALTER TABLE "jobs" DROP CONSTRAINT "pk_jobs"'),
      up('CREATE UNIQUE INDEX CONCURRENTLY "pk" ON "jobs" ("note")'),
      up('ALTER TABLE "jobs" ADD CONSTRAINT "pk" PRIMARY KEY USING INDEX "pk"'),
      up('ALTER TABLE "jobs" ALTER "note" SET NOT NULL'),
    ];
    // One for the key itself; none for SET NOT NULL behind it.
    const [ofKey, ...others] = await statements('set-not-null-unproven', ...key);
    expect(ofKey).to.match(/PRIMARY KEY USING INDEX "pk";$/);
    expect(others).to.deep.equal([]);
  });

  for (const made of [
    'ADD COLUMN "copy" text GENERATED ALWAYS AS ("note") STORED',
    'ADD COLUMN "copy" text, ADD CONSTRAINT "uq" UNIQUE ("cost") INCLUDE ("copy")',
    'ADD COLUMN "copy" text, ADD CONSTRAINT "ex" EXCLUDE USING gist ("cost" WITH =) WHERE ("copy" IS NULL)',
  ])
    it(`The replayed schema knows what would be lost with a column: ${made}`, async () => {
      const group = [up(`ALTER TABLE "jobs" ${made}`), up('SELECT 1')];
      const apart = { up: ['ALTER TABLE "jobs" ALTER "copy" TYPE varchar(9)'] };
      expect(await statements('change-type-rewrite', ...group, apart)).to.deep.equal([null]);
    });

  it('The replayed schema drops a check together with its column', async () => {
    const group = {
      up: [
        'ALTER TABLE "jobs" ADD CONSTRAINT "ck" CHECK ("cost" > "worker_id") NOT VALID',
        'ALTER TABLE "jobs" DROP COLUMN "worker_id"',
      ],
      down: ['ALTER TABLE "jobs" ADD COLUMN "worker_id" bigint'],
    };
    expect(await words(group)).to.deep.equal([]);
  });

  it('The replayed schema has indexes in the schema of their table', async () => {
    const group = {
      up: ['ALTER TABLE "jobs" SET SCHEMA "app"', 'DROP INDEX "app"."ix_jobs_status"'],
      down: [
        'CREATE INDEX "ix_jobs_status" ON "app"."jobs" ("status")',
        'ALTER TABLE "app"."jobs" SET SCHEMA "public"',
      ],
    };
    expect(await words(group)).to.deep.equal([]);
    expect(await words({ ...group, down: group.down.slice(1) })).to.have.length(1);
  });

  it('The replayed schema has the key of a partitioned table under its new name', async () => {
    const findings = await inHistory(
      up('CREATE TABLE "events" ("at" timestamptz, "note" text) PARTITION BY RANGE ("at")'),
      up('ALTER TABLE "events" RENAME COLUMN "at" TO "since"', 'UPDATE "events" SET "since" = now()'),
    );
    const [finding] = findings.filter(({ rule }) => rule === 'write-without-where');
    expect(finding?.replacement).to.equal(null);
  });

  it('The replayed schema has a table that IF EXISTS drops a part of, but not one that ALTER TABLE IF EXISTS names', async () => {
    const added = 'ALTER TABLE "events" ADD COLUMN "a" text';
    const left = ['After the way down the column "a" of "events" is still there.'];
    for (const part of ['COLUMN "b"', 'CONSTRAINT "ck"']) {
      const drop = part.replace(' ', ' IF EXISTS ');
      expect(await words(up(`ALTER TABLE "events" DROP ${drop}`, added))).to.deep.equal(left);
    }
    const maybe = { up: ['ALTER TABLE IF EXISTS "events" DROP COLUMN IF EXISTS "b"'], down: [] };
    expect(await words({ ...maybe, down: ['DROP TABLE IF EXISTS "events"'] })).to.deep.equal([]);
  });

  it('The replayed schema has the names that PostgreSQL gives', async () => {
    const advice = async (sql: string) =>
      (await statements('down-does-not-undo', { up: [sql], down: [] }))[0];
    expect(
      await advice('CREATE INDEX ON "jobs" ("note", lower("note"), ("cost" + 1)) INCLUDE ("at")'),
    ).to.equal('DROP INDEX "jobs_note_lower_expr_at_idx";');
    const add = 'ALTER TABLE "jobs" ADD CHECK ("cost" > ';
    expect(await advice(`${add}0)`)).to.contain('DROP CONSTRAINT "jobs_cost_check";');
    expect(await advice(`${add}"id")`)).to.contain('DROP CONSTRAINT "jobs_check";');
  });

  it('The replayed schema has no temporary table', async () => {
    expect(await words(up('CREATE TEMPORARY TABLE "t" AS SELECT 1'))).to.deep.equal([]);
  });

  it('The replayed schema has types under their current names', async () => {
    const findings = await inHistory(
      up(...HISTORY),
      up('ALTER TABLE "jobs" ADD "kind" "jobKind", ADD "sign" "char"'),
      up('ALTER TABLE "jobs" RENAME "kind" TO "sort"'),
      up('ALTER TABLE "jobs" RENAME "sign" TO "mark"'),
    );
    const advice = findings.filter(({ rule }) => rule === 'rename-column').map((one) => one.replacement);
    expect(advice[0]).to.contain('ADD COLUMN "sort" "jobKind";');
    expect(advice[1]).to.contain('ADD COLUMN "mark" "char";');
  });
});
