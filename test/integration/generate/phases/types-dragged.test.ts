import { expect } from 'chai';
import type { EntitySchema } from 'typeorm';
import { checkDrift } from '../../../../src/drift/check-drift.js';
import { onDatabase } from '../../../support/databases.js';
import { entity } from '../../drift/no-false-alarm-database.js';
import { compareCatalogs, PhasedWorld, type Pair } from './phased-world.js';

function job(type: 'smallint' | 'integer'): readonly EntitySchema[] {
  return [
    entity(
      'job',
      {
        id: { type, primary: true, primaryKeyConstraintName: 'pk_job' },
        n: { type, default: 3, comment: 'how many' },
        kind: { type: 'text', nullable: true },
      },
      {
        tableName: 'job',
        uniques: [{ name: 'uq', columns: ['n', 'kind'] }],
        indices: [{ name: 'ix', columns: ['kind', 'n'] }],
      },
    ),
  ];
}

/** Everything that a column may have and that no entity declares. */
const BY_HAND = [
  'CREATE VIEW busy AS SELECT n, kind FROM job WHERE n > 1',
  'CREATE VIEW busier AS SELECT n FROM busy',
  'GRANT SELECT ON busy TO pg_monitor',
  "COMMENT ON VIEW busy IS 'read by people'",
  'GRANT SELECT (n), UPDATE (n) ON job TO pg_monitor',
  'ALTER TABLE job ALTER n SET STATISTICS 7',
  'CREATE STATISTICS together ON n, kind FROM job',
  'CREATE FUNCTION noted() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$',
  'CREATE TRIGGER noted AFTER UPDATE OF n ON job FOR EACH ROW EXECUTE FUNCTION noted()',
  'ALTER TABLE job ENABLE ROW LEVEL SECURITY',
  'CREATE POLICY few ON job FOR SELECT USING (n < 100)',
  'DROP PUBLICATION IF EXISTS outward',
  'CREATE PUBLICATION outward FOR TABLE job (id, n)',
  'ALTER TABLE job REPLICA IDENTITY USING INDEX pk_job',
  'ALTER TABLE job CLUSTER ON ix',
  "COMMENT ON CONSTRAINT uq ON job IS 'one a kind'",
  'ALTER INDEX ix SET (fillfactor = 70)',
];

const PAIR: Pair = { before: job('smallint'), after: job('integer'), byHand: BY_HAND };

onDatabase('postgres', 'What hangs on a column that gets another type', (database) => {
  it('is on the column in its place, and both releases are in sync all the time', async function () {
    this.timeout(240_000);
    const plain = await PhasedWorld.plainCatalog(database(), { ...PAIR, words: { allowRewrite: true } });
    await PhasedWorld.lend(database(), PAIR, async (world) => {
      const status = (release: 'before' | 'after') =>
        world.as(release, async (one) => {
          const report = await checkDrift(one);
          return [report.status, report.changes] as const;
        });
      await world.bring('start');
      const start = await world.catalog();
      await world.bring('expand');
      expect(await status('before')).to.deep.equal(['in-sync', []]);
      expect(await status('after')).to.deep.equal(['in-sync', []]);
      await world.bring('contract');
      expect(await status('after')).to.deep.equal(['in-sync', []]);
      expect(compareCatalogs(plain, await world.catalog())).to.deep.equal([]);
      await world.bring('expand');
      expect(await status('before')).to.deep.equal(['in-sync', []]);
      await world.bring('start');
      expect(compareCatalogs(start, await world.catalog())).to.deep.equal([]);
    });
  });
});
