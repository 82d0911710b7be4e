import type { EntitySchema } from 'typeorm';
import type { GenerateReport } from '../../src/generate/generate-revisions.js';
import { readRawCatalog } from '../../src/generate/verify/raw-catalog.js';
import { migrateDown } from '../../src/migrator/migrate.js';
import type { PartitionOptions } from '../../src/partitioned.js';
import type { Columns, Rest } from '../integration/drift/no-false-alarm-database.js';
import { History } from '../integration/generate/history.js';
import { execute } from './cli-database.js';
import type { TestDatabase } from './databases.js';
import { partitionedEntity } from './partitioned-entity.js';

/** How the table of these tests is divided later. */
export const MONTHLY: PartitionOptions = { by: 'at', strategy: 'range', every: '1 month', ahead: 3 };

const WORKER = partitionedEntity('worker', undefined, {
  columns: { id: { type: 'integer', primary: true, primaryKeyConstraintName: 'pk_worker' } },
});

/** A worker and its events; each event has a number, a moment, a kind and a worker. */
export function events(
  options: PartitionOptions | undefined,
  rest: Rest & { columns?: Columns } = {},
): readonly EntitySchema[] {
  return [WORKER, eventOf(options, rest)];
}

function eventOf(
  options: PartitionOptions | undefined,
  { columns = {}, ...rest }: Rest & { columns?: Columns },
): EntitySchema {
  const isKey = options !== undefined;
  const key = { primary: true, primaryKeyConstraintName: 'pk_event' };
  return partitionedEntity('event', options, {
    columns: {
      id: { type: 'integer', generated: 'increment', ...key },
      at: { type: 'timestamptz', default: () => 'now()', ...(isKey ? key : {}) },
      kind: { type: 'text', default: `'made'`, comment: 'what it is' },
      workerId: { name: 'worker_id', type: 'integer', nullable: true },
      ...columns,
    },
    indices: [{ name: 'ix_event_kind', columns: ['kind'] }],
    checks: [{ name: 'ck_event_kind', expression: `"kind" <> ''` }],
    foreignKeys: [
      {
        ...{ name: 'fk_event_worker', target: 'worker', columnNames: ['worker_id'] },
        ...{ referencedColumnNames: ['id'], onDelete: 'SET NULL' },
      },
    ],
    ...rest,
  });
}

/** Some years of rows, two workers, and one row in the coming week. */
export const EVENTS = [
  'INSERT INTO worker (id) VALUES (1), (2)',
  `INSERT INTO event (at, kind, worker_id)
     SELECT now() - n * interval '1 day', 'k' || abs(n) % 5, 1 + abs(n) % 2 FROM generate_series(-7, 900) AS n`,
];

/** Where the rows are. */
export const WHERE = `SELECT tableoid::regclass::text AS part, count(*)::integer AS count FROM event GROUP BY 1 ORDER BY 1`;

/** Where a database is. */
type Place = Pick<TestDatabase, 'target'>;

/** How the table is divided, its rows, and the server of the scratch databases where that is another one. */
interface Lent {
  readonly options?: PartitionOptions;
  readonly rows?: readonly string[];
  readonly scratchUrl?: string;
}

/** A history whose last revisions divide the table. */
export interface Becoming {
  readonly history: History;
  /** How many revisions are before those. */
  readonly before: number;
  readonly report: GenerateReport;
}

/** Brings a database with rows to the plain table, and generates what divides it. */
export function lendBecoming(
  database: Place,
  use: (becoming: Becoming) => Promise<void>,
  { options = MONTHLY, rows = EVENTS, scratchUrl }: Lent = {},
): Promise<void> {
  const scratch = scratchUrl === undefined ? {} : { scratchUrl };
  return History.lend('postgres', async (history) => {
    await history.generate(events(undefined), scratch);
    await history.checked(database, events(undefined));
    await execute(database, rows);
    const before = history.length;
    const report = await history.generate(events(options), scratch);
    await use({ history, before, report });
  });
}

/** Reverts what divides the table. */
export function undivided({ history, before }: Becoming, database: Place): Promise<void> {
  return history.use(database, events(undefined), async (dataSource) => {
    await migrateDown(dataSource, { target: dataSource.migrations[before - 1]?.constructor.name ?? 'base' });
  });
}

/** All that the database reports of its schema, but records. */
export function catalogOf({ history }: Becoming, database: Place): Promise<readonly string[]> {
  return history.use(database, [], async (dataSource) => {
    const queryRunner = dataSource.createQueryRunner();
    return readRawCatalog(queryRunner).finally(() => queryRunner.release());
  });
}
