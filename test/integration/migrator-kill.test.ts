import { expect } from 'chai';
import type { DialectName } from '../../src/databases/registry.js';
import { killEverywhere } from '../support/kill-everywhere.js';
import type { KillPoint } from '../support/kill-points.js';
import { level, repetitions } from '../support/repetitions.js';

const LIMIT_MS = 300_000;
/** Every so many-th statement. */
const EVERY = repetitions({ quick: 4, ci: 3, full: 1 });
/** Of all statements there and back. */
const FEWEST = 40;
const SHARE = `every ${EVERY === 1 ? 'one' : `${EVERY}th`} and the first of each kind, TEST_LEVEL=${level}`;
const say = (line: string) => void process.stdout.write(`      ${line}\n`);

const KINDS: Readonly<Record<DialectName, readonly RegExp[]>> = {
  sqlite: [
    /^BEGIN EXCLUSIVE/,
    /^BEGIN/,
    /^CREATE TABLE "temporary_parent"/,
    /^DROP TABLE "parent"/,
    /RENAME TO "temporary_parent"/,
    /RENAME TO "parent"/,
    /"counter" SET/,
    /INSERT INTO (?:"public"\.)?"migrations"/,
    /DELETE FROM (?:"public"\.)?"migrations"/,
    /COMMIT$/,
  ],
  postgres: [
    /^BEGIN|^START TRANSACTION/,
    /advisory/,
    /^CREATE INDEX CONCURRENTLY/,
    /^DROP INDEX CONCURRENTLY/,
    /"counter" SET/,
    /INSERT INTO (?:"public"\.)?"migrations"/,
    /DELETE FROM (?:"public"\.)?"migrations"/,
    /COMMIT$/,
  ],
};

/**
 * To kill before a statement is to kill after the one before it, as far as a database can see; so each statement is a
 * point once, and each direction has a side of its own. `npm run test:stress` has both sides of both.
 */
for (const dialect of ['sqlite', 'postgres'] as const) {
  const title = dialect === 'sqlite' ? 'SQLite' : 'PostgreSQL';
  describe(`A process killed at any statement (${title}; ${SHARE})`, () => {
    const killed: KillPoint[] = [];
    const chosen = { say, every: EVERY, kinds: KINDS[dialect] };

    it(`A process killed at any statement (${title}; ${SHARE}) leaves each revision whole or undone on the way up, and the next run completes`, async () => {
      killed.push(...(await killEverywhere(dialect, { direction: 'up', when: 'before', ...chosen })));
    }).timeout(LIMIT_MS);

    it(`A process killed at any statement (${title}; ${SHARE}) leaves each revision whole or undone on the way down, and the next run completes`, async () => {
      killed.push(...(await killEverywhere(dialect, { direction: 'down', when: 'after', ...chosen })));
    }).timeout(LIMIT_MS);

    it(`A process killed at any statement (${title}; ${SHARE}) was killed at every kind of statement`, () => {
      const statements = killed.map(({ statement }) => statement);
      const never = KINDS[dialect].filter((kind) => !statements.some((statement) => kind.test(statement)));
      expect(never.map(String)).to.deep.equal([]);
      expect(killed).to.have.length.of.at.least(FEWEST / EVERY);
    });
  });
}
