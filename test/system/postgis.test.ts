import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { DataSource } from 'typeorm';
import {
  entity,
  IN_SYNC,
  synchronized,
  findings,
  type Columns,
} from '../integration/drift/no-false-alarm-database.js';
import { History, statementsIn } from '../integration/generate/history.js';
import { pairs, repeating } from '../integration/generate/property/pairs.js';
import { runSpatial } from '../integration/generate/property/spatial-pairs.js';
import { shellQuoted } from '../../src/text/shell.js';
import { messageOf } from '../../src/errors/base.js';
import type { GenerateOptions } from '../../src/generate/generate-revisions.js';
import { startDebianPostgres, type DebianPostgres } from '../support/debian-postgres.js';
import { repetitions } from '../support/repetitions.js';
import { urlOf } from '../support/servers.js';

/** Pairs of models. */
const PAIRS = { quick: 6, ci: 12, full: 60 };

const place = (columns: Columns) => [
  entity('place', columns, { indices: [{ name: 'ix_point', columns: ['point'], spatial: true }] }),
];
const POINT: Columns = { point: { type: 'geometry', spatialFeatureType: 'Point', srid: 4326 } };
const OTHERS: Columns = {
  ...POINT,
  area: { type: 'geography', spatialFeatureType: 'MultiPolygon', srid: 4326, nullable: true },
  any: { type: 'geometry', nullable: true },
  whole: { type: 'geography', spatialFeatureType: 'GeometryCollection', nullable: true },
  flat: { type: 'geometry', spatialFeatureType: 'LineString', nullable: true },
};

describe('Types of PostGIS', () => {
  let server: DebianPostgres;
  let folder: string;

  before(async () => {
    server = await startDebianPostgres('postgis', 'postgresql-15-postgis-3');
    folder = await mkdtemp(join(tmpdir(), 'orchestrator-db-postgis-'));
    await writeFile(join(folder, 'setup.sql'), 'CREATE EXTENSION postgis;');
  });
  after(async () => {
    await server.stop();
    await rm(folder, { recursive: true });
  });

  /** A database of its own, with PostGIS. */
  async function database(name: string) {
    const own = new DataSource({ type: 'postgres', url: urlOf(server.target) });
    await own.initialize();
    await own.query(`CREATE DATABASE ${name}`);
    await own.destroy();
    const target = { ...server.target, database: name };
    const inside = await new DataSource({ type: 'postgres', url: urlOf(target) }).initialize();
    await inside.query('CREATE EXTENSION postgis');
    await inside.destroy();
    return { dialect: 'postgres' as const, target };
  }

  it('Columns with a feature type and a reference system are in sync as TypeORM creates them', async () => {
    const there = await database('as_typeorm');
    expect(await synchronized(there, { entities: place(OTHERS) }, findings)).to.deep.equal(IN_SYNC);
  });

  it('They are generated, and another reference system converts the coordinates', () =>
    History.lend('postgres', async (history) => {
      const scratch = { scratchUrl: urlOf(server.target), scratchSetup: join(folder, 'setup.sql') };
      const other: Columns = { ...OTHERS, point: { ...POINT['point'], type: 'geometry', srid: 3857 } };
      await history.generate(place(OTHERS), scratch);
      const report = await history.generate(place(other), { ...scratch, allowRewrite: true });
      expect(statementsIn(report, 'postgres')).to.contain(
        'TYPE geometry(Point,3857) USING ST_Transform("point", 3857)::geometry(Point,3857)',
      );
      const there = await database('generated');
      expect(await history.checked(there, place(other))).to.deep.equal(IN_SYNC);
    }));

  /** The table with such a column, then with another one. */
  const retyped = (
    name: string,
    [before, after]: readonly [Columns, Columns],
    options: Partial<GenerateOptions>,
  ) =>
    History.lend('postgres', async (history) => {
      const scratch = { scratchUrl: urlOf(server.target), scratchSetup: join(folder, 'setup.sql') };
      await history.generate([entity('spot', before)], scratch);
      const there = await database(name);
      await history.checked(there, [entity('spot', before)]);
      const refused = await history
        .generate([entity('spot', after)], { ...scratch, allowRewrite: true })
        .then(() => '', messageOf);
      await history.generate([entity('spot', after)], { ...scratch, allowRewrite: true, ...options });
      expect(await history.checked(there, [entity('spot', after)])).to.deep.equal(IN_SYNC);
      return refused;
    });
  const at = (
    spatialFeatureType: string | undefined,
    srid?: number,
    type: 'geometry' | 'geography' = 'geometry',
  ) => ({
    at: {
      type,
      ...(spatialFeatureType ? { spatialFeatureType } : {}),
      ...(srid ? { srid } : {}),
    } as Columns[string],
  });

  for (const [name, before, after, using, usingDown] of [
    ['multi', at('Point', 4326), at('MultiPoint', 4326), 'ST_Multi("at")', 'ST_GeometryN("at", 1)'],
    [
      'multi_placed',
      at('Polygon', 4326),
      at('MultiPolygon', 3857),
      'ST_Transform(ST_Multi("at"), 3857)',
      'ST_Transform(ST_GeometryN("at", 1), 4326)',
    ],
    ['spaces', at('PointZ', 4326), at('Point', 4326), 'ST_Force2D("at")', 'ST_Force3DZ("at")'],
    [
      'globes',
      at('LineString', 3857),
      at('LineString', 4326, 'geography'),
      'ST_Transform("at", 4326)::geography',
      'ST_Transform("at"::geometry, 3857)',
    ],
  ] as const)
    it(`A change to ${name} asks for an expression and names one that works`, async () => {
      const words = await retyped(name, [before, after], {
        usings: [`spot.at=${using}`],
        usingsDown: [`spot.at=${usingDown}`],
      });
      expect(words)
        .to.contain('which does not take its values')
        .and.contain(`--using ${shellQuoted(`spot.at=${using}`)}`)
        .and.contain(`--using-down ${shellQuoted(`spot.at=${usingDown}`)}`);
    });

  it('A column for any values takes a kind of feature without an expression', async () => {
    expect(await retyped('any_placed', [at(undefined), at('MultiPoint', 4326)], {})).to.equal('');
  });

  it('Generated revisions of any two models with such columns keep the laws', async function () {
    this.timeout(600_000);
    let number = 0;
    const place = {
      scratch: server.target,
      scratchSetup: join(folder, 'setup.sql'),
      newDatabase: async () => ({
        ...(await database(`pair_${(number += 1)}`)),
        remove: () => Promise.resolve(),
      }),
    };
    const failed: string[] = [];
    for (const drawn of pairs(repetitions(PAIRS)))
      await runSpatial(drawn, place).catch((error: unknown) => {
        failed.push(`${repeating(drawn)}\n${error instanceof Error ? error.message : String(error)}`);
      });
    expect(failed.join('\n\n')).to.equal('');
  });
});
