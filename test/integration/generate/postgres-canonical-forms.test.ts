import { expect } from 'chai';
import { DependentsLostError } from '../../../src/errors/lost-dependents.js';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EntitySchema } from 'typeorm';
import { fillTables } from '../../../src/generate/verify/fixtures/fill-tables.js';
import { onDatabase } from '../../support/databases.js';
import { account, FailureWorld, type Revisions } from './failure-world.js';
import { onScratch } from './verify-scratch.js';

const NULLABLE = { type: 'integer', nullable: true } as const;

describe('Expressions in spellings that only PostgreSQL reads', function () {
  this.timeout(120_000);
  let folder = '';
  beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'orchestrator-db-spellings-'))));
  afterEach(() => rm(folder, { recursive: true }));
  const world = new FailureWorld('postgres', () => folder);

  const upOf = async (after: EntitySchema, before: Revisions) =>
    (await world.generate(after, before)).revisions.map(({ postgres }) => postgres.up.join(';\n'));

  for (const volatile of ['RANDOM()', 'U&"r\\0061ndom"()', '"pg_catalog"."random"()'])
    it(`A revision fills a new column in batches where its default is ${volatile}`, async () => {
      const before = await world.history(account({}));
      const up = await upOf(account({ a: { type: 'double precision', default: () => volatile } }), before);
      expect(up[0]).to.include('ADD COLUMN "a" double precision');
      expect(up[0]?.split('\n')[0]).to.not.include('DEFAULT');
      expect(up.join('\n')).to.match(/UPDATE/);
    });

  it('A revision adds a column at once where the name of a volatile function is only a text or a type', async () => {
    const before = await world.history(account({}));
    const up = await upOf(
      account({ a: { type: 'text', nullable: true, default: () => "concat('a', E'random\\\\')" } }),
      before,
    );
    expect(up).to.have.length(1);
    expect(up[0]).to.match(/ADD COLUMN "a" text DEFAULT/);
  });

  it('A revision of its own uses a new value of an enumerated type', async () => {
    const mood = (values: readonly string[], checks: readonly { name: string; expression: string }[]) =>
      account({ m: { type: 'enum', enumName: 'mood', enum: [...values] } }, { checks: [...checks] });
    const before = await world.history(mood(['a'], []));
    const check = { name: 'ck_ac', expression: `"m" <> E'it\\'s'` };
    const up = await upOf(mood(['a', "it's"], [check]), before);
    expect(up).to.have.length(3);
    expect(up[0]).to.include("ADD VALUE 'it''s'").and.not.include('ck_ac');
    expect(up[1]).to.include('ck_ac');
  });

  it('The generator warns about a constant that calls a function with the name of a column', async () => {
    const uniques = { uniques: [{ name: 'uq_ac', columns: ['a'] }] };
    const length = { length: NULLABLE };
    const before = await world.history(account({ a: NULLABLE, ...length }, uniques));
    const after = account({ a: { type: 'integer' }, ...length }, uniques);
    const { warnings } = await world.generate(after, before, { backfills: [`ac.a=length('abc')`] });
    expect(warnings.map((one) => one.split(' gives ')[0])).to.deep.equal([`ac.a: --backfill length('abc')`]);
  });

  it('The generator names the revision whose DO block created the blocking object', async () => {
    const body = "RETURN (SELECT a FROM ac WHERE $b$ $c$ $b$ <> '' LIMIT 1)";
    const made = `DO $a$ BEGIN CREATE FUNCTION seen() RETURNS text ${body}; END $a$`;
    const before = await world.history(account({ a: NULLABLE }), made);
    const work = world.generate(account({ a: { type: 'text', nullable: true } }), before, {
      allowRewrite: true,
    });
    const error: unknown = await work.catch((reason: unknown) => reason);
    expect(error).to.be.instanceOf(DependentsLostError);
    expect((error as DependentsLostError).lines[1]).to.match(
      /^function seen \(created in 1795699000000-ByHand\.ts\): /,
    );
  });
});

onDatabase('postgres', 'Rows for checks that PostgreSQL spells in its own way', (database) => {
  for (const [columns, check] of [
    ['a varchar(20)', String.raw`a = 'c:\temp'`],
    ['a varchar(20)', String.raw`a = E'tab\there'`],
    ['a varchar(20)', String.raw`a LIKE 'x\_y\\%'`],
    ['a integer', 'a = -77777'],
    ['"a.b" varchar(20)', `"a.b" = $q$it's $$ here$q$`],
    ['"A" integer, a integer', '"A" > 5000 AND a < -5000'],
    ['a varchar(20)', `a = ANY ('{"x, y","say \\"z\\""}'::text[])`],
    ['a varchar(20) COLLATE "C"', `(a COLLATE "C", 1) >= ('zz', 1)`],
  ] as const)
    it(`The verification creates rows for a check that PostgreSQL respells: ${check}`, async () => {
      const statements = [
        `CREATE TABLE t (id integer PRIMARY KEY, ${columns.replace(/(?=,|$)/g, ' NOT NULL')}, CONSTRAINT ck CHECK (${check}))`,
      ];
      const { empty } = await onScratch(database(), { statements }, ({ queryRunner, schema }) =>
        fillTables(queryRunner, schema),
      );
      expect(empty).to.deep.equal([]);
    });
});
