import { expect } from 'chai';
import type { PostgresTarget } from '../../src/database-url.js';
import { ContractRefusedError } from '../../src/errors/phases.js';
import { migrateUp } from '../../src/migrator/migrate.js';
import type { DataSource } from 'typeorm';
import { GAUGES, startApplication, type Application } from './beats.js';
import { failureOf, onTarget } from './failures.js';
import { phased } from './phased.js';
import { revision } from './revisions.js';
import { urlOf } from './servers.js';
import { until } from './until.js';

const ADDED = 'GaugesExpand1800000000502';
const REMOVED = 'GaugesContract1800000000503';

/** The newer release renames a column that the older one reads. */
const NEWER = [
  GAUGES,
  phased(
    revision(
      ADDED,
      [
        'ALTER TABLE gauges ADD COLUMN kind text',
        'ALTER TABLE gauges ADD COLUMN sort text',
        `INSERT INTO gauges VALUES (1, 'a', 'a')`,
      ],
      ['ALTER TABLE gauges DROP COLUMN sort', 'ALTER TABLE gauges DROP COLUMN kind'],
    ),
    'expand',
    [],
  ),
  phased(
    revision(REMOVED, ['ALTER TABLE gauges DROP COLUMN kind'], ['ALTER TABLE gauges ADD COLUMN kind text']),
    'contract',
    [],
  ),
];
const QUERY = 'SELECT kind FROM gauges';
const RELEASE_TIMEOUT_MS = 2000;

interface Ways {
  readonly direct: PostgresTarget;
  /** How the older release connects. */
  readonly through: PostgresTarget;
}

/** Starts a replica of the older release, brings the database behind expand, and lets contract try. */
export async function withOlderReplica<T>(
  { direct, through }: Ways,
  use: (replica: Application, up: (drainWaitMs?: number) => Promise<readonly string[]>) => Promise<T>,
): Promise<T> {
  return onTarget(direct, { contents: { entities: [], migrations: NEWER } }, async (newer: DataSource) => {
    await migrateUp(newer, { target: ADDED });
    const replica = await startApplication(urlOf(through), { QUERY });
    const up = async (drainWaitMs?: number) => {
      const options = { phases: 'contract' as const, releaseTimeoutMs: RELEASE_TIMEOUT_MS };
      const report = await migrateUp(
        newer,
        drainWaitMs === undefined ? options : { ...options, drainWaitMs },
      );
      return report.done.map(({ id }) => id);
    };
    try {
      await until(() => Promise.resolve(replica.stderr().includes('"kind":"a"')));
      return await use(replica, up);
    } finally {
      replica.signal('SIGCONT');
      replica.signal('SIGKILL');
      await replica.ended;
    }
  });
}

/** A replica that lives keeps contract waiting; one that was killed does so until it has been silent for long. */
export async function expectWaitsForKilled(ways: Ways): Promise<void> {
  await withOlderReplica(ways, async (replica, up) => {
    for (const wait of [undefined, 2 * RELEASE_TIMEOUT_MS]) {
      const error = await failureOf(up(wait));
      if (!(error instanceof ContractRefusedError)) throw error;
      expect(error.older.map(({ id }) => id)).to.deep.equal([replica.replica]);
      expect(error.message).to.contain(`pid ${replica.pid} at MakeGauges1800000000501`);
    }
    replica.signal('SIGKILL');
    await replica.ended;
    expect(await failureOf(up())).to.be.instanceOf(ContractRefusedError);
    expect(await up(10 * RELEASE_TIMEOUT_MS)).to.deep.equal([REMOVED]);
    expect(replica.stderr()).to.equal('[{"kind":"a"}]\n');
  });
}

/** A replica that is paused counts for as long; when it wakes behind contract, it gets an error and no wrong data. */
export async function expectErrorForFrozen(ways: Ways): Promise<void> {
  await withOlderReplica(ways, async (replica, up) => {
    replica.signal('SIGSTOP');
    expect(await failureOf(up())).to.be.instanceOf(ContractRefusedError);
    expect(await up(10 * RELEASE_TIMEOUT_MS)).to.deep.equal([REMOVED]);
    replica.signal('SIGCONT');
    await until(() => Promise.resolve(replica.stderr().includes('42703')));
    const rows = replica
      .stderr()
      .split('\n')
      .filter((line) => line.startsWith('['));
    expect(rows).to.deep.equal(['[{"kind":"a"}]']);
  });
}
