import { expect } from 'chai';
import { check, index, job, NUMBER, table, TEXT } from './case.js';
import { FUNCTION, verifyKept } from './attached-case.js';
import { generateTogether, runTogether, statementsOf, type Together } from './together.js';
import type { Entities } from './property/run.js';

const OTHER = table('other', { n: NUMBER });
const PARTS = { ...index(['n']), ...check('n > 0') };
const DROPPED: Together = {
  before: [...job({ n: NUMBER, name: TEXT }, PARTS), ...OTHER],
  after: OTHER,
  words: { drops: ['job'] },
};

/** What a revision written by hand gives a table. */
const GIVEN: readonly string[] = [
  FUNCTION,
  'CREATE TRIGGER tr BEFORE UPDATE OF n ON job FOR EACH ROW EXECUTE FUNCTION noted()',
  'ALTER TABLE job DISABLE TRIGGER tr',
  `COMMENT ON TRIGGER tr ON job IS 'of rows'`,
  'CREATE POLICY po ON job USING (n > 3)',
  'ALTER TABLE job ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY',
  'CREATE RULE ru AS ON DELETE TO job DO INSTEAD NOTHING',
  `COMMENT ON INDEX ix IS 'fast'`,
  `COMMENT ON CONSTRAINT ck ON job IS 'positive'`,
  'GRANT UPDATE (n) ON job TO PUBLIC',
  'ALTER TABLE job SET (fillfactor = 50, autovacuum_enabled = false)',
  'CREATE STATISTICS st ON n, name FROM job',
  'ALTER TABLE job ALTER name SET STORAGE EXTERNAL, ALTER n SET STATISTICS 300',
  'ALTER TABLE job ALTER n SET (n_distinct = 5)',
  'ALTER TABLE job REPLICA IDENTITY FULL',
  'ALTER TABLE job CLUSTER ON ix',
  'CREATE INDEX hand ON job ((n + 1))',
  'ALTER INDEX hand ALTER COLUMN 1 SET STATISTICS 91',
  'CREATE PUBLICATION pub FOR TABLE job',
  'ALTER TABLE job ADD CONSTRAINT late CHECK (n < 9) NOT VALID',
];

describe('The way down of a dropped table (PostgreSQL)', function () {
  this.timeout(120_000);

  it('The way down of a dropped table creates it again with all that a revision written by hand gave it', async () => {
    const gone = await runTogether({ ...DROPPED, byHand: GIVEN });
    expect(gone.join('\n')).to.contain('gone: trigger').and.contain('gone: policy').and.contain('gone: rule');
  });

  it('The way down of a dropped table gives it to its owner and grants its rights again', async () => {
    const byHand = ['GRANT SELECT, UPDATE ON job TO PUBLIC', 'ALTER TABLE job OWNER TO pg_monitor'];
    const down = statementsOf(await generateTogether({ ...DROPPED, byHand }), 'down');
    expect(down.filter((sql) => /^GRANT| OWNER TO /.test(sql))).to.deep.equal([
      'ALTER TABLE job OWNER TO pg_monitor',
      'GRANT SELECT ON job TO PUBLIC',
      'GRANT UPDATE ON job TO PUBLIC',
    ]);
  });

  it('The way down of two dropped tables with a foreign key between them gives its comment again', async () => {
    const parents = table('word', { id: { type: 'integer', primary: true } });
    const children = job(
      { n: NUMBER },
      { foreignKeys: [{ name: 'fk', target: 'word', columnNames: ['n'], referencedColumnNames: ['id'] }] },
    );
    const given = {
      ...DROPPED,
      before: [...parents, ...children, ...OTHER],
      words: { drops: ['job', 'word'] },
    };
    const byHand = [`COMMENT ON CONSTRAINT fk ON job IS 'to its word'`];
    expect(await runTogether({ ...given, byHand })).to.not.deep.equal([]);
  });
});

const stored = (type: 'text' | 'varchar' | 'jsonb'): Entities => job({ body: { type, nullable: true } });

verifyKept('Storage and compression of a column', [
  [
    'where it gets another type',
    { before: stored('text'), after: stored('varchar') },
    ['ALTER TABLE job ALTER body SET STORAGE EXTERNAL', 'ALTER TABLE job ALTER body SET COMPRESSION pglz'],
  ],
  [
    'where its table is rewritten',
    { before: stored('jsonb'), after: stored('text') },
    ['ALTER TABLE job ALTER body SET STORAGE MAIN', 'ALTER TABLE job ALTER body SET COMPRESSION pglz'],
  ],
]);
