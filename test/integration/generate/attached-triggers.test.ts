import { job } from './case.js';
import { FUNCTION, GROWN, RETYPED, verifyKept } from './attached-case.js';

const trigger = (name: string, when: string, condition = '') =>
  `CREATE TRIGGER ${name} BEFORE ${when} ON job FOR EACH ROW ${condition} EXECUTE FUNCTION noted()`;

verifyKept('A trigger', [
  [
    'where a column gets another type',
    RETYPED,
    [
      FUNCTION,
      trigger('tr', 'UPDATE OF n, other'),
      'ALTER TABLE job ENABLE ALWAYS TRIGGER tr',
      `COMMENT ON TRIGGER tr ON job IS 'mine'`,
      trigger('off', 'UPDATE', 'WHEN (OLD.n IS DISTINCT FROM NEW.n)'),
      'ALTER TABLE job DISABLE TRIGGER off',
      'CREATE CONSTRAINT TRIGGER late AFTER UPDATE OF n ON job DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION noted()',
    ],
  ],
  [
    'where a column gets another name and another type',
    {
      before: RETYPED.before,
      after: job({ n: { type: 'bigint', nullable: true }, more: { type: 'bigint', nullable: true } }),
      words: { renames: ['job.other:more'] },
    },
    [FUNCTION, 'CREATE TRIGGER tr BEFORE UPDATE OF n ON job FOR EACH ROW EXECUTE FUNCTION noted()'],
  ],
  ['where a type gets one more value', GROWN, [FUNCTION, trigger('tr', 'UPDATE', `WHEN (NEW.st = 'a')`)]],
]);
