import { expect } from 'chai';
import type { PostgresTarget } from '../../src/database-url.js';
import { TestDatabaseModule } from '../../src/nest/testing/test-database-module.js';
import { createDataSource } from '../../src/data-source.js';
import { LineLogger } from '../../src/logger.js';
import { parseSettings } from '../../src/settings.js';
import { Test } from '@nestjs/testing';
import { onDatabase } from '../support/databases.js';
import { generateProject } from '../support/generate-here.js';
import { petEntities } from '../support/pet-entities.js';
import { startPooler, type Pooler } from '../support/pgbouncer.js';
import { startReadSplitter } from '../support/pgpool.js';
import { withRawClient } from '../support/raw-postgres.js';
import { postgresServer, urlOf } from '../support/servers.js';
import { startReplicatedPair } from '../support/standby.js';

/** Rows, and who has written them. */
async function petsOf(app: PostgresTarget): Promise<readonly object[]> {
  return withRawClient(app, async (client) => {
    const { rows } = await client.query<object>('SELECT *, xmin::text FROM pets');
    return rows;
  });
}

for (const poolMode of ['session', 'transaction'] as const)
  onDatabase(
    'postgres',
    `Behind PgBouncer, whose fallback entry leads to one database (${poolMode})`,
    (database) => {
      let pooler: Pooler | undefined;
      let app: PostgresTarget;
      beforeEach(async () => {
        app = database().target as PostgresTarget;
        pooler = await startPooler({ poolMode, database: app.database });
        await withRawClient(app, async (client) => {
          await client.query('CREATE TABLE pets (id bigint, name varchar(50), keep text)');
          await client.query(`INSERT INTO pets VALUES (1, 'Rex', 'x'), (2, 'Mia', 'y')`);
        });
      });
      afterEach(() => pooler?.stop());
      const scratch = () => urlOf(pooler?.through({ ...postgresServer(), database: app.database }) ?? app);

      it(`Behind PgBouncer, whose fallback entry leads to one database (${poolMode}) generate is refused, and nothing is changed there`, async () => {
        const project = await generateProject();
        try {
          const before = await petsOf(app);
          const env = { ...project.env, SCRATCH_DATABASE_URL: scratch() };
          const { code, stderr } = await project.generate(petEntities(), ['Initial'], { env });
          expect(code).to.equal(3);
          expect(stderr).to.include(`reaches the database ${app.database}. Nothing was changed in it. `);
          expect(await petsOf(app)).to.deep.equal(before);
          expect(await project.files()).to.deep.equal({});
        } finally {
          await project.remove();
        }
      });

      it(`Behind PgBouncer, whose fallback entry leads to one database (${poolMode}) a test of an application is refused`, async () => {
        const before = await petsOf(app);
        const settings = parseSettings({
          DATABASE_URL: 'sqlite:/nowhere/at/all.db',
          SCRATCH_DATABASE_URL: scratch(),
        });
        const dataSource = createDataSource(settings, {
          entities: petEntities(),
          migrations: [],
          logger: new LineLogger('error', () => undefined),
        });
        const module = Test.createTestingModule({
          imports: [TestDatabaseModule.forRoot({ dataSource, on: 'postgres' })],
        });
        const outcome: unknown = await module.compile().catch((error: unknown) => error);
        expect(outcome).to.have.property('code', 'SCRATCH_DATABASE_WRONG');
        expect(await petsOf(app)).to.deep.equal(before);
      });
    },
  );

describe('Behind pgpool-II, whose standby has no database that is new', function () {
  this.timeout(120_000);

  it('Behind pgpool-II, whose standby has no database that is new generate is refused with the direct address as the way out', async () => {
    const pair = await startReplicatedPair();
    const pool = await startReadSplitter(pair);
    const project = await generateProject();
    try {
      const env = { ...project.env, SCRATCH_DATABASE_URL: urlOf(pool.through(pair.primary)) };
      const { code, stderr } = await project.generate(petEntities(), ['Initial'], { env });
      expect(stderr).to.match(
        /^error: The scratch database (scratch_[0-9a-f]{16}) was created on .*, but a connection to \1 fails: unable to read message kind\. Nothing was changed\. .* Set SCRATCH_DATABASE_URL to the address of the PostgreSQL server itself, /,
      );
      expect(code).to.equal(3);
    } finally {
      await project.remove();
      await pool.stop();
      await pair.stop();
    }
  });
});

onDatabase('postgres', 'Behind PgBouncer, which leads every name to its own database', () => {
  for (const poolMode of ['session', 'transaction'] as const)
    it(`Behind PgBouncer, which leads every name to its own database generate works as before (${poolMode})`, async () => {
      const pooler = await startPooler({ poolMode });
      const project = await generateProject();
      try {
        const env = { ...project.env, SCRATCH_DATABASE_URL: urlOf(pooler.through(postgresServer())) };
        const { code, stderr } = await project.generate(petEntities(), ['Initial'], { env });
        expect({ code, stderr }).to.deep.equal({ code: 0, stderr: '' });
      } finally {
        await project.remove();
        await pooler.stop();
      }
    });
});
