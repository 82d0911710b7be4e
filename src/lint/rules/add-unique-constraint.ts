import { isProvenNotNull, type Catalog } from '../catalog/catalog.js';
import { actionRule, BOTH } from '../rule.js';
import type { ConstraintFact } from '../sql/action.js';
import { addedColumn, ALONE, NEXT_REVISION, notNullSteps, script } from './replacements.js';
import { quotePath, quotePaths } from '../../sql/quote.js';

/** A constraint that builds its index while the table is locked. */
export const addUniqueConstraint = actionRule({
  id: 'add-unique-constraint',
  directions: BOTH,
  on: ['add-constraint', 'add-column'],
  check: (action, { before, isNew }) => {
    const written = action.kind === 'add-constraint' ? [action.constraint] : action.column.constraints;
    const constraint = written.find(({ kind, usingIndex }) => kind in WORDS && usingIndex === null);
    if (!constraint || isNew(action.table)) return null;
    return {
      message:
        `Adding the constraint ${quotePath(constraint.name)} builds an index over all rows of ${quotePath(action.table)} while ` +
        'nobody can read or write the table.',
      replacement: replacement(action.table, constraint, before),
    };
  },
});

const WORDS: Partial<Record<ConstraintFact['kind'], string>> = {
  unique: 'UNIQUE',
  'primary-key': 'PRIMARY KEY',
  exclude: '',
};

/** No index for an exclusion constraint can be built beforehand. */
function replacement(table: string, constraint: ConstraintFact, before: Catalog): string | null {
  const { kind, name, columns, text } = constraint;
  if (kind === 'exclude') return null;
  const nullable = columns.filter(
    (column) => kind === 'primary-key' && !isProvenNotNull(before, table, column),
  );
  const [including = ''] = /\bINCLUDE\s*\([^)]*\)/i.exec(text) ?? [];
  const distinct = /\bNULLS\s+NOT\s+DISTINCT\b/i.test(text) ? 'NULLS NOT DISTINCT' : '';
  const [timing = ''] =
    /\b(NOT\s+)?DEFERRABLE(\s+INITIALLY\s+\w+)?\s*$|\bINITIALLY\s+\w+\s*$/i.exec(text) ?? [];
  const index = `(${quotePaths(columns)})`;
  return script(
    ...addedColumn(table, constraint),
    ALONE,
    words(
      `CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS ${quotePath(name)} ON ${quotePath(table)}`,
      ...[index, including, distinct],
    ),
    NEXT_REVISION,
    ...nullable.flatMap((column) => [...notNullSteps(table, column), NEXT_REVISION]),
    words(
      `ALTER TABLE ${quotePath(table)} ADD CONSTRAINT ${quotePath(name)}`,
      ...[WORDS[kind] ?? '', 'USING INDEX', quotePath(name), timing.trim()],
    ),
  );
}

function words(...parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join(' ');
}
