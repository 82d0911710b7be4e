import type { ExclusionModel, IndexModel } from '../../schema/model.js';
import { storesAnotherType } from '../../sql/postgres-stored-types.js';
import { namedBy } from '../replay/constraints.js';
import { columnsOf, isOver, keyColumns, mentionsOf, onlyColumn } from '../replay/expression.js';
import { indexPath, tableIn, typeIn, type ColumnPath, type KnownSchema } from '../replay/known-schema.js';
import { actionRule, BOTH, type ActionContext } from '../rule.js';
import type { Action, ActionOf, TypeFact } from '../sql/action.js';
import { isPartitioned, partitionsOf } from '../replay/parts.js';
import { partedIndex, partedIndexDrop } from '../advice/parted-index.js';
import { ALONE, NEXT_REVISION, script, withException } from '../advice/replacements.js';
import { sessionZone } from '../sql/time-zones.js';
import { collatedText, collationIn, workOfChange } from '../type-work.js';
import { isInstantPair } from '../../sql/postgres-type-change.js';
import { quoteLiteral, quotePath } from '../../sql/quote.js';

/** A change of a type that rewrites no row, but rebuilds an index or checks every row while the table is locked. */
export const changeTypeRebuild = actionRule({
  id: 'change-type-rebuild',
  directions: BOTH,
  on: ['change-type'],
  check: (action, context) => {
    const { table, column, type, collation } = action;
    const { before, earlier, isNew } = context;
    const cost = workOfChange(action, context);
    if (cost === null || cost === 'heap' || isNew(table)) return null;
    const found = rebuiltParts(before, { table, column, isEveryIndex: cost === 'indexes' });
    const views = filledViews(context);
    if (found.length + views.length === 0) return null;
    const former = typeIn(before, { table, column });
    const formerText = former ? collatedText(former, collationIn(before, { table, column })) : '';
    const later = collatedText(type, collation);
    const change = `ALTER TABLE ${quotePath(table)} ALTER COLUMN ${quotePath(column)} TYPE ${later}`;
    const work = [
      ...(found.length > 0 ? [`reads every row for ${listed(found.map(partText))}`] : []),
      ...(views.length > 0 ? [`fills ${listed(views.map(viewText))} in the same transaction`] : []),
    ];
    const message =
      `Changing ${quotePath(column)} of ${quotePath(table)} from ${formerText} to ${later} rewrites no row, but ` +
      `${work.join(', ')}, and blocks reads and writes of the table.`;
    if (found.length === 0) return { message, replacement: fillLater(views, change) };
    return {
      message,
      replacement: found.some(({ isGuard }) => isGuard)
        ? withException('change-type-rebuild', '<number> rows', change)
        : (isPartitioned(before, table) ? setPartsAside : setAside)({ schema: before, table }, found, [
            ...zoneOf(former, action, earlier),
            change,
          ]),
    };
  },
});

function partText({ kind, name }: RebuiltPart): string {
  return `the ${kind === 'index' ? kind : 'constraint'} ${quotePath(name)}`;
}

function viewText(name: string): string {
  return `the materialized view ${quotePath(name)}`;
}

/** Materialized views that the same transaction creates with rows, or fills, while the table is locked. */
function filledViews({ statement, later }: ActionContext): readonly string[] {
  if (!statement.transactional) return [];
  const created = later.flatMap((one) =>
    one.kind === 'create-object' && one.object === 'materialized view' ? [one] : [],
  );
  const refreshed = later.flatMap((one) =>
    one.kind === 'rewrite' && one.what === 'REFRESH MATERIALIZED VIEW' ? [one.table] : [],
  );
  return created
    .filter(({ filled, name }) => filled === true || refreshed.includes(name))
    .map(({ name }) => name);
}

/** Its readers get an error between the two revisions. */
function fillLater(views: readonly string[], change: string): string {
  return script(
    ...views.map((name) => `DROP MATERIALIZED VIEW IF EXISTS ${quotePath(name)}`),
    change,
    ...views.map((name) => `CREATE MATERIALIZED VIEW ${quotePath(name)} AS <its query> WITH NO DATA`),
    '-- in the next revision; until then, a query of the view fails:',
    ...views.map((name) => `REFRESH MATERIALIZED VIEW ${quotePath(name)}`),
  );
}

/** The time zone of the session, where rows are kept because of it. */
function zoneOf(
  former: TypeFact | null,
  { type }: ActionOf<'change-type'>,
  earlier: readonly Action[],
): readonly string[] {
  const zone = sessionZone(earlier);
  const isInstant = former !== null && isInstantPair(former, type);
  return isInstant && zone !== null ? [`SET LOCAL timezone = ${quoteLiteral(zone)}`] : [];
}

