import type { Catalog, CatalogIndex } from '../catalog/catalog.js';
import { columnIn } from '../catalog/catalog.js';
import { actionRule, BOTH } from '../rule.js';
import { typeText } from '../sql/column.js';
import { ALONE, NEXT_REVISION, script, withException } from './replacements.js';
import { sessionZone } from './time-zones.js';
import { keepsInstants, keepsValues } from './type-changes.js';
import { quoteLiteral, quotePath } from '../../sql/quote.js';

/** A change of a type that writes no row, and builds an index anew or checks every row while the table is locked. */
export const changeTypeRebuild = actionRule({
  id: 'change-type-rebuild',
  directions: BOTH,
  on: ['change-type'],
  check: ({ table, column, type, using }, { before, earlier, isNew }) => {
    const former = columnIn(before, table, column)?.type ?? null;
    if (former === null || isNew(table) || sameType(former, type)) return null;
    const zone = sessionZone(earlier);
    const isInstant = using.kind === 'none' && keepsInstants(former, type, zone);
    if (!isInstant && (using.kind === 'computed' || !keepsValues(former, type))) return null;
    const found = rebuiltParts(before, { table, column, isInstant });
    if (found.length === 0) return null;
    const change = `ALTER TABLE ${quotePath(table)} ALTER COLUMN ${quotePath(column)} TYPE ${typeText(type)}`;
    return {
      message:
        `Changing ${quotePath(column)} of ${quotePath(table)} from ${typeText(former)} to ${typeText(type)} writes no row, but ` +
        `reads every row, for ${listed(found.map(({ kind, name }) => `the ${kind === 'index' ? kind : 'constraint'} ${quotePath(name)}`))}, ` +
        'while nobody can read or write the table.',
      replacement: found.some(({ isGuard }) => isGuard)
        ? withException('change-type-rebuild', '<number> rows', change)
        : setAside(table, found, [
            ...(isInstant && zone !== null ? [`SET LOCAL timezone = ${quoteLiteral(zone)}`] : []),
            change,
          ]),
    };
  },
});

/** What PostgreSQL makes anew. */
interface RebuiltPart {
  readonly kind: 'index' | 'check' | 'key';
  readonly name: string;
  /** Whether it refuses rows, and cannot be made again without a moment in which it does not. */
  readonly isGuard: boolean;
}

/** An index is dropped before and built again behind it; a check comes again in the same transaction. */
function setAside(table: string, parts: readonly RebuiltPart[], change: readonly string[]): string {
  const [indexes, checks] = (['index', 'check'] as const).map((kind) =>
    parts.filter((part) => part.kind === kind).map(({ name }) => quotePath(name)),
  ) as [string[], string[]];
  const alter = `ALTER TABLE ${quotePath(table)}`;
  return script(
    ...indexes.flatMap((name) => [ALONE, `DROP INDEX CONCURRENTLY IF EXISTS ${name}`]),
    ...(indexes.length > 0 ? [NEXT_REVISION] : []),
    ...checks.map((name) => `${alter} DROP CONSTRAINT ${name}`),
    ...change,
    ...checks.map((name) => `${alter} ADD CONSTRAINT ${name} <its definition> NOT VALID`),
    ...(checks.length > 0 ? [NEXT_REVISION] : []),
    ...checks.map((name) => `${alter} VALIDATE CONSTRAINT ${name}`),
    ...indexes.flatMap((name) => [ALONE, `CREATE INDEX CONCURRENTLY IF NOT EXISTS ${name} <its definition>`]),
  );
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
    ...found.map(([name, { unique }]) => ({ kind: 'index', name, isGuard: unique }) as const),
    ...constraints.map(([name, { kind }]) =>
      kind === 'check'
        ? ({ kind, name, isGuard: false } as const)
        : ({ kind: 'key', name, isGuard: true } as const),
    ),
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
