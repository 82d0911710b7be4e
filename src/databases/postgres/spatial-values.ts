import { parsePostgresType } from '../../sql/postgres-types.js';

/** Coordinates of a point, as many as a value has dimensions. */
type At = (x: number, y: number) => string;

const line = (at: At, n: number) => `(${at(n, n)}, ${at(n + 1, n)})`;
const ring = (at: At, n: number) => `(${at(n, n)}, ${at(n + 1, n)}, ${at(n, n + 1)}, ${at(n, n)})`;
const point = (at: At, n: number) => `(${at(n, n)})`;

/** The smallest value of each kind of feature, behind its name. */
const BODIES: Readonly<Record<string, (at: At, n: number, tag: string) => string>> = {
  Point: point,
  LineString: line,
  Polygon: (at, n) => `(${ring(at, n)})`,
  MultiPoint: (at, n) => `(${point(at, n)})`,
  MultiLineString: (at, n) => `(${line(at, n)})`,
  MultiPolygon: (at, n) => `((${ring(at, n)}))`,
  GeometryCollection: (at, n, tag) => `(POINT${tag}${point(at, n)})`,
  CircularString: (at, n) => `(${at(n, n)}, ${at(n + 1, n + 1)}, ${at(n + 2, n)})`,
  CompoundCurve: (at, n) => `(${line(at, n)})`,
  CurvePolygon: (at, n) => `(${ring(at, n)})`,
  MultiCurve: (at, n) => `(${line(at, n)})`,
  MultiSurface: (at, n) => `((${ring(at, n)}))`,
  Triangle: (at, n) => `(${ring(at, n)})`,
  Tin: (at, n) => `((${ring(at, n)}))`,
  PolyhedralSurface: (at, n) => `((${ring(at, n)}))`,
};

/** A value of a type of PostGIS as text; another one for each number. A type that takes any feature has points. */
export function spatialText(type: string, n: number): string {
  const [written = 'Point', srid = 0] = parsePostgresType(type).modifiers;
  const [, named = '', dimensions = ''] = /^(.*?)(ZM|Z|M)?$/.exec(String(written)) ?? [];
  const feature = named in BODIES ? named : 'Point';
  const at: At = (x, y) => `${x} ${y}${dimensions.replace(/./g, ' 1')}`;
  const tag = dimensions === '' ? '' : ` ${dimensions} `;
  const body = BODIES[feature]?.(at, n, tag) ?? '';
  return `${srid === 0 ? '' : `SRID=${srid};`}${feature.toUpperCase()}${tag}${body}`;
}
