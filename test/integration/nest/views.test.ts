import { Test } from '@nestjs/testing';
import { expect } from 'chai';
import { Column, Entity, PrimaryColumn, View, ViewColumn, ViewEntity } from 'typeorm';
import { createDataSource } from '../../../src/data-source.js';
import { StartRefusedError } from '../../../src/errors/start.js';
import { LineLogger } from '../../../src/logger.js';
import { migrateUp } from '../../../src/migrator/migrate.js';
import {
  DatabaseModule,
  databaseHealthToken,
  type DatabaseModuleOptions,
} from '../../../src/nest/database-module.js';
import type { DatabaseHealthIndicator } from '../../../src/nest/health-indicator.js';
import { parseSettings } from '../../../src/settings.js';
import { eachDatabase, onDatabase, type TestDatabase } from '../../support/databases.js';
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

onDatabase('postgres', 'An application whose snapshot is older than its server (PostgreSQL)', (database) => {
  const lines: string[] = [];
  /** Starts it with a snapshot for another version, where TypeORM has recorded nothing. */
  async function startedWith(text: string, ...more: readonly string[]) {
    const dataSource = await sourceOn(database()).initialize();
    await migrateUp(dataSource);
    for (const sql of ['DELETE FROM "typeorm_metadata"', ...more]) await dataSource.query(sql);
    await dataSource.destroy();
    const known = { name: 'heavy_pebbles', text, outputs: [], definitions: { 9: text } };
    return moduleOn(database(), { snapshot: { schemas: { postgres: { views: [known] } } } }, (line) =>
      lines.push(line),
    );
  }

  it('A view that the snapshot does not know on this server keeps nobody from starting, and is logged with the command that adds it', async () => {
    const app = await (await startedWith(HEAVY)).init();
    const health = app.get<DatabaseHealthIndicator>(databaseHealthToken());
    expect(await health.ready('database')).to.deep.equal({ database: { status: 'up' } });
    expect(lines.join('\n')).to.match(
      /view heavy_pebbles: the snapshot has no definition of it for PostgreSQL \d+ .*SCRATCH_DATABASE_URL=<address> npx orchestrator-db generate Views/,
    );
    await app.close();
  });

  it('A difference beside such a view keeps it from starting', async () => {
    const refused: unknown = await startedWith(HEAVY, 'ALTER TABLE "pebbles" ADD "more" integer').catch(
      (error: unknown) => error,
    );
    expect(refused).to.be.instanceOf(StartRefusedError);
    expect((refused as Error).message)
      .to.contain('pebbles.more')
      .and.to.contain('has no definition of it');
  });
});

function moduleOn(
  database: TestDatabase,
  more: Partial<DatabaseModuleOptions> = {},
  log: (line: string) => void = () => undefined,
) {
  const options = { dataSource: sourceOn(database), onStart: 'check', ...more } as const;
  return Test.createTestingModule({ imports: [DatabaseModule.forRoot(options)] })
    .setLogger({ log, warn: () => undefined, error: () => undefined })
    .compile();
}
