/** Changes of types of PostGIS: one that names a kind of feature takes no other kind. */

import type { Change } from '../../../schema/change.js';
import { parsePostgresType } from '../../../sql/postgres-types.js';
import { quoteIdentifier } from '../../../sql/quote.js';
import type { ConversionNeeded } from '../../planning.js';

/** A type of PostGIS. */
interface SpatialType {
  readonly kind: 'geometry' | 'geography';
  /** `Geometry` for any. */
  readonly feature: string;
  /** `Z`, `M` or both of them; empty for a plane. */
  readonly dimensions: string;
  /** 0 for any, or an unknown one. */
  readonly srid: number;
  /** Whether it takes every value of its kind. */
  readonly takesAny: boolean;
}

/** The changes, in `up` or `down`, that need an expression. */
export function spatialConversions(changes: readonly Change[]): readonly ConversionNeeded[] {
  return changes.flatMap((change) => {
    if (change.kind !== 'alter-column' || !change.aspects.includes('type')) return [];
    const { live, desired } = change;
    if (live.generated || desired.generated) return [];
    const place = { table: change.table, column: change.object };
    return [
      ...conversionOf({ ...place, direction: 'up' }, live.type, desired.type),
      ...conversionOf({ ...place, direction: 'down' }, desired.type, live.type),
    ];
  });
}

/** Whether some values of a type are none of another one, which names a kind of feature or a reference system. */
export function isNarrower(from: string, to: string): boolean {
  const [live, desired] = [spatialOf(from), spatialOf(to)];
  return live !== undefined && desired !== undefined && live.takesAny && !desired.takesAny;
}

function conversionOf(
  place: Pick<ConversionNeeded, 'table' | 'column' | 'direction'>,
  from: string,
  to: string,
): readonly ConversionNeeded[] {
  const [live, desired] = [spatialOf(from), spatialOf(to)];
  if (!live || !desired || isTaken(live, desired)) return [];
  const expression = expressionOf(quoteIdentifier(place.column), live, desired);
  const part = isPartOf(desired, live) ? '; ST_GeometryN(..., 1) keeps the first part of a value alone' : '';
  const problem = `type ${from} becomes ${to}, which does not take its values${part}`;
  return [{ ...place, problem, expressions: expression === undefined ? [] : [expression] }];
}

function spatialOf(type: string): SpatialType | undefined {
  const { name, modifiers, array } = parsePostgresType(type);
  const kind = /(?:^|\.)(geometry|geography)$/.exec(name)?.[1];
  if (array || (kind !== 'geometry' && kind !== 'geography')) return undefined;
  const [written = 'Geometry', srid = 0] = modifiers;
  const [, feature = '', dimensions = ''] = /^(.*?)(ZM|Z|M)?$/.exec(String(written)) ?? [];
  return { kind, feature, dimensions, srid: Number(srid), takesAny: modifiers.length === 0 };
}

/** The rows decide about a type that takes any value. Another reference system converts coordinates by itself. */
function isTaken(live: SpatialType, desired: SpatialType): boolean {
  if (live.takesAny || desired.takesAny) return true;
  const [from, to] = [live.srid, desired.srid];
  const isPlaced = from === to || from === 0 || to === 0 || [live, desired].every(isGeometry);
  return isPlaced && live.dimensions === desired.dimensions && takesFeature(live, desired);
}

function isGeometry({ kind }: SpatialType): boolean {
  return kind === 'geometry';
}

function takesFeature(live: SpatialType, { feature }: SpatialType): boolean {
  const isCollection = feature === 'GeometryCollection' && live.feature.startsWith('Multi');
  return [live.feature, 'Geometry'].includes(feature) || live.feature === 'Geometry' || isCollection;
}

/** Whether the values of one are the parts of those of the other. */
function isPartOf(part: SpatialType, whole: SpatialType): boolean {
  return whole.feature === `Multi${part.feature}`;
}

function expressionOf(column: string, live: SpatialType, desired: SpatialType): string | undefined {
  const shaped = shapedAs(isGeometry(live) ? column : `${column}::geometry`, live, desired);
  if (shaped === undefined) return undefined;
  const flat =
    live.dimensions === desired.dimensions ? shaped : `${FORCES[desired.dimensions] ?? ''}(${shaped})`;
  const [from, to] = [live.srid, desired.srid];
  const place = from === 0 ? 'ST_SetSRID' : 'ST_Transform';
  const placed = to === 0 || from === to ? flat : `${place}(${flat}, ${to})`;
  return isGeometry(desired) ? placed : `${placed}::geography`;
}

function shapedAs(column: string, live: SpatialType, desired: SpatialType): string | undefined {
  if (takesFeature(live, desired)) return column;
  if (isPartOf(live, desired)) return `ST_Multi(${column})`;
  if (isPartOf(desired, live)) return `ST_GeometryN(${column}, 1)`;
  return desired.feature === 'GeometryCollection' ? `ST_ForceCollection(${column})` : undefined;
}

/** By the dimensions that a value gets. */
const FORCES: Readonly<Record<string, string>> = {
  '': 'ST_Force2D',
  Z: 'ST_Force3DZ',
  M: 'ST_Force3DM',
  ZM: 'ST_Force4D',
};
