import { columnIn, type Catalog, type CatalogColumn, type CatalogIndex } from '../catalog/catalog.js';
import { actionRule, BOTH } from '../rule.js';
import type { Action, ActionOf } from '../sql/action.js';
import { isPartitioned } from '../catalog/parts.js';
import { partedIndex, partedIndexDrop } from '../advice/parted-index.js';
import { ALONE, NEXT_REVISION, script, withException } from '../advice/replacements.js';
import { sessionZone } from '../sql/time-zones.js';
import { collatedText, workOfChange } from '../type-work.js';
import { isInstantPair } from '../../sql/postgres-type-change.js';
import { quoteLiteral, quotePath } from '../../sql/quote.js';

/** A change of a type that writes no row, and builds an index anew or checks every row while the table is locked. */
export const changeTypeRebuild = actionRule({
  id: 'change-type-rebuild',
  directions: BOTH,
  on: ['change-type'],
  check: (action, context) => {
    const { table, column, type, collation } = action;
    const { before, earlier, isNew } = context;
    const work = workOfChange(action, context);
    if (work === null || work === 'heap' || isNew(table)) return null;
    const found = rebuiltParts(before, { table, column, isEveryIndex: work === 'indexes' });
    if (found.length === 0) return null;
    const former = columnIn(before, table, column);
    const later = collatedText(type, collation);
    const change = `ALTER TABLE ${quotePath(table)} ALTER COLUMN ${quotePath(column)} TYPE ${later}`;
    return {
      message:
        `Changing ${quotePath(column)} of ${quotePath(table)} from ${formerText(former)} to ${later} writes no row, but ` +
        `reads every row, for ${listed(found.map(partText))}, while nobody can read or write the table.`,
      replacement: found.some(({ isGuard }) => isGuard)
        ? withException('change-type-rebuild', '<number> rows', change)
        : (isPartitioned(before, table) ? setPartsAside : setAside)({ catalog: before, table }, found, [
            ...zoneOf(former, action, earlier),
            change,
          ]),
    };
  },
});

function formerText(column: CatalogColumn | undefined): string {
  return column?.type ? collatedText(column.type, column.collation) : '';
}

function partText({ kind, name }: RebuiltPart): string {
  return `the ${kind === 'index' ? kind : 'constraint'} ${quotePath(name)}`;
}

/** The time zone of the session, where rows are kept because of it. */
function zoneOf(
  former: CatalogColumn | undefined,
  { type }: ActionOf<'change-type'>,
  earlier: readonly Action[],
): readonly string[] {
  const zone = sessionZone(earlier);
  const isInstant = former?.type ? isInstantPair(former.type, type) : false;
  return isInstant && zone !== null ? [`SET LOCAL timezone = ${quoteLiteral(zone)}`] : [];
}

/** What PostgreSQL makes anew. */
interface RebuiltPart {
  readonly kind: 'index' | 'check' | 'key';
  readonly name: string;
  /** Whether it refuses rows, and cannot be made again without a moment in which it does not. */
  readonly isGuard: boolean;
}

/** An index is dropped before and built again behind it; a check comes again in the same transaction. */
function setAside({ table }: Owner, parts: readonly RebuiltPart[], change: readonly string[]): string {
  const [indexes, checks] = [namesOf(parts, 'index'), namesOf(parts, 'check')];
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

/** What the parts belong to. */
interface Owner {
  readonly catalog: Catalog;
  readonly table: string;
}

function namesOf(parts: readonly RebuiltPart[], of: RebuiltPart['kind']): readonly string[] {
  return parts.filter(({ kind }) => kind === of).map(({ name }) => quotePath(name));
}

/** The same for a partitioned table, whose indexes go in the same transaction and come back part by part. */
function setPartsAside(
  { catalog, table }: Owner,
  parts: readonly RebuiltPart[],
  change: readonly string[],
): string {
  const indexes = parts.filter(({ kind }) => kind === 'index');
  const checks = parts.filter(({ kind }) => kind === 'check');
  const rest = setAside({ catalog, table }, checks, change);
  const built = indexes.map(({ name }) =>
    partedIndex(
      { catalog, table, name },
      `CREATE INDEX ${quotePath(name)} ON ${quotePath(table)} <its columns>`,
    ),
  );
  return [
    ...indexes.map(({ name }) => partedIndexDrop(name)),
    rest,
    ...built.flatMap((sql) => [NEXT_REVISION, sql ?? '']),
  ].join('\n');
}

interface Retyped {
  readonly table: string;
  readonly column: string;
  /** Whether every index over the column is another one afterwards: over an instant, in another collation. */
  readonly isEveryIndex: boolean;
}

function rebuiltParts({ tables, indexes }: Catalog, of: Retyped): readonly RebuiltPart[] {
  const { table, column, isEveryIndex } = of;
  const found = [...indexes].filter(
    ([, index]) => index.table === table && isRebuilt(index, column, isEveryIndex),
  );
  const constraints = [...(tables.get(table)?.constraints ?? [])].filter(
    ([, { kind, validated, columns, mentions }]) =>
      (kind === 'check' && validated && mentions.includes(column)) ||
      (kind === 'exclude' && isRebuilt({ columns, included: [], mentions }, column, isEveryIndex)) ||
      (isEveryIndex && (kind === 'unique' || kind === 'primary-key') && columns.includes(column)),
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
  isEveryIndex: boolean,
): boolean {
  if (mentions.length === 0) return isEveryIndex && columns.includes(column);
  return [...columns, ...included, ...mentions].includes(column);
}

function listed(words: readonly string[]): string {
  if (words.length < 2) return words.join('');
  return `${words.slice(0, -1).join(', ')} and ${words.at(-1) ?? ''}`;
}
