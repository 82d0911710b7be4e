import { Test } from '@nestjs/testing';
import { expect } from 'chai';
import { Column, Entity, PrimaryColumn, View, ViewColumn, ViewEntity } from 'typeorm';
import { createDataSource } from '../../../src/data-source.js';
import { StartRefusedError } from '../../../src/errors/start.js';
import { LineLogger } from '../../../src/logger.js';
import { migrateUp } from '../../../src/migrator/migrate.js';
import { DatabaseModule, databaseHealthToken } from '../../../src/nest/database-module.js';
import type { DatabaseHealthIndicator } from '../../../src/nest/health-indicator.js';
import { parseSettings } from '../../../src/settings.js';
import { eachDatabase, type TestDatabase } from '../../support/databases.js';
import { handWritten } from '../../support/hand-written.js';

@Entity('pebbles')
class Pebble {
  @PrimaryColumn({ name: 'id', type: 'integer', primaryKeyConstraintName: 'pk_pebbles' })
  id!: number;

  @Column({ name: 'weight', type: 'integer' })
  weight!: number;
}

const HEAVY = 'SELECT "id" FROM "pebbles" WHERE "weight" > 9';

@ViewEntity({ name: 'heavy_pebbles', expression: HEAVY })
class HeavyPebble {
  @ViewColumn()
  id!: number;
}

const history = handWritten('Pebbles1800000000720', async (queryRunner) => {
  await queryRunner.query(
    'CREATE TABLE "pebbles" ("id" integer NOT NULL, "weight" integer NOT NULL, CONSTRAINT "pk_pebbles" PRIMARY KEY ("id"))',
  );
  await queryRunner.createView(new View({ name: 'heavy_pebbles', expression: HEAVY }), true);
});

function sourceOn({ target }: TestDatabase) {
  const logger = new LineLogger('error', () => undefined);
  const settings = { ...parseSettings({}), database: target };
  return createDataSource(settings, { entities: [Pebble, HeavyPebble], migrations: [history], logger });
}

eachDatabase('An application with the entity of a view', (database) => {
  it('An application with the entity of a view starts with `onStart: check`, and is ready', async () => {
    const dataSource = await sourceOn(database()).initialize();
    await migrateUp(dataSource).finally(() => dataSource.destroy());
    const app = await (await moduleOn(database())).init();
    const health = app.get<DatabaseHealthIndicator>(databaseHealthToken());
    expect(await health.ready('database')).to.deep.equal({ database: { status: 'up' } });
    await app.close();
  });

  it('An application with the entity of a view does not start while the view is missing, and names it', async () => {
    const dataSource = await sourceOn(database()).initialize();
    await migrateUp(dataSource);
    await dataSource.query('DROP VIEW "heavy_pebbles"');
    await dataSource.destroy();
    const refused: unknown = await moduleOn(database()).catch((error: unknown) => error);
    expect(refused).to.be.instanceOf(StartRefusedError);
    expect((refused as Error).message).to.contain('View heavy_pebbles is missing in the database');
  });
});

function moduleOn(database: TestDatabase) {
  const options = { dataSource: sourceOn(database), onStart: 'check' } as const;
  return Test.createTestingModule({ imports: [DatabaseModule.forRoot(options)] })
    .setLogger({ log: () => undefined, warn: () => undefined, error: () => undefined })
    .compile();
}
