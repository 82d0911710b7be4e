import { expect } from 'chai';
import type { DataSource, EntitySchemaColumnOptions } from 'typeorm';
import { UnconfirmedChangesError } from '../../../src/errors/generate.js';
import { NO_CONFIRMATIONS, type ConfirmationOptions } from '../../../src/generate/confirm/confirmations.js';
import { lint } from '../../../src/lint/lint.js';
import { migrateDown, migrateUp } from '../../../src/migrator/migrate.js';
import { Revision, type DialectStatements } from '../../../src/migrator/revision.js';
import { entity, type Rest } from '../drift/no-false-alarm-database.js';
import { generateBoth, onRealDatabase, type Entities, type History } from './property/run.js';
import { statementsIn } from '../../../src/generate/write/revision-class.js';

const NOTE = (length: number): EntitySchemaColumnOptions => ({ type: 'varchar', length, nullable: true });

function job(length: number, rest: Rest = {}): Entities {
  return [
    entity(
      'job',
      { note: NOTE(length), n: { type: 'integer', nullable: true } },
      { tableName: 'job', ...rest },
    ),
  ];
}

/** Objects that no entity can declare: TypeORM ignores them, and a revision by hand creates them. */
const OWN: Rest = { indices: [{ name: 'ix_lower', columns: ['note'], synchronize: false }] };
const made = (index: string) =>
  class ByHand1700000000500 extends Revision {
    override readonly postgres: DialectStatements = { up: [index], down: ['DROP INDEX "ix_lower"'] };
    override readonly sqlite: DialectStatements = { up: [], down: [] };
  };

interface Wider {
  readonly rest: Rest;
  readonly index?: string;
  readonly words?: Partial<ConfirmationOptions>;
}

function widened({ rest, index, words = {} }: Wider): Promise<History> {
  return generateBoth({
    ...{ before: job(50, rest), after: job(100, rest), words: { ...NO_CONFIRMATIONS, ...words } },
    ...{ dialects: ['postgres'], byHand: index === undefined ? [] : [made(index)] },
  });
}

function upOf({ generated: { revisions } }: History): readonly (readonly string[])[] {
  return revisions.map(({ part }) => statementsIn(part.groups.postgres).up);
}

async function rulesFound({ first, next }: History): Promise<readonly string[]> {
  const { findings } = await lint(
    [...first, ...next].map((revision) => new revision()),
    { after: first.at(-1)?.name ?? '' },
  );
  return findings.map(({ rule }) => rule);
}

async function onHead(
  history: History,
  rest: Rest,
  use: (dataSource: DataSource, target: string) => Promise<void>,
) {
  const migrations = [...history.first, ...history.next];
  await onRealDatabase('postgres', { entities: job(100, rest), migrations }, async (dataSource) => {
    const target = history.first.at(-1)?.name ?? '';
    await migrateUp(dataSource, { target });
    await use(dataSource, target);
  });
}

const DEFINITIONS = `SELECT pg_get_indexdef(indexrelid) AS definition FROM pg_index WHERE indrelid = 'job'::regclass ORDER BY 1`;

