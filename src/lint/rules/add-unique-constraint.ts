import { actionRule, BOTH } from '../rule.js';
import type { ConstraintFact } from '../sql/action.js';
import { quote, quoteAll } from '../sql/names.js';
import { ALONE, NEXT_REVISION, script } from './replacements.js';

/** A constraint that builds its index while the table is locked. */
export const addUniqueConstraint = actionRule({
  id: 'add-unique-constraint',
  directions: BOTH,
  on: ['add-constraint', 'add-column'],
  check: (action, { isNew }) => {
    const written = action.kind === 'add-constraint' ? [action.constraint] : action.column.constraints;
    const constraint = written.find(({ kind, usingIndex }) => kind in WORDS && usingIndex === null);
    if (!constraint || isNew(action.table)) return null;
    return {
      message:
        `Adding the constraint ${quote(constraint.name)} builds an index over all rows of ${quote(action.table)} while ` +
        'nobody can read or write the table.',
      replacement: replacement(action.table, constraint),
    };
  },
});

const WORDS: Partial<Record<ConstraintFact['kind'], string>> = {
  unique: 'UNIQUE',
  'primary-key': 'PRIMARY KEY',
  exclude: '',
};

/** No index for an exclusion constraint can be built beforehand. */
function replacement(table: string, { kind, name, columns }: ConstraintFact): string | null {
  if (kind === 'exclude') return null;
  return script(
    ALONE,
    `CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS ${quote(name)} ON ${quote(table)} (${quoteAll(columns)})`,
    NEXT_REVISION,
    `ALTER TABLE ${quote(table)} ADD CONSTRAINT ${quote(name)} ${WORDS[kind] ?? ''} USING INDEX ${quote(name)}`,
  );
}
