import { GROWN, RETYPED, verifyKept } from './attached-case.js';

verifyKept('A rule', [
  [
    'where a column gets another type',
    RETYPED,
    [
      'CREATE RULE ru AS ON UPDATE TO job WHERE NEW.n > 3 DO ALSO DELETE FROM job WHERE n = NEW.n AND id = 77',
      'ALTER TABLE job DISABLE RULE ru',
      `COMMENT ON RULE ru ON job IS 'mine'`,
    ],
  ],
  [
    'where a type gets one more value',
    GROWN,
    [`CREATE RULE ru AS ON DELETE TO job WHERE OLD.st = 'a' DO INSTEAD NOTHING`],
  ],
]);