/** What PostgreSQL rebuilds. */
interface RebuiltPart {
  readonly kind: 'index' | 'check' | 'key';
  readonly name: string;
  /** Whether it rejects rows, and cannot be recreated without a moment in which it does not. */
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
  readonly schema: KnownSchema;
  readonly table: string;
}

function namesOf(parts: readonly RebuiltPart[], of: RebuiltPart['kind']): readonly string[] {
  return parts.filter(({ kind }) => kind === of).map(({ name }) => quotePath(name));
}

/** The same for a partitioned table, whose indexes go in the same transaction and come back part by part. */
function setPartsAside(
  { schema, table }: Owner,
  parts: readonly RebuiltPart[],
  change: readonly string[],
): string {
  const indexes = parts.filter(({ kind }) => kind === 'index');
  const checks = parts.filter(({ kind }) => kind === 'check');
  const rest = setAside({ schema, table }, checks, change);
  const built = indexes.map(({ name }) =>
    partedIndex(
      { schema, table, name },
      `CREATE INDEX ${quotePath(name)} ON ${quotePath(table)} <its columns>`,
    ),
  );
  return [
    ...indexes.map(({ name }) => partedIndexDrop(name)),
    rest,
    ...built.flatMap((sql) => [NEXT_REVISION, sql ?? '']),
  ].join('\n');
}

interface Retyped extends ColumnPath {
  /** Whether every index over the column is another one afterwards: over an instant, in another collation. */
  readonly isEveryIndex: boolean;
}

/** Those of the table, and those that its partitions or heirs have of their own. */
function rebuiltParts(schema: KnownSchema, of: Retyped): readonly RebuiltPart[] {
  const below = partitionsOf(schema, of.table).flatMap(({ name }) => partsOf(schema, { ...of, table: name }));
  // A constraint of one part cannot be set aside by the table above it.
  return [
    ...partsOf(schema, of),
    ...below.map((one) => ({ ...one, isGuard: one.isGuard || one.kind !== 'index' })),
  ];
}

function partsOf(schema: KnownSchema, of: Retyped): readonly RebuiltPart[] {
  const table = tableIn(schema, of.table);
  if (!table) return [];
  const { indexes, checks, exclusions, uniques, primaryKey } = table;
  const keys = [...(primaryKey ? [primaryKey] : []), ...uniques];
  const typeOf = (column: string) => typeIn(schema, { table: of.table, column });
  const how = (index: Parameters<typeof storesAnotherType>[0]): Retyped => ({
    ...of,
    isEveryIndex: of.isEveryIndex || storesAnotherType(index, typeOf),
  });
  return [
    ...indexes
      .filter((index) => isRebuilt(index, how(index)))
      .map((index) => part('index', { name: indexPath(table, index) }, index.unique)),
    ...checks
      .filter(({ validated, expression }) => validated && columnsOf(expression).includes(of.column))
      .map((check) => part('check', check, false)),
    ...exclusions
      .filter((one) => isRebuiltExclusion(one, how({ method: one.method, keys: plainKeys(one) })))
      .map((one) => part('key', one, true)),
    ...keys
      .filter(({ columns }) => of.isEveryIndex && columns.includes(of.column))
      .map((key) => part('key', key, true)),
  ];
}

function part(
  kind: RebuiltPart['kind'],
  { name }: { readonly name: string | null },
  isGuard: boolean,
): RebuiltPart {
  return { kind, name: name ?? '', isGuard };
}

/** An index that has an expression or a predicate is rebuilt whatever of it the column is in. */
function isRebuilt(index: IndexModel, { column, isEveryIndex }: Retyped): boolean {
  const isPlain = mentionsOf(index).length === 0;
  return isPlain ? isEveryIndex && keyColumns(index).includes(column) : isOver(index, column);
}

function plainKeys({ elements }: ExclusionModel) {
  return elements.map(({ expression }) => ({ column: onlyColumn(expression) ?? null, opclass: null }));
}

function isRebuiltExclusion(one: ExclusionModel, { column, isEveryIndex }: Retyped): boolean {
  const isPlain = !one.where && one.elements.every(({ expression }) => onlyColumn(expression) !== undefined);
  return namedBy(one).includes(column) && (isEveryIndex || !isPlain);
}

function listed(words: readonly string[]): string {
  if (words.length < 2) return words.join('');
  return `${words.slice(0, -1).join(', ')} and ${words.at(-1) ?? ''}`;
}
