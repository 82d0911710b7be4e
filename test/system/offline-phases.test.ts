import { expect } from 'chai';
import { migrateUp } from '../../src/migrator/migrate.js';
import { onChain } from '../support/chain-database.js';
import { runOffline, scriptFor, stoppedScript } from '../support/offline-run.js';
import { eachPair, expectEqual, expectSameUp } from '../support/pair.js';
import { CONTRACT, MAKE, MakeNotes, NEW, OLD } from '../support/phased.js';

const LATER = { entities: [], migrations: [...NEW.migrations, MakeNotes] };

eachPair('A script with phases', (pair, dialect) => {
  it('A script with phases comes to the same as the command, all at once', async () => {
    await expectSameUp(pair(), LATER);
  });

  it('A script with phases comes to the same as the command, contract after a revision that overtook it', async () => {
    for (const phases of ['expand', 'contract'] as const) {
      await onChain(pair().online, (dataSource) => migrateUp(dataSource, { phases }), LATER);
      await runOffline(pair().offline, LATER, { direction: 'up', phases });
      await expectEqual(pair());
    }
    const again = await scriptFor(pair().offline, LATER, { direction: 'up', phases: 'contract' });
    expect(await stoppedScript(pair().offline, again)).to.contain(
      {
        postgres: `${CONTRACT} was not applied: it is recorded already.`,
        sqlite: `${CONTRACT}: it should not be recorded`,
      }[dialect],
    );
  });

  it('A script with phases stops before contract while an older release is connected, unless it is forced', async () => {
    await runOffline(pair().offline, { ...OLD, entities: [] }, { direction: 'up' });
    await onChain(
      pair().offline,
      (dataSource) =>
        dataSource.query(
          `INSERT INTO "migrations_heartbeat" ("replica", "head", "version", "host", "pid") VALUES ('r1', '${MAKE}', '1.2.3', 'web-1', 71)`,
        ),
      LATER,
    );
    const options = { direction: 'up', target: `${MAKE}..head` } as const;
    const stopped = await stoppedScript(pair().offline, await scriptFor(pair().offline, NEW, options));
    expect(stopped).to.contain(
      {
        postgres: `${CONTRACT} was not applied: it is a contract revision, and older releases are connected: web-1 pid 71 at ${MAKE}`,
        sqlite: `${CONTRACT}: no older release should be connected`,
      }[dialect],
    );
    await runOffline(pair().offline, NEW, { direction: 'up', phases: 'contract', forceContract: true });
  });
});
