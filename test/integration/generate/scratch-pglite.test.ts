import { expect } from 'chai';
import { WrongScratchDatabaseError } from '../../../src/errors/scratch.js';
import { lendPostgres } from '../../../src/nest/testing/postgres-databases.js';
import { generateProject } from '../../support/generate-here.js';
import { petEntities } from '../../support/pet-entities.js';
import { startPglite, type SocketPglite } from '../../support/pglite.js';
import { urlOf } from '../../support/servers.js';

describe('A scratch database on a server that puts every client into one database (PGlite)', function () {
  this.timeout(120_000);
  let pglite: SocketPglite;
  beforeEach(async () => {
    pglite = await startPglite();
    await pglite.query('CREATE TABLE pets (id bigint, name varchar(50))');
    await pglite.query(`INSERT INTO pets VALUES (1, 'Rex')`);
  });
  afterEach(() => pglite.stop());

  const state = async () => [
    await pglite.query('SELECT *, xmin::text FROM pets'),
    await pglite.query(`SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace ORDER BY 1`),
    await pglite.query('SELECT datname FROM pg_database ORDER BY 1'),
  ];

  it('The generator refuses a scratch database on PGlite and changes nothing', async () => {
    const project = await generateProject();
    try {
      const before = await state();
      const env = { ...project.env, SCRATCH_DATABASE_URL: urlOf(pglite.target) };
      const { code, stderr } = await project.generate(petEntities(), ['Initial'], { env });
      expect(code, stderr).to.equal(3);
      expect(stderr).to.match(
        /^error: The scratch database (scratch_\w+) was created on postgres:\/\/postgres@127\.0\.0\.1:\d+\/postgres, but a connection to \1 reaches the database postgres\. Nothing was changed in it\. /,
      );
      expect(await state()).to.deep.equal(before);
      expect(await project.files()).to.deep.equal({});
    } finally {
      await project.remove();
    }
  });

  it('A test of an application refuses a scratch database on PGlite', async () => {
    const before = await state();
    const outcome: unknown = await lendPostgres({ scratch: pglite.target }).catch((error: unknown) => error);
    expect(outcome)
      .to.be.instanceOf(WrongScratchDatabaseError)
      .and.have.nested.property('found.reached', 'postgres');
    expect(await state()).to.deep.equal(before);
  });
});
