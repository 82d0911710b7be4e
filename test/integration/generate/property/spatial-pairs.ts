import type { EntitySchemaColumnOptions } from 'typeorm';
import { byHandIn } from './by-hand.js';
import { byHandRevision } from './by-hand-revision.js';
import { edited } from './edits.js';
import { entitiesOf, type MoreColumns } from './entities.js';
import { Picker, type Model } from './model.js';
import { runPair, type Changes, type Drawn } from './pairs.js';
import type { PairServer } from './run.js';
import { startingModel } from './start.js';
import { wordsFor } from './words.js';

const TYPES: readonly [EntitySchemaColumnOptions, ...EntitySchemaColumnOptions[]] = [
  { type: 'geometry', spatialFeatureType: 'Point', srid: 4326, nullable: true },
  { type: 'geometry', spatialFeatureType: 'Point', srid: 3857, nullable: true },
  { type: 'geometry', spatialFeatureType: 'LineString', srid: 4326, nullable: true },
  { type: 'geometry', nullable: true },
  { type: 'geography', spatialFeatureType: 'Point', srid: 4326, nullable: true },
];

/** The same for a pair whose tables have a column of PostGIS, some of which get another reference system. */
export function runSpatial({ seed, edits }: Drawn, server: PairServer): Promise<Changes> {
  const before = startingModel(seed);
  const after = edited(before, edits);
  const [first, second] = spotsIn(new Picker(seed), { before, after });
  const { postgres } = byHandIn(seed, { before, after });
  const attached = { postgres, sqlite: [] };
  return runPair({
    ...{ before: entitiesOf(before, first), after: entitiesOf(after, second), attached, server },
    words: wordsFor({ before, after }),
    dialects: ['postgres'],
    preserved: [],
    byHand: (made) => byHandRevision(attached, made),
  });
}

/** The columns before and after. */
function spotsIn(
  picker: Picker,
  { before, after }: { readonly before: Model; readonly after: Model },
): readonly [MoreColumns, MoreColumns] {
  const first = new Map(before.tables.map(({ id }) => [id, picker.one(TYPES)] as const));
  const moved = (spot: EntitySchemaColumnOptions | undefined): EntitySchemaColumnOptions =>
    spot === TYPES[0] && picker.chance(60) ? (TYPES[1] ?? spot) : (spot ?? picker.one(TYPES));
  return [first, new Map(after.tables.map(({ id }) => [id, moved(first.get(id))] as const))];
}
