import type { DataSource } from 'typeorm';
import type { PostgresTarget } from '../src/database-url.js';
import { checkDrift } from '../src/drift/check-drift.js';
import { reportLines } from '../src/drift/report.js';
import { migrateDown, migrateUp } from '../src/migrator/migrate.js';
import { connected, dataSourceOn, query, type Revisions } from './online-databases.js';
import { CLIENT_NAME } from './online-watch.js';
import { entitiesOf } from './online-model.js';
import { generated, recordedStart, type Start } from './online-template.js';
import type { RolloutKind } from './rollout-kinds.js';
import { NO_CONFIRMATIONS } from '../src/generate/confirm/confirmations.js';

type Age = 'old' | 'new';

/** A way to roll a release out. */
export interface Way {
  readonly title: string;
  /** What was there before the first process started. */
  prepare(target: PostgresTarget): Promise<void>;
  /** What a process of a release has. */
  connect(target: PostgresTarget, age: Age): Promise<DataSource>;
  /** What is wrong for a process that starts; undefined where nothing is. */
  startCheck(dataSource: DataSource): Promise<string | undefined>;
  expand(target: PostgresTarget): Promise<void>;
  contract(target: PostgresTarget): Promise<void>;
  back(target: PostgresTarget): Promise<void>;
}

/** Ours: the generated group, in its two phases. */
export async function oursFor(kind: RolloutKind, start: Start): Promise<Way> {
  const recorded = kind.hasReaders ? await recordedStart(start, kind.old.tables) : start;
  const group = await generated(recorded, kind.new.tables, {
    ...NO_CONFIRMATIONS,
    ...kind.words,
    phases: true,
  });
  const revisions: Readonly<Record<Age, Revisions>> = {
    old: start.revisions,
    new: [...start.revisions, ...group],
  };
  const of = (target: PostgresTarget, age: Age) =>
    dataSourceOn(target, entitiesOf(kind[age].tables), revisions[age]);
  return {
    title: 'ours',
    prepare: (target) => asBefore(target),
    connect: async (target, age) =>
      of({ ...target, applicationName: `${CLIENT_NAME} ${age}` }, age).initialize(),
    startCheck: async (dataSource) => {
      const report = await checkDrift(dataSource);
      return report.status === 'drifted' ? reportLines(report, false).join('; ') : undefined;
    },
    expand: (target) =>
      connected(of(target, 'new'), async (dataSource) => {
        await migrateUp(dataSource, { phases: 'expand' });
      }),
    contract: (target) =>
      connected(of(target, 'new'), async (dataSource) => {
        await migrateUp(dataSource, { phases: 'contract' });
      }),
    back: (target) =>
      connected(of(target, 'new'), async (dataSource) => {
        await migrateDown(dataSource, { target: lastOf(start) });
      }),
  };
}

/** TypeORM's: all statements of its generator in one transaction, when the first new process starts. */
export function typeormFor(kind: RolloutKind): Way {
  const of = (target: PostgresTarget, age: Age) => dataSourceOn(target, entitiesOf(kind[age].tables), []);
  return {
    title: 'TypeORM',
    prepare: () => Promise.resolve(),
    connect: async (target, age) =>
      of({ ...target, applicationName: `${CLIENT_NAME} ${age}` }, age).initialize(),
    startCheck: () => Promise.resolve(undefined),
    expand: (target) =>
      connected(of(target, 'new'), async (dataSource) => {
        const { upQueries } = await dataSource.driver.createSchemaBuilder().log();
        await dataSource.transaction(async ({ queryRunner }) => {
          for (const { query: sql, parameters } of upQueries) await queryRunner?.query(sql, parameters);
        });
      }),
    contract: () => Promise.resolve(),
    back: () => Promise.resolve(),
  };
}

/** The table of heartbeats is one of the release before, so contract need not wait for its first minute. */
async function asBefore(target: PostgresTarget): Promise<void> {
  await query(
    target,
    `UPDATE migrations_heartbeat SET started_at = started_at - interval '1 hour' WHERE replica = ''`,
  );
}

function lastOf({ revisions }: Start): string {
  return revisions.at(-1)?.name ?? 'base';
}
