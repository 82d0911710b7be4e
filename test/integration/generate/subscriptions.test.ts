import { expect } from 'chai';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MigrationInterface } from 'typeorm';
import { generateRevisions } from '../../../src/generate/index.js';
import { Revision } from '../../../src/migrator/revision.js';
import { onDatabase } from '../../support/databases.js';
import { petEntities } from '../../support/pet-entities.js';
import { postgresServer, urlOf } from '../../support/servers.js';

onDatabase('postgres', 'generate with a subscription in the history', (database) => {
  let folder: string;
  let publisher: Server;
  let reached = 0;
  const conninfo = () =>
    `CONNECTION 'host=127.0.0.1 port=${(publisher.address() as AddressInfo).port} dbname=pub connect_timeout=2' PUBLICATION p`;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'orchestrator-db-subscriptions-'));
    reached = 0;
    publisher = createServer((socket) => {
      reached += 1;
      socket.destroy();
    });
    await new Promise<void>((listening) => publisher.listen(0, '127.0.0.1', listening));
  });
  afterEach(async () => {
    publisher.close();
    await rm(folder, { recursive: true });
  });

  async function generated(...migrations: readonly (new () => MigrationInterface)[]) {
    const app = await database().connect({ entities: petEntities(), migrations });
    const options = { folder, name: 'Pets', scratchUrl: urlOf(postgresServer()), write: false };
    return generateRevisions(app, options);
  }

  function subscribing(up: readonly string[], down: readonly string[], transaction: boolean) {
    return class Subscribe1795800000003 extends Revision {
      override readonly transaction = transaction;
      override readonly postgres = { up, down };
      override readonly sqlite = { up: [], down: [] };
    };
  }

  it('connects to no publisher, and leaves all statements about subscriptions out', async () => {
    const create = `/* all orders */ CREATE SUBSCRIPTION orders_in ${conninfo()}`;
    class Refresh1795800000004 extends Revision {
      override readonly postgres = {
        up: [
          'ALTER SUBSCRIPTION orders_in DISABLE',
          `COMMENT ON SUBSCRIPTION orders_in IS 'orders'`,
          'CREATE TABLE subscription (id integer)',
        ],
        down: ['DROP TABLE subscription', 'ALTER SUBSCRIPTION orders_in ENABLE'],
      };
      override readonly sqlite = { up: [], down: [] };
    }
    const subscribe = subscribing([create], ['DROP SUBSCRIPTION orders_in'], false);
    expect(await generated(subscribe, Refresh1795800000004))
      .to.have.property('revisions')
      .with.length(1);
    expect(reached).to.equal(0);
  });

  for (const text of [
    `CREATE TABLE orders (id integer); CREATE SUBSCRIPTION orders_in <publisher> WITH (create_slot = false)`,
    `DO $$ BEGIN CREATE SUBSCRIPTION orders_in <publisher> WITH (create_slot = false, slot_name = 'x'); END $$`,
  ])
    it(`refuses ${text.slice(0, 12)} ..., which has a subscription among other statements, and connects to no publisher`, async () => {
      const up = [text.replace('<publisher>', conninfo())];
      const error: unknown = await generated(subscribing(up, [], true)).catch((reason: unknown) => reason);
      expect((error as Error).message).to.include(
        'up failed: The revision creates or changes a subscription in one text with other statements, and on a scratch database it would connect to the publisher. Let SUBSCRIPTION statements be texts of their own, which a replay leaves out.',
      );
      expect(reached).to.equal(0);
    });
});
