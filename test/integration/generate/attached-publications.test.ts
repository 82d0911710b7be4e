import { GROWN, RETYPED, verifyKept } from './attached-case.js';

verifyKept('A table in a publication', [
  [
    'where a column of its list and its condition gets another type',
    RETYPED,
    [`CREATE PUBLICATION pub FOR TABLE job (id, n) WHERE (n > 3) WITH (publish = 'insert')`],
  ],
  ['where a type gets one more value', GROWN, ['CREATE PUBLICATION pub FOR TABLE job (id, st)']],
]);
