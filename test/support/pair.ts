import { expect } from 'chai';
import type { DialectName } from '../../src/databases/registry.js';
import { ScriptError } from '../../src/errors/migration.js';
import { migrateUp } from '../../src/migrator/migrate.js';
import { newDatabase, onChain, type ChainDatabase } from './chain-database.js';
import { empty } from './emptied.js';
import { runOffline, type ScriptContents } from './offline-run.js';
import { databaseState } from './offline-state.js';

/** Two databases, empty before each test: one for a process that migrates, one for a script. */
export interface Pair {
  readonly online: ChainDatabase;
  readonly offline: ChainDatabase;
}

/** Describes a suite on both kinds of database, with a pair of each. */
export function eachPair(title: string, body: (pair: () => Pair, dialect: DialectName) => void): void {
  for (const [dialect, shell] of [
    ['sqlite', 'sqlite3'],
    ['postgres', 'psql'],
  ] as const)
    describe(`${title} (${shell})`, () => {
      let pair: Pair;
      before(async () => {
        const [online, offline] = await Promise.all([newDatabase(dialect), newDatabase(dialect)]);
        pair = { online, offline };
      });
      beforeEach(() => Promise.all([empty(pair.online), empty(pair.offline)]));
      after(() => Promise.all([pair.online.remove(), pair.offline.remove()]));
      body(() => pair, dialect);
    });
}

/** Both hold the same now. */
export async function expectEqual({ online, offline }: Pair): Promise<void> {
  const expected = await databaseState(online.target);
  expect(await databaseState(offline.target)).to.deep.equal(expected);
}

/** Brings one to head by a process, the other one by a script, which must come to the same. */
export async function expectSameUp(pair: Pair, contents: ScriptContents): Promise<void> {
  await onChain(pair.online, (dataSource) => migrateUp(dataSource), contents);
  await runOffline(pair.offline, contents, { direction: 'up' });
  await expectEqual(pair);
}

/** The same, or no script is written at all, and the revision is named that does not go into one. */
export async function expectSameUpOrRefusal(
  pair: Pair,
  contents: ScriptContents,
  revision: string,
): Promise<void> {
  try {
    await expectSameUp(pair, contents);
  } catch (error) {
    if (!(error instanceof ScriptError)) throw error;
    expect(error.message).to.match(new RegExp(`^${revision}: `));
  }
}
