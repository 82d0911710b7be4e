import { expect } from 'chai';
import type { EntitySchemaColumnOptions } from 'typeorm';
import { UnconfirmedChangesError } from '../../../src/errors/generate.js';
import { VerificationFailedError } from '../../../src/errors/verification.js';
import { NO_CONFIRMATIONS, type ConfirmationOptions } from '../../../src/generate/confirm/confirmations.js';
import { Revision, type DialectStatements } from '../../../src/migrator/revision.js';
import { entity, type Rest } from '../drift/no-false-alarm-database.js';
import { generateBoth, type Entities, type History } from './property/run.js';
import { statementsIn } from '../../../src/generate/write/revision-class.js';

const TEXT: EntitySchemaColumnOptions = { type: 'text', nullable: true };
const IN_C: EntitySchemaColumnOptions = { ...TEXT, collation: 'C' };
const CITEXT: EntitySchemaColumnOptions = { ...TEXT, type: 'citext' };

const INDEX: Rest = { indices: [{ name: 'ix', columns: ['note'] }] };
const UNIQUE: Rest = { uniques: [{ name: 'uq', columns: ['note'] }] };
const AT: EntitySchemaColumnOptions = { type: 'timestamp', nullable: true };

function job(note: EntitySchemaColumnOptions, rest: Rest): Entities {
  return [entity('job', { note, n: { type: 'integer', nullable: true } }, { tableName: 'job', ...rest })];
}

class Citext1700000000500 extends Revision {
  override readonly postgres: DialectStatements = {
    up: ['CREATE EXTENSION IF NOT EXISTS citext'],
    down: ['DROP EXTENSION citext'],
  };
  override readonly sqlite: DialectStatements = { up: [], down: [] };
}

interface Change {
  readonly from?: EntitySchemaColumnOptions;
  readonly to: EntitySchemaColumnOptions;
  readonly rest: Rest;
  readonly words?: Partial<ConfirmationOptions>;
}

function changed({ from = TEXT, to, rest, words = {} }: Change): Promise<History> {
  return generateBoth({
    ...{ before: job(from, rest), after: job(to, rest), words: { ...NO_CONFIRMATIONS, ...words } },
    ...{ dialects: ['postgres'], byHand: [Citext1700000000500] },
  });
}

function upOf({ generated: { revisions } }: History): readonly string[] {
  return revisions.flatMap(({ part }) => statementsIn(part.groups.postgres).up);
}

async function problemsOf(change: Change): Promise<readonly string[]> {
  const error: unknown = await changed(change).catch((failure: unknown) => failure);
  if (error instanceof VerificationFailedError) return error.lines;
  expect(error).to.be.instanceOf(UnconfirmedChangesError);
  return (error as UnconfirmedChangesError).changes.map(({ problem }) => problem);
}

describe('A change for which PostgreSQL rebuilds the indexes of a column', function () {
  this.timeout(120_000);

  for (const [what, to, type] of [
    ['another collation', IN_C, 'text COLLATE "C"'],
    ['citext', CITEXT, 'citext'],
  ] as const) {
    it(`A revision drops an index before ${what} and builds it again without blocking writes`, async () => {
      const statements = upOf(await changed({ to, rest: INDEX }));
      const [drop, alter, create, ...more] = statements.filter((sql) => !sql.includes('CREATE EXTENSION'));
      expect(drop).to.equal('DROP INDEX CONCURRENTLY IF EXISTS "ix"');
      expect(alter).to.equal(`ALTER TABLE "job" ALTER COLUMN "note" TYPE ${type}`);
      expect(create).to.equal('CREATE INDEX CONCURRENTLY IF NOT EXISTS "ix" ON "job" ("note")');
      expect(more).to.deep.equal([]);
    });

    it(`A revision never drops a unique constraint for ${what}: the change requires --allow-rewrite`, async () => {
      const words = what === 'citext' ? 'type text becomes citext' : 'collation default becomes C';
      expect(await problemsOf({ to, rest: UNIQUE })).to.deep.equal([
        `${words}: no row is rewritten, but PostgreSQL rebuilds the constraint uq and blocks reads and writes of the table`,
      ]);
      await changed({ to, rest: UNIQUE, words: { allowRewrite: true } });
    });
  }

  for (const [what, from, to, where] of [
    ['citext', TEXT, CITEXT, `"note" <> 'x'`],
    ['an instant', AT, { ...AT, type: 'timestamptz' }, `"note" > '2001-01-01 00:00'`],
  ] as const)
    it(`A revision creates a unique index with a condition again, so that the condition matches ${what}`, async () => {
      const rest: Rest = {
        indices: [{ name: 'ux', columns: ['n'], unique: true, where }],
        checks: [{ name: 'ck', expression: where }],
      };
      const timeZones = what === 'citext' ? [] : ['job.note=UTC'];
      const up = upOf(await changed({ from, to, rest, words: { allowRewrite: true, timeZones } }));
      expect(up[0]).to.equal('DROP INDEX CONCURRENTLY IF EXISTS "ux"');
      expect(up.some((sql) => sql.startsWith('CREATE UNIQUE INDEX CONCURRENTLY'))).to.equal(true);
      const [problem] = await problemsOf({ from, to, rest, words: { timeZones } });
      expect(problem).to.include('PostgreSQL rebuilds the unique index ux');
    });
});
