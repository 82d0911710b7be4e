import { RECOMPUTED, RETYPED, verifyKept } from './attached-case.js';

verifyKept('A right on a column', [
  ['where the column gets another type', RETYPED, ['GRANT SELECT (n) ON job TO PUBLIC']],
  [
    'where the column is computed in another way',
    RECOMPUTED,
    [
      'GRANT SELECT (g), REFERENCES (g) ON job TO PUBLIC',
      'GRANT SELECT (g) ON job TO pg_monitor WITH GRANT OPTION',
      'ALTER TABLE job ALTER COLUMN g SET (n_distinct = 5)',
    ],
  ],
]);
