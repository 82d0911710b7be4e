import type { Catalog, CatalogIndex } from '../catalog/catalog.js';
import { columnIn } from '../catalog/catalog.js';
import { actionRule, BOTH } from '../rule.js';
import { typeText } from '../sql/column.js';
import { quote } from '../sql/names.js';
import { NEXT_REVISION, script } from './replacements.js';
import { sessionZone } from './time-zones.js';
import { keepsInstants, keepsValues } from './type-changes.js';

/** A change of a type that writes no row, and builds an index anew or checks every row while the table is locked. */
export const changeTypeRebuild = actionRule({
  id: 'change-type-rebuild',
  directions: BOTH,
  on: ['change-type'],
  check: ({ table, column, type, using }, { before, earlier, isNew }) => {
    const former = columnIn(before, table, column)?.type ?? null;
    if (former === null || isNew(table) || sameType(former, type)) return null;
    const isInstant = using.kind === 'none' && keepsInstants(former, type, sessionZone(earlier));
    if (!isInstant && (using.kind === 'computed' || !keepsValues(former, type))) return null;
    const found = rebuiltParts(before, { table, column, isInstant });
    if (found.length === 0) return null;
    return {
      message:
        `Changing ${quote(column)} of ${quote(table)} from ${typeText(former)} to ${typeText(type)} writes no row, but ` +
        `reads every row, for ${listed(found.map(({ words }) => words))}, while nobody can read or write the table.`,
      replacement: script(
        ...found.map(({ without }) => without),
        NEXT_REVISION,
        `ALTER TABLE ${quote(table)} ALTER COLUMN ${quote(column)} TYPE ${typeText(type)}`,
        NEXT_REVISION,
        ...found.map(({ again }) => again),
      ),
    };
  },
});

/** What PostgreSQL makes anew, how it is taken off before, and how it is made again. */
interface RebuiltPart {
  readonly words: string;
  readonly without: string;
  readonly again: string;
}

interface Retyped {
  readonly table: string;
  readonly column: string;
  /** Between a timestamp and an instant: there every index over the column is another one afterwards. */
  readonly isInstant: boolean;
}

function rebuiltParts({ tables, indexes }: Catalog, of: Retyped): readonly RebuiltPart[] {
  const { table, column, isInstant } = of;
  const found = [...indexes].filter(
    ([, index]) => index.table === table && isRebuilt(index, column, isInstant),
  );
  const constraints = [...(tables.get(table)?.constraints ?? [])].filter(
    ([, { kind, validated, columns, mentions }]) =>
      (kind === 'check' && validated && mentions.includes(column)) ||
      (kind === 'exclude' && isRebuilt({ columns, included: [], mentions }, column, isInstant)) ||
      (isInstant && (kind === 'unique' || kind === 'primary-key') && columns.includes(column)),
  );
  return [
    ...found.map(([name]) => ({
      words: `the index ${quote(name)}`,
      without: `DROP INDEX CONCURRENTLY ${quote(name)}`,
      again: `-- CREATE INDEX CONCURRENTLY ${quote(name)}, as it was`,
    })),
    ...constraints.map(([name]) => ({
      words: `the constraint ${quote(name)}`,
      without: `ALTER TABLE ${quote(table)} DROP CONSTRAINT ${quote(name)}`,
      again: `-- ADD CONSTRAINT ${quote(name)}, as it was, without reading every row under the lock`,
    })),
  ];
}

/** An index that has an expression or a predicate is rebuilt whatever of it the column is in. */
function isRebuilt(
  { columns, included, mentions }: Pick<CatalogIndex, 'columns' | 'included' | 'mentions'>,
  column: string,
  isInstant: boolean,
): boolean {
  if (mentions.length === 0) return isInstant && columns.includes(column);
  return [...columns, ...included, ...mentions].includes(column);
}

function sameType(from: Parameters<typeof keepsValues>[0], to: typeof from): boolean {
  return typeText(from) === typeText(to);
}

function listed(words: readonly string[]): string {
  if (words.length < 2) return words.join('');
  return `${words.slice(0, -1).join(', ')} and ${words.at(-1) ?? ''}`;
}
