import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { expect } from 'chai';
import { DataSource } from 'typeorm';
import { ConnectError } from '../../src/errors/base.js';
import { withWritableConnection } from '../../src/databases/read-only-connection.js';
import { migrateUp } from '../../src/migrator/migrate.js';
import { expectFailure } from '../support/failures.js';

describe('A DataSource of a project, whose server takes connections and never answers', () => {
  let server: Server;
  const sockets: Socket[] = [];
  beforeEach(async () => {
    server = createServer((socket) => void sockets.push(socket)).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
  });
  afterEach(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });

  it('A DataSource of a project, whose server takes connections and never answers is given up after 10 s, and has its own options back', async () => {
    const { port } = server.address() as AddressInfo;
    const dataSource = new DataSource({ type: 'postgres', host: '127.0.0.1', port, database: 'shop' });
    await expectFailure(
      withWritableConnection(dataSource, () => migrateUp(dataSource)),
      ConnectError,
      `Cannot connect to postgres://127.0.0.1:${port}/shop: no answer in time.`,
    );
    expect(dataSource.options).not.to.have.property('connectTimeoutMS');
  });
});
