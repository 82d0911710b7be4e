import type { KnownSchema } from '../replay/known-schema.js';
import { actionRule, BOTH } from '../rule.js';
import type { ConstraintFact } from '../sql/action.js';
import { isPartitioned, isProvenNotNull } from '../replay/parts.js';
import { schemaOf, unqualified } from '../../databases/postgres/parse/names.js';
import { indexSteps, leavesRowsAlone } from '../advice/parted.js';
import { addedColumn, ALONE, NEXT_REVISION, notNullSteps, script } from '../advice/replacements.js';
import { quotePath, quotePaths } from '../../sql/quote.js';

/** A constraint that builds its index while the table is locked. */
export const addUniqueConstraint = actionRule({
  id: 'add-unique-constraint',
  directions: BOTH,
  on: ['add-constraint', 'add-column'],
  check: (action, { before, isNew }) => {
    const written = action.kind === 'add-constraint' ? [action.constraint] : action.column.constraints;
    const constraint = written.find(({ kind, usingIndex }) => kind in WORDS && usingIndex === null);
    const isOnly = action.kind === 'add-constraint' && leavesRowsAlone(before, action);
    if (!constraint || isNew(action.table) || isOnly) return null;
    return {
      message:
        `Adding the constraint ${quotePath(constraint.name)} builds an index over all rows of ${quotePath(action.table)} and ` +
        'blocks reads and writes of the table.',
      replacement: replacement(action.table, constraint, before),
    };
  },
});

const WORDS: Partial<Record<ConstraintFact['kind'], string>> = {
  unique: 'UNIQUE',
  'primary-key': 'PRIMARY KEY',
  exclusion: '',
};

/** No index for an exclusion constraint can be built beforehand, nor for a key WITHOUT OVERLAPS, which is one inside. */
function replacement(table: string, constraint: ConstraintFact, before: KnownSchema): string | null {
  const { name, columns, part } = constraint;
  if (part.kind !== 'unique' && part.kind !== 'primary-key') return null;
  if (constraint.overlapping) return null;
  const { kind } = part;
  const nullable = columns.filter(
    (column) => kind === 'primary-key' && !isProvenNotNull(before, { table, column }),
  );
  const { include, nulls, deferrable } = part.model;
  const including = include.length === 0 ? '' : `INCLUDE (${quotePaths(include)})`;
  const distinct = nulls === 'distinct' ? '' : 'NULLS NOT DISTINCT';
  const timing = deferrable === null ? '' : `DEFERRABLE ${deferrable}`;
  const keys = `(${quotePaths(columns)})`;
  const onLeaf = (leaf: string, own: string) =>
    words(
      `CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS ${quotePath(unqualified(own))} ON ${quotePath(leaf)}`,
      ...[keys, including, distinct],
    );
  const using = (leaf: string, own: string) => {
    const index = quotePath(unqualified(own));
    const added = `ALTER TABLE ${quotePath(leaf)} ADD CONSTRAINT ${index}`;
    return words(added, WORDS[kind] ?? '', 'USING INDEX', index, timing);
  };
  const required = nullable.flatMap((column) => [...notNullSteps(table, column), NEXT_REVISION]);
  const column = addedColumn(table, constraint);
  if (!isPartitioned(before, table))
    return script(...column, ALONE, onLeaf(table, name), NEXT_REVISION, ...required, using(table, name));
  const onParent = (parent: string, own: string) => {
    const added = `ALTER TABLE ONLY ${quotePath(parent)} ADD CONSTRAINT ${quotePath(unqualified(own))}`;
    return words(added, [WORDS[kind], distinct].filter(Boolean).join(' '), keys, including, timing);
  };
  const forms = { onParent, onLeaf, beforeAttach: (leaf: string, own: string) => [using(leaf, own)] };
  return script(
    ...column,
    ...required,
    ...indexSteps({ schema: before, table, name: schemaOf(table) + name }, forms),
  );
}

function words(...parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join(' ');
}