describe('A wider type, and what depends on the column', function () {
  this.timeout(120_000);

  it('A wider type keeps an index over the column in place', async () => {
    const history = await widened({ rest: { indices: [{ name: 'ix', columns: ['note'] }] } });
    expect(upOf(history)).to.deep.equal([
      ['ALTER TABLE "job" ALTER COLUMN "note" TYPE character varying(100)'],
    ]);
  });

  it('A wider type drops a check in the same transaction, and the next revision validates it', async () => {
    const history = await widened({ rest: { checks: [{ name: 'ck', expression: `"note" <> 'x'` }] } });
    // The first one has only work for down: there it validates the check.
    expect(upOf(history)).to.deep.equal([
      [],
      [
        'ALTER TABLE "job" DROP CONSTRAINT "ck"',
        'ALTER TABLE "job" ALTER COLUMN "note" TYPE character varying(100)',
        `ALTER TABLE "job" ADD CONSTRAINT "ck" CHECK ("note" <> 'x') NOT VALID`,
      ],
      ['ALTER TABLE "job" VALIDATE CONSTRAINT "ck"'],
    ]);
    expect(await rulesFound(history)).to.deep.equal([]);
  });

  it('A wider type rebuilds a partial index without blocking writes', async () => {
    const rest = { indices: [{ name: 'ix', columns: ['n'], where: `"note" <> 'x'` }] };
    const history = await widened({ rest });
    const made = upOf(history).flat();
    expect(made[0]).to.equal('DROP INDEX CONCURRENTLY IF EXISTS "ix"');
    expect(made[1]).to.equal('ALTER TABLE "job" ALTER COLUMN "note" TYPE character varying(100)');
    expect(made[2]).to.match(/^CREATE INDEX CONCURRENTLY IF NOT EXISTS "ix" ON "job" \("n"\) WHERE /);
    expect(await rulesFound(history)).to.deep.equal([]);
  });

  it('A wider type rebuilds an index over an expression that no entity declares', async () => {
    const index = `CREATE INDEX "ix_lower" ON "job" (lower("note") text_pattern_ops, "n" DESC) WHERE "n" > 0`;
    const history = await widened({ rest: OWN, index });
    expect(upOf(history)).to.have.length(3);
    await onHead(history, OWN, async (dataSource, target) => {
      const before = await dataSource.query<unknown>(DEFINITIONS);
      await migrateUp(dataSource);
      expect(JSON.stringify(await dataSource.query<unknown>(DEFINITIONS))).to.include('ix_lower');
      await migrateDown(dataSource, { target });
      expect(await dataSource.query<unknown>(DEFINITIONS)).to.deep.equal(before);
    });
  });

  for (const [what, rest, index, words] of [
    [
      'a unique index over an expression',
      OWN,
      'CREATE UNIQUE INDEX "ix_lower" ON "job" (lower("note"))',
      'the unique index ix_lower',
    ],
    [
      'a unique partial index',
      { indices: [{ name: 'ux', columns: ['n'], unique: true, where: `"note" <> 'x'` }] },
      undefined,
      'the unique index ux',
    ],
    [
      'an exclusion constraint over an expression',
      { exclusions: [{ name: 'ex', expression: 'USING btree (lower("note") WITH =)' }] },
      undefined,
      'the exclusion constraint ex',
    ],
  ] as const)
    it(`A wider type never drops ${what}: it requires --allow-rewrite, and keeps it in place with it`, async () => {
      const of = { rest: rest as Rest, ...(index === undefined ? {} : { index }) };
      const error = await widened(of).then(
        () => undefined,
        (failure: unknown) => failure,
      );
      expect(error).to.be.instanceOf(UnconfirmedChangesError);
      expect((error as UnconfirmedChangesError).changes.map(({ problem }) => problem)).to.deep.equal([
        `type character varying(50) becomes character varying(100): no row is rewritten, but PostgreSQL rebuilds ${words} and blocks reads and writes of the table`,
      ]);
      const history = await widened({ ...of, words: { allowRewrite: true } });
      expect(upOf(history)).to.deep.equal([
        [
          '-- lint-allow change-type-rebuild: asked for with --allow-rewrite\n        ALTER TABLE "job" ALTER COLUMN "note" TYPE character varying(100)',
        ],
      ]);
      expect(await rulesFound(history)).to.deep.equal([]);
    });

  it('A wider type requires --allow-rewrite where a stored column is computed from it', async () => {
    const computed = {
      up: { type: 'text', nullable: true, asExpression: 'upper("note")', generatedType: 'STORED' },
    } as const;
    const of = (length: number) => [entity('job', { note: NOTE(length), ...computed }, { tableName: 'job' })];
    const error = await generateBoth({
      before: of(50),
      after: of(100),
      words: NO_CONFIRMATIONS,
      dialects: ['postgres'],
    }).then(
      () => undefined,
      (failure: unknown) => failure,
    );
    expect(error).to.be.instanceOf(UnconfirmedChangesError);
  });
});
