import type { Change } from '../../../../schema/change.js';
import type { SchemaModel } from '../../../../schema/model.js';
import { quoteIdentifier, quoteLiteral } from '../../../../sql/quote.js';
import { alterTable, statement, type Statement } from '../../../../sql/statement.js';
import type { PartProperties } from '../../../planning.js';
import type { Phase } from '../../../phases.js';
import type { PostgresContext } from '../context.js';
import { oppositePhase } from '../../../phases.js';
import type { Operation } from '../operation.js';
import type { PostgresNames } from '../sql.js';
import { targetsAgain, targetsFor, targetsForgotten, targetsOf } from './statistics-targets.js';

/** Indexes and constraints, with what the model does not hold of them. `$1` is the schema of names without one. */
export const PART_PROPERTIES = `
  SELECT CASE WHEN n.nspname = $1 THEN c.relname::text ELSE n.nspname || '.' || c.relname END AS "table", p.*
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND c.relkind IN ('r', 'p'),
    LATERAL (
      SELECT i.relname::text AS name, ' WITH (' || array_to_string(i.reloptions, ', ') || ')' AS storage, x.indisclustered AS "isClustered",
             x.indisreplident AS "isReplicaIdentity", k.oid IS NOT NULL AS "isConstraint",
             CASE WHEN k.oid IS NULL THEN obj_description(i.oid, 'pg_class') ELSE obj_description(k.oid, 'pg_constraint') END AS comment,
             ${targetsOf('i.oid')} AS targets
        FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid
        LEFT JOIN pg_constraint k ON k.conindid = i.oid AND k.conrelid = c.oid AND k.contype IN ('p', 'u', 'x')
       WHERE x.indrelid = c.oid
      UNION ALL
      SELECT k.conname, NULL, false, false, true, obj_description(k.oid, 'pg_constraint'), '{}'
        FROM pg_constraint k WHERE k.conrelid = c.oid AND k.contype IN ('c', 'f')) p
   WHERE p.storage IS NOT NULL OR p."isClustered" OR p."isReplicaIdentity" OR p.comment IS NOT NULL OR cardinality(p.targets) > 0`;

/** What an index or a constraint that was dropped has again. */
export function propertiesAgain(names: PostgresNames, properties: PartProperties): readonly Statement[] {
  const { table, name, isConstraint, comment, isClustered, isReplicaIdentity } = properties;
  const [path, quoted] = [names.path(table), quoteIdentifier(name)];
  const object = isConstraint ? `CONSTRAINT ${quoted} ON ${path}` : `INDEX ${names.indexPath(table, name)}`;
  return [
    ...(comment === null ? [] : [statement(`COMMENT ON ${object} IS ${quoteLiteral(comment)}`)]),
    ...(isClustered ? [alterTable(path, `CLUSTER ON ${quoted}`)] : []),
    ...(isReplicaIdentity ? [alterTable(path, `REPLICA IDENTITY USING INDEX ${quoted}`)] : []),
    ...targetsAgain(names, properties),
  ];
}

const PARTS = /^(drop|alter)-(index|unique|primary-key|foreign-key|check|exclusion)$/;

/** The properties of a part that is dropped, and those of the one that takes its place, if one does. */
interface Replaced {
  readonly properties: PartProperties;
  readonly part: string;
  readonly next: PartProperties | null;
}

/** The parts with such properties that a plan drops; one with another name alone keeps them. */
function replacedParts(
  properties: readonly PartProperties[],
  changes: readonly Change[],
): readonly Replaced[] {
  return changes.flatMap((change) => {
    const [, verb, part = ''] = PARTS.exec(change.kind) ?? [];
    if (verb === undefined || !('live' in change) || isNameOnly(change)) return [];
    const live = change.live.name;
    const own = properties.find(({ table, name }) => table === change.table && name === live);
    if (!own) return [];
    const again = changes.find(
      (one) => one.kind === `add-${part}` && one.table === change.table && one.object === change.object,
    );
    const successor = 'desired' in change ? change : again;
    const next = successor && 'desired' in successor ? successor.desired : null;
    return [{ properties: own, part, next: next && propertiesFor(next, own) }];
  });
}

