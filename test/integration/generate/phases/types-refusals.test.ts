import { expect } from 'chai';
import type { EntitySchema } from 'typeorm';
import type { PhasesRefusedError } from '../../../../src/errors/generate.js';
import type { GenerateOptions } from '../../../../src/generate/generate-revisions.js';
import { onDatabase } from '../../../support/databases.js';
import { entity } from '../../drift/no-false-alarm-database.js';
import type { Columns, Rest } from '../../drift/no-false-alarm-database.js';
import { History, statementsIn } from '../history.js';

type Column = NonNullable<NonNullable<Columns>[string]>;

function job(columns: Columns, rest: Rest = {}): EntitySchema {
  return entity('job', columns, { tableName: 'job', ...rest });
}

const NUMBER = {
  to: (value: unknown) => value,
  from: (value: unknown) => (typeof value === 'string' ? Number(value) : value),
};

/** A change of a column, and the sentence about it. */
interface Refused {
  readonly from: Column;
  readonly to: Column;
  readonly rest?: Rest;
  readonly byHand?: readonly string[];
  readonly words?: Partial<GenerateOptions>;
  readonly problem: string;
}

const TYPE = (from: string, to: string) =>
  `job.n: type ${from} becomes ${to}, and the application would read other values in both releases.`;
const PROPERTY = (to: string) =>
  `Or add a property of type ${to} with --backfill, and drop this one in a later release.`;
const TRANSFORMER = 'Read both types alike first, with a transformer, and make the change with --one-step.';
const PARSED =
  'The driver gives a bigint as text. Set parseInt8: true, or give the property a transformer that reads a text as a number; generate once, so that snapshot.json records it; deploy that release; then change the type.';
const WIDER = { from: { type: 'smallint' }, to: { type: 'integer' } } as const;
const PLACE = 'job.n, smallint to integer:';
const AGAIN = 'Drop it in an earlier revision and add it again in a later one.';
const KEEPS = 'CREATE FUNCTION keeps() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$';

const REFUSED: Readonly<Record<string, Refused>> = {
  'a number that becomes a text for the application': {
    from: { type: 'integer' },
    to: { type: 'bigint' },
    problem: `${TYPE('integer', 'bigint')} ${PARSED} ${PROPERTY('bigint')}`,
  },
  'the same, with a transformer that no release has yet': {
    from: { type: 'integer' },
    to: { type: 'bigint', transformer: NUMBER },
    problem: `${TYPE('integer', 'bigint')} ${PARSED} ${PROPERTY('bigint')}`,
  },
  'the same, though the table may be rewritten': {
    from: { type: 'integer' },
    to: { type: 'bigint' },
    words: { allowRewrite: true },
    problem: `${TYPE('integer', 'bigint')} ${PARSED} ${PROPERTY('bigint')}`,
  },
  'a text that becomes an object': {
    from: { type: 'text' },
    to: { type: 'jsonb' },
    problem: `${TYPE('text', 'jsonb')} ${TRANSFORMER} ${PROPERTY('jsonb')}`,
  },
  'a column of a check': {
    ...WIDER,
    rest: { checks: [{ name: 'ck', expression: 'n > 0' }] },
    problem: `${PLACE} the check ck uses it. ${AGAIN}`,
  },
  'a column of a condition': {
    ...WIDER,
    rest: { indices: [{ name: 'ix', columns: ['id'], where: 'n > 0' }] },
    problem: `${PLACE} the index ix has an expression or a condition over it. ${AGAIN}`,
  },
  'a column that a materialized view reads': {
    ...WIDER,
    byHand: ['CREATE MATERIALIZED VIEW kept AS SELECT n FROM job'],
    problem: `${PLACE} the materialized view kept reads it, and would be filled while the table is locked. ${AGAIN}`,
  },
  'a column of a table that others inherit': {
    ...WIDER,
    byHand: ['CREATE TABLE heir () INHERITS (job)'],
    problem: `${PLACE} the table inherits, or is inherited from. Make the change in one step.`,
  },
  'a table with a trigger that runs last': {
    ...WIDER,
    byHand: [KEEPS, 'CREATE TRIGGER zzz BEFORE INSERT ON job FOR EACH ROW EXECUTE FUNCTION keeps()'],
    problem: `${PLACE} the trigger zzz runs behind that of the second column. Give it a name that sorts before zz_odb_.`,
  },
  'a column that also becomes nullable': {
    from: { type: 'smallint' },
    to: { type: 'integer', nullable: true },
    problem: `${PLACE} it also changes in another way (nullable). Change it in another release.`,
  },
};

