import { expect } from 'chai';
import type { EntityMetadata, EntityTarget, ObjectLiteral } from 'typeorm';
import { createDataSource, type GuardedDataSource } from '../../../src/data-source.js';
import {
  entities,
  IdempotencyKey,
  Job,
  JobStatus,
  ResourceAllocation,
  User,
  UserRole,
  Worker,
  WorkerStatus,
  WorkerType,
} from '../../../src/entities/index.js';
import { EntityValidationError } from '../../../src/errors.js';
import { LineLogger } from '../../../src/logger.js';
import { parseSettings } from '../../../src/settings.js';
import { validateInsert, validateUpdate, type Written } from '../../../src/validation/validate-entity.js';
import { thrownBy } from '../support/thrown-by.js';

const LONG = 'x'.repeat(101);
const NOON = new Date('2026-06-01T12:00:00.000Z');

/** The least that each entity takes, then all that it takes. */
const GOOD: readonly (readonly [entity: EntityTarget<ObjectLiteral>, least: Written, all: Written])[] = [
  [
    Worker,
    { workerId: 'w1' },
    {
      id: 1,
      workerId: 'x'.repeat(100),
      workerType: WorkerType.CODEX,
      status: WorkerStatus.TERMINATED,
      currentJobId: null,
      createdAt: NOON,
      updatedAt: NOON,
      jobs: [],
      allocations: [],
    },
  ],
  [
    Job,
    { jobId: 'j1', taskDescription: '' },
    {
      id: 2,
      jobId: 'j2',
      status: JobStatus.CANCELLED,
      taskDescription: 'Paint the fence',
      assignedWorkerId: 'w1',
      createdAt: NOON,
      updatedAt: NOON,
      completedAt: null,
      assignedWorker: { workerId: 'w1' },
      allocations: [],
    },
  ],
  [
    ResourceAllocation,
    { jobId: 'j1', workerId: 'w1' },
    { id: 3, job: { jobId: 'j1' }, worker: { workerId: 'w1' }, allocatedAt: NOON, releasedAt: NOON },
  ],
  [IdempotencyKey, { key: 'k' }, { id: 4, key: 'x'.repeat(255), createdAt: NOON }],
  [
    User,
    { username: 'ann', passwordHash: 'h' },
    {
      id: 5,
      username: 'bob',
      passwordHash: 'x'.repeat(255),
      role: UserRole.ADMIN,
      isActive: false,
      createdAt: NOON,
      updatedAt: NOON,
    },
  ],
];

const least = new Map(GOOD.map(([entity, values]) => [entity, values]));

/** One bad property in an otherwise good entity, and the rules that it breaks. */
const BAD: readonly (readonly [
  entity: EntityTarget<ObjectLiteral>,
  property: string,
  values: readonly unknown[],
  rules: readonly string[],
])[] = [
  [Worker, 'workerId', [undefined, null, 7], ['isLength', 'isString']],
  [Worker, 'workerId', ['', LONG], ['isLength']],
  [Worker, 'workerType', ['claude', 'GPT', null], ['isEnum']],
  [Worker, 'status', ['ASLEEP', null, 0], ['isEnum']],
  [Worker, 'currentJobId', ['', LONG], ['isLength']],
  [Worker, 'id', ['1', 1.5, null], ['isInt']],
  [Worker, 'createdAt', ['2026-06-01', 0, null, new Date(Number.NaN)], ['isDate']],
  [Worker, 'updatedAt', ['now', null], ['isDate']],
  [Worker, 'jobs', ['j1'], ['isArray']],
  [Worker, 'allocations', [{}], ['isArray']],
  [Job, 'jobId', [undefined, null, {}], ['isLength', 'isString']],
  [Job, 'status', ['DONE', null], ['isEnum']],
  [Job, 'taskDescription', [undefined, null, 7], ['isString']],
  [Job, 'assignedWorkerId', ['', LONG], ['isLength']],
  [Job, 'completedAt', ['2026-06-01'], ['isDate']],
  [Job, 'createdAt', [null], ['isDate']],
  [Job, 'updatedAt', [null], ['isDate']],
  [Job, 'assignedWorker', ['w1'], ['isObject']],
  [Job, 'allocations', ['all'], ['isArray']],
  [ResourceAllocation, 'jobId', [undefined, null, 7], ['isLength', 'isString']],
  [ResourceAllocation, 'workerId', [undefined, null], ['isLength', 'isString']],
  [ResourceAllocation, 'allocatedAt', [null, 'now'], ['isDate']],
  [ResourceAllocation, 'releasedAt', ['later'], ['isDate']],
  [ResourceAllocation, 'job', ['j1'], ['isObject']],
  [ResourceAllocation, 'worker', [7], ['isObject']],
  [IdempotencyKey, 'key', [undefined, null], ['isLength', 'isString']],
  [IdempotencyKey, 'key', ['', 'x'.repeat(256)], ['isLength']],
  [IdempotencyKey, 'createdAt', [null], ['isDate']],
  [User, 'username', [undefined, null], ['isLength', 'isString']],
  [User, 'username', ['', LONG], ['isLength']],
  [User, 'passwordHash', [undefined, null], ['isLength', 'isString']],
  [User, 'passwordHash', ['', 'x'.repeat(256)], ['isLength']],
  [User, 'role', ['ROOT', null], ['isEnum']],
  [User, 'isActive', [1, 'true', null], ['isBoolean']],
  [User, 'createdAt', [null], ['isDate']],
  [User, 'updatedAt', ['now', null], ['isDate']],
];

