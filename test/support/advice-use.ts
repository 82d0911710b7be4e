import { expect } from 'chai';
import { DataSource, Like, Not } from 'typeorm';
import type { PostgresTarget } from '../../src/database-url.js';
import type { Code, JobRow } from './advice-world.js';

/** A role that uses the tables, not their owner. */
export interface Application {
  readonly target: PostgresTarget;
  readonly role: string;
  /** Keys that it was given until now. */
  readonly keys: Set<string>;
}

/**
 * What TypeORM sends for a repository: insert, upsert, update, find, save, delete. It has to come out as on the table
 * before.
 */
export async function useTable(application: Application, code: Code): Promise<void> {
  const dataSource = await connected(application, code);
  try {
    const repository = dataSource.getRepository(code.entity);
    const jobId = `new ${application.keys.size}`;
    const { identifiers } = await repository.insert({ ...code.values, jobId });
    const id = (identifiers[0] as { readonly id: JobRow['id'] }).id;
    fresh(application, id);
    const before = await repository.findOneByOrFail({ id });
    expect(before.createdAt).to.be.instanceOf(Date);
    await repository.upsert({ ...code.values, jobId }, ['jobId']);
    const after = await repository.findOneByOrFail({ jobId });
    expect(after).to.include({ id, ...code.values });
    await repository.update({ id }, { jobId: `${jobId} at last` });
    expect(after.updatedAt).to.be.instanceOf(Date);
    expect(after['status'] ?? 'COMPLETED').to.equal(before['status'] ?? 'COMPLETED');
    await refer(application, dataSource, { id, repository, code });
  } finally {
    await dataSource.destroy();
  }
}

async function connected({ target }: Application, { entity }: Code): Promise<DataSource> {
  const { host, port, user = '', password = '', database } = target;
  const options = { type: 'postgres', host, port, username: user, password, database } as const;
  return new DataSource({ ...options, entities: [entity] }).initialize();
}

function fresh({ keys }: Application, id: unknown): void {
  expect(id, 'the key of a new row').to.satisfy((key: unknown) => Number(key) > 100);
  expect([...keys], 'keys are given out once').not.to.include(String(id));
  keys.add(String(id));
}

interface Referred {
  readonly id: JobRow['id'];
  readonly repository: ReturnType<DataSource['getRepository']>;
  readonly code: Code;
}

/** A child, and a row that refers to the job, which goes with it. */
async function refer(
  application: Application,
  dataSource: DataSource,
  { id, repository, code }: Referred,
): Promise<void> {
  const child = (await repository.save({ ...code.values, jobId: `child of ${id}` })) as unknown as JobRow;
  fresh(application, child.id);
  await dataSource.query(`UPDATE "${code.table}" SET "parent_id" = $1 WHERE "id" = $2`, [id, child.id]);
  await dataSource.query('INSERT INTO "resource_allocations" ("job_id") VALUES ($1)', [id]);
  const refused = await Promise.resolve(repository.delete({ id })).then(
    () => 'it was deleted',
    (error: unknown) => (error as { readonly code?: string }).code,
  );
  expect(refused, 'the foreign key of the child').to.equal('23503');
  const dangling = await Promise.resolve(
    dataSource.query('INSERT INTO "resource_allocations" ("job_id") VALUES (99)'),
  ).then(
    () => 'it was inserted',
    (error: unknown) => (error as { readonly code?: string }).code,
  );
  expect(dangling, 'the foreign key to the job').to.equal('23503');
  await repository.delete({ id: child.id });
  await repository.delete({ id });
  const left = await dataSource.query<readonly { readonly n: number }[]>(
    'SELECT count(*)::int AS "n" FROM "resource_allocations" WHERE "job_id" = $1',
    [id],
  );
  expect(left).to.deep.equal([{ n: 0 }]);
  const rest = await repository.find({ where: { jobId: Not(Like('job %')) } as never });
  expect(rest).to.deep.equal([]);
}