onDatabase('postgres', 'Type that two releases cannot use', () => {
  for (const [what, { from, to, rest = {}, byHand, words = {}, problem }] of Object.entries(REFUSED))
    it(`is refused for ${what}, with a way out`, async () => {
      await History.lend('postgres', async (history) => {
        history.isPhased = true;
        await history.generate([job({ n: from }, rest)]);
        if (byHand) history.byHand(byHand);
        const error = await history.generate([job({ n: to }, rest)], words).then(
          () => undefined,
          (failure: unknown) => failure as PhasesRefusedError,
        );
        expect([error?.code, error?.problems]).to.deep.equal(['PHASES_REFUSED', [problem]]);
      });
    });

  it('is accepted once a release has the transformer, which generating alone records', async function () {
    this.timeout(120_000);
    await History.lend('postgres', async (history) => {
      history.isPhased = true;
      const number = (type: 'integer' | 'bigint', transformer?: typeof NUMBER) => [
        job({ n: { type, nullable: true, ...(transformer ? { transformer } : {}) } }),
      ];
      await history.generate(number('integer'));
      expect((await history.generate(number('integer', NUMBER))).revisions).to.deep.equal([]);
      const report = await history.generate(number('bigint', NUMBER));
      expect(report.revisions.filter(({ phase }) => phase === 'contract')).to.not.deep.equal([]);
    });
  });

  it('rewrites the table where the user prefers that', async () => {
    await History.lend('postgres', async (history) => {
      history.isPhased = true;
      await history.generate([job({ n: WIDER.from })]);
      const report = await history.generate([job({ n: WIDER.to })], { allowRewrite: true });
      expect(statementsIn(report, 'postgres')).to.contain('ALTER TABLE "job" ALTER COLUMN "n" TYPE integer');
      expect(report.warnings.join('\n')).to.contain('in one step');
    });
  });

  it('stays a plain change where no row is rewritten', async () => {
    await History.lend('postgres', async (history) => {
      history.isPhased = true;
      const both = (length: number, at: 'timestamp' | 'timestamptz') => [
        job(
          { name: { type: 'varchar', length }, at: { type: at } },
          { indices: [{ name: 'ix_at', columns: ['at'] }] },
        ),
      ];
      await history.generate(both(20, 'timestamp'));
      const report = await history.generate(both(40, 'timestamptz'), { timeZones: ['job.at=UTC'] });
      const former = 'orchestrator_db.former_time_zone';
      expect(statementsIn(report, 'postgres').split('\n')).to.deep.equal([
        'DROP INDEX CONCURRENTLY IF EXISTS "ix_at"',
        `SELECT pg_catalog.set_config('${former}', pg_catalog.current_setting('TimeZone'), true)`,
        "SET LOCAL timezone = 'UTC'",
        'ALTER TABLE "job" ALTER COLUMN "at" TYPE timestamp with time zone',
        `SELECT pg_catalog.set_config('TimeZone', pg_catalog.current_setting('${former}'), true)`,
        'ALTER TABLE "job" ALTER COLUMN "name" TYPE character varying(40)',
        'CREATE INDEX CONCURRENTLY IF NOT EXISTS "ix_at" ON "job" ("at")',
      ]);
      expect(report.warnings).to.deep.equal([]);
    });
  });
});
