import { expect } from 'chai';
import type { EntityMetadata, EntityTarget, ObjectLiteral } from 'typeorm';
import { createDataSource, type GuardedDataSource } from '../../../src/data-source.js';
import { entities, Job, Worker, WorkerStatus } from '../../../src/entities/index.js';
import { EntityValidationError } from '../../../src/errors/base.js';
import { LineLogger } from '../../../src/logger.js';
import { parseSettings } from '../../../src/settings.js';
import { validateInsert, validateUpdate, type Written } from '../../../src/validation/validate-entity.js';
import { thrownBy } from '../support/thrown-by.js';
import { BAD, GOOD, LONG } from './entity-values.js';

const least = new Map(GOOD.map(([entity, values]) => [entity, values]));

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

  it('Rules exist for every property of every entity', () => {
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
        'status: status must be one of the following values: IDLE, BUSY, PAUSED, FAILED, TERMINATED (isEnum). Nothing was written.',
    );
    expect(error.code).to.equal('ENTITY_INVALID');
  });

  it('Rules are applied to instances as of plain objects', () => {
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

  it('Rules are not required: an entity without any is written as it is', () => {
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
