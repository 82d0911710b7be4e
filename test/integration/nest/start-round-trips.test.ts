import { expect } from 'chai';
import { systemClock } from '../../../src/clock.js';
import { createDataSource, type GuardedDataSource } from '../../../src/data-source.js';
import type { PostgresTarget } from '../../../src/database-url.js';
import { entities } from '../../../src/entities/index.js';
import { LineLogger } from '../../../src/logger.js';
import { migrations } from '../../../src/migrations/index.js';
import { applyOnStart } from '../../../src/nest/on-start.js';
import { parseSettings } from '../../../src/settings.js';
import { onDatabase } from '../../support/databases.js';
import { urlOf } from '../../support/servers.js';
import { startStatementProxy } from '../../support/statement-proxy.js';

onDatabase('postgres', 'The start of an application with nothing to migrate', (database) => {
  /** How many messages with statements something sends. */
  async function sent(use: (dataSource: GuardedDataSource) => Promise<unknown>): Promise<number> {
    const { settings } = await database().connectAtHead();
    const target = settings.database as PostgresTarget;
    const front = await startStatementProxy(target);
    const DATABASE_URL = urlOf({ ...target, host: '127.0.0.1', port: front.port });
    const logger = new LineLogger('error', () => undefined);
    const contents = { entities, migrations, logger, heartbeat: false } as const;
    const dataSource = createDataSource(parseSettings({ DATABASE_URL }), contents);
    try {
      await dataSource.initialize();
      const before = front.statements.length;
      await use(dataSource);
      return front.statements.length - before;
    } finally {
      await dataSource.destroy();
      await front.close();
    }
  }

  it('onStart: migrate and runMigrations make two round trips', async () => {
    const lines: string[] = [];
    const log = (line: string) => void lines.push(line);
    const options = { onStart: 'migrate', waitMs: 1000, clock: systemClock, log } as const;
    expect(await sent((dataSource) => applyOnStart(dataSource, options))).to.equal(2);
    expect(lines).to.deep.equal(['no pending revision']);
    expect(await sent((dataSource) => dataSource.runMigrations())).to.equal(2);
  });
});
