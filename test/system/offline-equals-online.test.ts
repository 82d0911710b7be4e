import { expect } from 'chai';
import { entities } from '../../src/entities/index.js';
import { migrateDown, migrateUp } from '../../src/migrator/migrate.js';
import { migrations } from '../../src/migrations/index.js';
import { onChain, type ChainDatabase } from '../support/chain-database.js';
import { OFFLINE_HISTORY } from '../support/offline-history.js';
import { runOffline, type ScriptContents } from '../support/offline-run.js';
import { databaseState } from '../support/offline-state.js';
import { eachPair, expectEqual } from '../support/pair.js';

const HISTORIES: readonly (readonly [title: string, contents: ScriptContents])[] = [
  ["the project's own revisions", { entities, migrations }],
  ['a history of all that is hard to say in a script', { entities: [], migrations: OFFLINE_HISTORY }],
];

for (const [title, contents] of HISTORIES)
  eachPair(`An offline script leaves what running online leaves, for ${title}`, (pair) => {
    const ids = contents.migrations.map(({ name }) => name);
    const run = (database: ChainDatabase, direction: 'up' | 'down', target: string) =>
      onChain(
        database,
        (dataSource) => (direction === 'up' ? migrateUp : migrateDown)(dataSource, { target }),
        contents,
      );
    const applied = async () =>
      (await databaseState(pair().online.target)).rows['migrations']?.map(({ name }) => name);

    for (const [index, id] of ids.entries())
      it(`An offline script leaves what running online leaves, for ${title} up from base to ${id}`, async () => {
        const { online, offline } = pair();
        await run(online, 'up', id);
        await runOffline(offline, contents, { direction: 'up', target: id });
        await expectEqual(pair());
        expect(await applied()).to.deep.equal(ids.slice(0, index + 1));
      });

    for (const [index, id] of ['base', ...ids.slice(0, -1)].entries())
      it(`An offline script leaves what running online leaves, for ${title} down from head to ${id}`, async () => {
        const { online, offline } = pair();
        await Promise.all([online, offline].map((database) => run(database, 'up', 'head')));
        await run(online, 'down', id);
        await runOffline(offline, contents, { direction: 'down', target: id });
        await expectEqual(pair());
        expect(await applied()).to.deep.equal(ids.slice(0, index));
      });

    it(`An offline script leaves what running online leaves, for ${title} up and down by ranges, one after the other, which lead from head to base and back`, async () => {
      const { online, offline } = pair();
      const ways = [...ids.map((id, index) => ['up', ids[index - 1] ?? 'base', id] as const)];
      const back = [...ways].reverse().map(([, from, to]) => ['down', to, from] as const);
      for (const [direction, from, to] of [...ways, ...back]) {
        await run(online, direction, to);
        await runOffline(offline, contents, { direction, target: `${from}..${to}` });
      }
      await expectEqual(pair());
      expect(await applied()).to.deep.equal([]);
    });
  });
