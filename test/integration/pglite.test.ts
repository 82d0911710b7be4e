import { PGlite } from '@electric-sql/pglite';
import { PGLiteSocketServer } from '@electric-sql/pglite-socket';
import { expect } from 'chai';
import type { PostgresTarget } from '../../src/database-url.js';
import { SingleSessionError } from '../../src/errors/server.js';
import { migrateUp } from '../../src/migrator/migrate.js';
import { readStatus } from '../../src/migrator/status.js';
import { expectFailure, only, onTarget } from '../support/failures.js';
import { revision } from '../support/revisions.js';

const GAUGES = revision(
  'MakeGauges1800000000345',
  ['CREATE TABLE gauges (id integer PRIMARY KEY)'],
  ['DROP TABLE gauges'],
);

describe('PGlite behind its socket server, which has one session for all clients', () => {
  let db: PGlite;
  before(async () => {
    db = await PGlite.create();
  });
  after(() => db.close());

  for (const maxConnections of [1, 10])
    it(`PGlite behind its socket server, which has one session for all clients is refused, saying what to do, and nothing is changed: ${maxConnections} connections at most`, async () => {
      const server = new PGLiteSocketServer({ db, port: 0, host: '127.0.0.1', maxConnections });
      await server.start();
      const port = Number(server.getServerConn().split(':').at(-1));
      const target: PostgresTarget = {
        dialect: 'postgres',
        host: '127.0.0.1',
        port,
        user: 'postgres',
        database: 'postgres',
        ssl: false,
        shown: `postgres://127.0.0.1:${port}/postgres`,
      };
      try {
        await onTarget(target, { contents: only(GAUGES), settings: { poolSize: 1 } }, async (dataSource) => {
          await expectFailure(
            migrateUp(dataSource),
            SingleSessionError,
            `postgres://127.0.0.1:${port}/postgres has one session for all clients (as PGlite has), so a lock cannot keep another process out. Nothing was changed. ` +
              'Migrate on a server with one session for each client, or run the SQL of `up --sql` while no other client is connected.',
          );
          const { pending, server: facts } = await readStatus(dataSource);
          expect(pending).to.deep.equal(['MakeGauges1800000000345']);
          expect(facts)
            .to.deep.include({ role: 'primary', singleSession: true })
            .and.not.have.property('pooler');
        });
      } finally {
        await server.stop();
      }
    });
});
