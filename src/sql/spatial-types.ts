/** Types of PostGIS, as it shows them: https://postgis.net/docs/using_postgis_dbmanagement.html */

/** Kinds of features, as PostGIS writes them. */
const FEATURES = [
  ...['Geometry', 'Point', 'LineString', 'Polygon', 'MultiPoint', 'MultiLineString', 'MultiPolygon'],
  ...['GeometryCollection', 'CircularString', 'CompoundCurve', 'CurvePolygon', 'MultiCurve', 'MultiSurface'],
  ...['PolyhedralSurface', 'Triangle', 'Tin'],
];

const SHOWN: ReadonlyMap<string, string> = new Map(
  ['', 'Z', 'M', 'ZM'].flatMap((dimensions) =>
    FEATURES.map((feature) => {
      const shown = `${feature}${dimensions}`;
      return [shown.toLowerCase(), shown] as const;
    }),
  ),
);

/** The reference system that PostGIS shows where none is written, or an unknown one; null for none. */
const USUAL_SRID: ReadonlyMap<string, string | null> = new Map([
  ['geometry', null],
  ['geography', '4326'],
]);

/**
 * `geometry(point, 4326)` as the server spells it; undefined for any other type. What PostGIS does not know stays as it
 * is written.
 */
export function spatialType(path: string, parameters: string): string | undefined {
  const name = path.slice(path.lastIndexOf('.') + 1);
  const usual = USUAL_SRID.get(name);
  if (usual === undefined || parameters === '') return undefined;
  const [written = '', number = '0'] = parameters.replace(/\s/g, '').split(',');
  const feature = SHOWN.get(written.toLowerCase()) ?? written;
  const srid = /^(?:0|-1)$/.test(number) ? usual : number;
  if (srid !== null) return `${path}(${feature},${srid})`;
  return feature === 'Geometry' ? path : `${path}(${feature})`;
}
