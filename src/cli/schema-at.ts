/** The schema of the entities, of a revision, or of the database, for pictures. */

import type { DataSource } from 'typeorm';
import { isView, type LiveSchema } from '../databases/live-schema.js';
import { databaseOf } from '../databases/registry.js';
import { UsageError } from '../errors/base.js';
import { compareSides } from '../drift/compare.js';
import { subjectOf } from '../drift/entities-subject.js';
import { entitiesSchema, outputsOf } from '../drift/entities-schema.js';
import { knownViews, knowSnapshot, type KnownView } from '../drift/known-views.js';
import { describeEntities } from '../metadata/describe.js';
import { loadRevisions } from '../migrator/load-revisions.js';
import { migrateUp } from '../migrator/migrate.js';
import { replacedByIn, withoutReplaced } from '../migrator/replaced.js';
import { resolveName } from '../migrator/target.js';
import { recordTableNames } from '../schema/record-tables.js';
import type { SchemaModel, ViewModel } from '../schema/model.js';
import { liveSchema } from '../scratch/live-schema.js';
import { withScratchDatabases } from '../scratch/scratch-databases.js';
import { scratchSourcesOf } from '../scratch/scratch-sources.js';
import { parseSettings } from '../settings.js';
import { reading, type CommandContext, type DataSourceOption } from './open.js';
import { loadDescribed } from './described.js';
import { snapshotOf } from './snapshot-of.js';
import { unconnected } from './unconnected.js';

/** Two schemas, spelled alike as far as one server can do that. */
export interface SchemaSides {
  readonly before: SchemaModel;
  readonly after: SchemaModel;
}

/** Reads schemas of one DataSource: `entities`, `live`, `base`, `head`, or a revision. */
export class SchemaReader {
  constructor(
    private readonly option: DataSourceOption,
    private readonly context: CommandContext,
  ) {}

  /** @throws UsageError for a revision that is not there */
  async at(place: string): Promise<SchemaModel> {
    const dataSource = await this.described();
    if (place === ENTITIES) return entitiesSchema(dataSource);
    return this.on(place, dataSource, (connected) => databaseSchema(connected));
  }

  /** The entities are compared on the other database, whose server spells their expressions. */
  async sides(from: string, to: string): Promise<SchemaSides> {
    if (from === to) throw new UsageError(`--diff ${from}..${to}: specify two different schemas.`);
    const dataSource = await this.described();
    if (to === ENTITIES) return this.on(from, dataSource, comparedWithEntities);
    if (from === ENTITIES) {
      const { before, after } = await this.on(to, dataSource, comparedWithEntities);
      return { before: after, after: before };
    }
    return { before: await this.at(from), after: await this.at(to) };
  }

  private async described(): Promise<DataSource> {
    const dataSource = await unconnected(this.option, this.context);
    const file = snapshotOf(dataSource);
    if (file !== undefined) knowSnapshot(dataSource, file);
    await loadDescribed(dataSource);
    return dataSource;
  }

  private on<T>(
    place: string,
    dataSource: DataSource,
    use: (connected: DataSource) => Promise<T>,
  ): Promise<T> {
    if (place === LIVE) return reading(this.option, this.context, use);
    return onScratch(dataSource, place, { context: this.context, use });
  }
}

const ENTITIES = 'entities';
const LIVE = 'live';
const BASE = 'base';

/** Everything in the schemas of the entities, besides the records of this package and of TypeORM. */
async function databaseSchema(dataSource: DataSource): Promise<SchemaModel> {
  const { schemas } = describeEntities(dataSource);
  const known = (await knownViews(dataSource, databaseOf(dataSource).name)) ?? [];
  return withViews(await liveSchema(dataSource, schemas), dataSource, known);
}

function withViews(found: LiveSchema, dataSource: DataSource, known: readonly KnownView[]): SchemaModel {
  const { migrationsTableName } = dataSource.options;
  const records = recordTableNames(migrationsTableName, databaseOf(dataSource).capabilities.schemas);
  const ours = new Set<string>([
    ...(Object.values(records) as readonly string[]),
    dataSource.metadataTableName,
    'sqlite_sequence',
  ]);
  return {
    ...found.schema,
    tables: found.schema.tables.filter(({ name }) => !ours.has(name)),
    views: found.unmanaged.filter(isView).map(({ kind, object }) => {
      const isMaterialized = kind === 'materialized-view';
      const columns = found.materialized?.find(({ name }) => name === object)?.columns;
      return viewNamed(object, isMaterialized, columns ?? outputsOf(object, known));
    }),
  };
}

function viewNamed(name: string, materialized: boolean, columns: ViewModel['outputs']): ViewModel {
  const outputs = columns.map((column) => ({ name: column.name, type: column.type }));
  return { name, text: '', materialized, indexes: [], dependsOn: [], outputs, definitions: {} };
}

/** Tables that no entity declares are in the database only. Views are compared by their names. */
async function comparedWithEntities(dataSource: DataSource): Promise<SchemaSides> {
  const description = describeEntities(dataSource);
  const whole = await databaseSchema(dataSource);
  const { live, desired } = await compareSides(subjectOf(dataSource), description);
  const [passed, own] = [
    new Set(description.passedOver.tables),
    new Set(live.tables.map(({ name }) => name)),
  ];
  const others = whole.tables.filter(({ name }) => !own.has(name) && !passed.has(name));
  const views = new Set(whole.views?.map(({ name }) => name));
  const named = description.views.map(({ name, materialized }) => viewNamed(name, materialized, []));
  return {
    before: {
      ...live,
      tables: [...live.tables, ...others],
      views: named.filter(({ name }) => views.has(name)),
    },
    after: { ...desired, views: named },
  };
}

async function onScratch<T>(
  dataSource: DataSource,
  place: string,
  { context, use }: { readonly context: CommandContext; readonly use: (connected: DataSource) => Promise<T> },
): Promise<T> {
  const known = withoutReplaced(await loadRevisions(dataSource));
  const ids = known.map(({ id }) => id);
  const target = place === BASE || place === 'head' ? place : resolveName(place, ids, replacedByIn(known));
  const { name } = databaseOf(dataSource);
  const sources = { [name]: scratchSourcesOf(dataSource)[name] };
  const settings = parseSettings(context.io.env);
  return context.io.whileStoppable((signal) =>
    withScratchDatabases({ settings, sources, signal }, (databases) =>
      databases.lend(name, [], async (scratch) => {
        if (target !== BASE) await migrateUp(scratch, { target, signal });
        return use(scratch);
      }),
    ),
  );
}