describe('The rules of the entities', () => {
  let dataSource: GuardedDataSource;
  const insert = (entity: EntityTarget<ObjectLiteral>, values: Written) =>
    validateInsert(dataSource.getMetadata(entity), values);
  const update = (entity: EntityTarget<ObjectLiteral>, values: Written) =>
    validateUpdate(dataSource.getMetadata(entity), values);
  const nameOf = (entity: EntityTarget<ObjectLiteral>) => (entity as { readonly name: string }).name;

  before(async () => {
    const settings = parseSettings({ DATABASE_URL: 'sqlite::memory:' });
    const logger = new LineLogger('error', () => undefined);
    dataSource = await createDataSource(settings, { entities, migrations: [], logger }).initialize();
  });
  after(() => dataSource.destroy());

  for (const [entity, fewest, all] of GOOD) {
    it(`accept a plain ${nameOf(entity)} with the least and with all that it takes`, () => {
      expect(() => insert(entity, fewest)).not.to.throw();
      expect(() => insert(entity, all)).not.to.throw();
      expect(() => update(entity, all)).not.to.throw();
    });
  }

  it('are there for every property of every entity', () => {
    const ruled = BAD.map(([entity, property]) => `${nameOf(entity)}.${property}`);
    const properties = dataSource.entityMetadatas.flatMap((metadata) =>
      [...metadata.columns, ...metadata.relations].map(
        ({ propertyName }) => `${metadata.name}.${propertyName}`,
      ),
    );
    const surrogate = /\.id$/;
    expect(
      [...new Set(properties)].filter((name) => !ruled.includes(name) && !surrogate.test(name)),
    ).to.deep.equal([]);
  });

  for (const [entity, property, values, rules] of BAD) {
    for (const value of values) {
      const shown =
        typeof value === 'string' && value.length > 20 ? `${value.length} characters` : String(value);

      it(`refuse ${nameOf(entity)}.${property} = ${shown} for an insert: ${rules.join(', ')}`, () => {
        const row = { ...least.get(entity), [property]: value };
        const error = thrownBy(EntityValidationError, () => insert(entity, row));
        expect(error.entity).to.equal(nameOf(entity));
        expect(error.problems.map((problem) => problem.property)).to.deep.equal([property]);
        expect(Object.keys(error.problems[0]?.rules ?? {}).sort()).to.deep.equal(rules);
      });

      it(`${value === undefined ? 'accept' : 'refuse'} ${nameOf(entity)}.${property} = ${shown} for an update`, () => {
        const act = () => update(entity, { [property]: value });
        if (value === undefined) expect(act).not.to.throw();
        else expect(thrownBy(EntityValidationError, act).problems).to.have.length(1);
      });
    }
  }

  it('name all bad properties in one error that says that nothing was written', () => {
    const error = thrownBy(EntityValidationError, () => insert(Worker, { status: 'ASLEEP', workerId: '' }));
    expect(error.message).to.equal(
      'Worker is invalid: workerId: workerId must be longer than or equal to 1 characters (isLength); ' +
        'status: status must be one of the following values: IDLE, BUSY, FAILED, TERMINATED (isEnum). Nothing was written.',
    );
    expect(error.code).to.equal('ENTITY_INVALID');
  });

  it('are asked of instances as of plain objects', () => {
    const worker = Object.assign(new Worker(), { workerId: LONG });
    expect(() => insert(Worker, worker as unknown as Written)).to.throw(EntityValidationError);
    expect(() => insert(Worker, { workerId: LONG })).to.throw(EntityValidationError);
  });

  it('look on update only at the properties that it sets', () => {
    expect(() => update(Worker, { status: WorkerStatus.BUSY })).not.to.throw();
    expect(() => update(Worker, {})).not.to.throw();
    const error = thrownBy(EntityValidationError, () => update(Job, { status: 'DONE', jobId: undefined }));
    expect(error.problems.map((problem) => problem.property)).to.deep.equal(['status']);
  });

  it('leave an SQL expression to the database', () => {
    const expression = () => 'CURRENT_TIMESTAMP';
    expect(() => update(Worker, { updatedAt: expression, workerId: expression })).not.to.throw();
    expect(() => insert(Worker, { workerId: expression })).not.to.throw();
    expect(() => update(Worker, { updatedAt: expression, status: 'ASLEEP' })).to.throw(EntityValidationError);
  });

  it('are not demanded: an entity without any is written as it is', () => {
    const ruleless = Object.assign(Object.create(dataSource.getMetadata(Worker)) as EntityMetadata, {
      target: class Ruleless {},
    });
    expect(() => validateInsert(ruleless, { id: 1 })).not.to.throw();
  });

  it('leave the row that they look at as it was', () => {
    const row = Object.freeze({ workerId: 'w1', jobs: Object.freeze([]) });
    expect(() => insert(Worker, row)).not.to.throw();
  });
});
