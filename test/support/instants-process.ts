import 'reflect-metadata';
import { MoreThanOrEqual } from 'typeorm';
import { createDataSource, type GuardedDataSource } from '../../src/data-source.js';
import { entities, Job } from '../../src/entities/index.js';
import { LineLogger } from '../../src/logger.js';
import { migrations } from '../../src/migrations/index.js';
import { parseSettings } from '../../src/settings.js';

// A process whose time zone is that of its TZ, against DATABASE_URL: `write <json>` writes jobs, `read` prints them
// all.

/** A job as it travels between processes: instants as ISO 8601 in UTC. */
interface JobInstants {
  readonly jobId: string;
  readonly createdAt?: string;
  readonly completedAt?: string | null;
}

async function write(dataSource: GuardedDataSource, jobs: readonly JobInstants[]): Promise<void> {
  for (const { jobId, createdAt, completedAt } of jobs) {
    await dataSource.manager.save(Job, {
      jobId,
      taskDescription: `written in ${zone()}`,
      ...(createdAt ? { createdAt: new Date(createdAt) } : {}),
      ...(completedAt ? { completedAt: new Date(completedAt) } : {}),
    });
  }
}

async function read(dataSource: GuardedDataSource): Promise<object> {
  const jobs = await dataSource.manager.find(Job, { order: { jobId: 'ASC' } });
  const found: string[] = [];
  for (const { jobId, createdAt } of jobs) {
    const same = await dataSource.manager.findBy(Job, { createdAt });
    const notBefore = await dataSource.manager.findBy(Job, { createdAt: MoreThanOrEqual(createdAt) });
    const has = (list: readonly Job[]) => list.some((job) => job.jobId === jobId);
    if (has(same) && has(notBefore)) found.push(jobId);
  }
  return {
    zone: zone(),
    found,
    jobs: jobs.map(({ jobId, createdAt, updatedAt, completedAt }) => ({
      jobId,
      createdAt,
      updatedAt,
      completedAt,
    })),
  };
}

function zone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}

const [command, argument = '[]'] = process.argv.slice(2);
const dataSource = createDataSource(parseSettings(process.env), {
  entities,
  migrations,
  logger: new LineLogger('error', (line) => process.stderr.write(`${line}\n`)),
});
await dataSource.initialize();
try {
  if (command === 'write') await write(dataSource, JSON.parse(argument) as JobInstants[]);
  else process.stdout.write(JSON.stringify(await read(dataSource)));
} finally {
  await dataSource.destroy();
}
