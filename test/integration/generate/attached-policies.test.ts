import { table, KEY } from './case.js';
import { GROWN, RETYPED, SHRUNK, verifyKept } from './attached-case.js';

const OTHER = table('o', KEY);

verifyKept('A policy', [
  [
    'where a column gets another type',
    RETYPED,
    [
      'CREATE POLICY po ON job AS RESTRICTIVE FOR UPDATE TO pg_monitor USING (n > 3) WITH CHECK (n > 4)',
      'ALTER TABLE job ENABLE ROW LEVEL SECURITY',
      `COMMENT ON POLICY po ON job IS 'it''s mine'`,
    ],
  ],
  [
    'where a column of another table gets another type',
    { before: [...RETYPED.before, ...OTHER], after: [...RETYPED.after, ...OTHER] },
    ['CREATE POLICY po ON o USING (EXISTS (SELECT FROM job WHERE n = o.id))'],
  ],
  ['where a type gets one more value', GROWN, [`CREATE POLICY po ON job USING (st = 'a')`]],
  ['where a type loses a value', SHRUNK, [`CREATE POLICY po ON job USING (st = 'a')`]],
]);