function propertiesFor(part: { readonly name?: string | null }, own: PartProperties): PartProperties | null {
  const { name = null } = part;
  return name === null ? null : { ...own, name, targets: targetsFor(part, own) };
}

/** Indexes that PostgreSQL itself builds again: they keep all but their targets. */
function rebuiltParts(context: PostgresContext, replaced: readonly Replaced[]): readonly Replaced[] {
  const staying = context.properties.filter((own) => !replaced.some(({ properties }) => properties === own));
  return targetsForgotten(staying, context).map((own) => {
    const properties = { ...own, comment: null, isClustered: false, isReplicaIdentity: false };
    const renamed = context.changes.find(
      (change) => isNameOnly(change) && change.table === own.table && nameIn(change, 'live') === own.name,
    );
    const name = (renamed && nameIn(renamed, 'desired')) ?? own.name;
    return { properties, part: 'column', next: { ...properties, name } };
  });
}

function nameIn(change: Change, side: 'live' | 'desired'): string | null {
  const { [side]: part } = change as Partial<Record<typeof side, { readonly name?: string | null }>>;
  return part?.name ?? null;
}

function isNameOnly(change: Change): boolean {
  return 'aspects' in change && change.aspects.join() === 'name';
}

/** Phases before the parts of a kind are dropped; they are there again in the opposite ones. */
const BEFORE: Readonly<Record<string, Phase>> = {
  index: 'release',
  unique: 'release',
  'primary-key': 'release',
};

/**
 * Takes properties from what is dropped, and gives them to what takes its place. While an index is not there, whole rows
 * identify what is replicated: without a replica identity, PostgreSQL refuses to change rows of a published table.
 */
export function propertyOperations(context: PostgresContext): {
  readonly first: readonly Operation[];
  readonly last: readonly Operation[];
} {
  const dropped = replacedParts(context.properties, context.changes);
  const replaced = [...dropped, ...rebuiltParts(context, dropped)];
  const make = (one: Replaced, when: 'first' | 'last'): readonly Operation[] => {
    const { properties, part, next } = one;
    const before = BEFORE[part] ?? 'main';
    const full = properties.isReplicaIdentity
      ? [alterTable(context.names.path(properties.table), 'REPLICA IDENTITY FULL')]
      : [];
    const given = when === 'first' ? properties : next;
    const again = given === null ? [] : propertiesAgain(context.names, given);
    if (again.length === 0) return [];
    return [
      {
        phase: when === 'first' ? before : oppositePhase(before),
        step: when === 'first' ? 'detach' : 'attach',
        alone: false,
        reason: `${properties.name}: what belongs to it, taken and given again`,
        up: when === 'first' ? full : again,
        down: when === 'first' ? again : full,
      },
    ];
  };
  return {
    first: replaced.flatMap((one) => make(one, 'first')),
    last: replaced.flatMap((one) => make(one, 'last')),
  };
}

/** Replica identities whose index goes, or becomes one that cannot be one. */
export function lostIdentities(
  properties: readonly PartProperties[],
  { to, changes }: { readonly to: SchemaModel; readonly changes: readonly Change[] },
): readonly PartProperties[] {
  return replacedParts(properties, changes).flatMap(({ properties: own, next }) =>
    own.isReplicaIdentity && !isFit(to, own.table, next?.name ?? null) ? [own] : [],
  );
}

function isFit({ tables }: SchemaModel, name: string, next: string | null): boolean {
  const table = tables.find((one) => one.name === name);
  const keys = [...(table?.primaryKey ? [table.primaryKey] : []), ...(table?.uniques ?? [])];
  const key = keys.find((one) => one.name === next && one.deferrable === null);
  const index = table?.indexes.find((one) => one.name === next && one.unique && one.where === null);
  const columns = key?.columns ?? index?.keys.map(({ column }) => column) ?? [null];
  return columns.every(
    (column) => table?.columns.some((one) => one.name === column && !one.nullable) ?? false,
  );
}
