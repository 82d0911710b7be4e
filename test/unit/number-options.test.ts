import { expect } from 'chai';
import { inspect } from 'node:util';
import { createDataSource } from '../../src/data-source.js';
import { guard } from '../../src/guard.js';
import { Migrator } from '../../src/migrator-api.js';
import { migrateDown, migrateUp, stampAt } from '../../src/migrator/migrate.js';
import { writeScript } from '../../src/migrator/offline.js';
import { orderRevisions } from '../../src/migrator/revision.js';
import type { RunOptions } from '../../src/migrator/run-context.js';
import { readHistory } from '../../src/migrator/run-history.js';
import { LineLogger } from '../../src/logger.js';
import { parseSettings } from '../../src/settings.js';
import { revision } from '../support/revisions.js';

const TIME = 'a number of milliseconds from 0 to 2147483647';
const WANTED: Readonly<Record<string, string>> = {
  lockWaitMs: TIME,
  waitStandbysMs: TIME,
  drainWaitMs: TIME,
  releaseTimeoutMs: TIME,
  lockTimeoutMs: TIME,
  statementTimeoutMs: TIME,
  nonTransactionalTimeoutMs: TIME,
  lockTries: 'a whole number, 1 or more',
};
const BAD: readonly unknown[] = [NaN, -1, Infinity, -Infinity, 2 ** 31, '5', null];
const contents = { entities: [], migrations: [], logger: new LineLogger('error', () => undefined) };
const settings = parseSettings({ DATABASE_URL: 'sqlite::memory:' });
const source = () => createDataSource(settings, contents);

async function wordsOf(work: () => unknown): Promise<string> {
  try {
    await work();
    return 'It was accepted.';
  } catch (error) {
    return `${(error as { readonly code: string }).code}: ${(error as Error).message}`;
  }
}

describe('Options that are numbers', () => {
  const ways: Readonly<Record<string, (options: Omit<RunOptions, 'phases'>) => unknown>> = {
    migrateUp: (options) => migrateUp(source(), options),
    migrateDown: (options) => migrateDown(source(), options),
    stampAt: (options) => stampAt(source(), 'head', options),
    Migrator: (options) => new Migrator(source(), options),
    guard: (options) => guard(source(), options),
    createDataSource: (options) => createDataSource(settings, { ...contents, migrating: options }),
    writeScript: (options) => writeScript(source(), { direction: 'up', ...options }),
  };
  for (const [way, run] of Object.entries(ways))
    it(`Options that are numbers are refused by ${way} where they are none, naming the option, before it connects`, async () => {
      for (const [option, wanted] of Object.entries(WANTED))
        for (const bad of BAD.filter((value) => option !== 'lockTries' || value !== 2 ** 31))
          expect(await wordsOf(() => run({ [option]: bad }))).to.equal(
            `USAGE: The option ${option} is ${inspect(bad)}; it takes ${wanted}. Nothing was changed.`,
          );
    });

  it('Options that are numbers are accepted at both ends', async () => {
    for (const ms of [0, 0.5, 2 ** 31 - 1])
      expect(await wordsOf(() => new Migrator(source(), { lockWaitMs: ms, lockTries: 1 }))).to.equal(
        'It was accepted.',
      );
  });

  for (const [option, wanted] of [
    ['poolSize', 'a whole number, 1 or more'],
    ['connectTimeoutMs', TIME],
    ['statementTimeoutMs', TIME],
    ['busyTimeoutMs', TIME],
  ] as const)
    it(`Options that are numbers are refused in the settings of a DataSource: ${option}`, async () => {
      expect(await wordsOf(() => createDataSource({ ...settings, [option]: NaN }, contents))).to.equal(
        `USAGE: The option ${option} is NaN; it takes ${wanted}. Nothing was changed.`,
      );
    });

  it('Options that are numbers are refused where history is read', async () => {
    expect(await wordsOf(() => readHistory(source(), { limit: -1 }))).to.equal(
      'USAGE: The option limit is -1; it takes a whole number, 0 or more. Nothing was changed.',
    );
  });

  for (const limit of ['lockTimeoutMs', 'statementTimeoutMs'])
    it(`Options that are numbers are refused in a revision: ${limit}`, async () => {
      const Named = revision('Named1800000000001', [], []);
      const one = Object.assign(new Named(), { [limit]: NaN });
      expect(await wordsOf(() => orderRevisions([one]))).to.equal(
        `REVISION_INVALID: Named1800000000001: ${limit} is NaN; it takes ${TIME}.`,
      );
    });
});
