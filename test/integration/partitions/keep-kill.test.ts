import { expect } from 'chai';
import { newDatabase, postgresTargetOf, type ChainDatabase } from '../../support/chain-database.js';
import { cared, countsIn, idsIn, LASTING, leftIn, neglected, onClient } from '../../support/kept-world.js';
import {
  killAt,
  pointWords,
  statementsOf,
  type ChainRun,
  type KillPoint,
} from '../../support/kill-points.js';
import { eachAtMost } from '../../support/processes.js';
import { level, repetitions } from '../../support/repetitions.js';

/** The machine that this has to run on has two cores. */
const AT_ONCE = 2;
const EVERY = repetitions({ quick: 9, ci: 3, full: 1 });

/** Of each of these the first statement, in any case. */
const KINDS = [
  /advisory/,
  /^CREATE TABLE "public"."event_moving"/,
  /^CREATE TRIGGER/,
  /^INSERT INTO "public"."event_moving"/,
  /^LOCK TABLE/,
  /^ALTER TABLE "public"."event" DETACH PARTITION/,
  /^ALTER TABLE "public"."event" ATTACH PARTITION/,
  /^DROP TABLE "public"."event_default"/,
  /^DROP TABLE "public"."event_moving"/,
  /^DROP TABLE "public"."event_p/,
  /COMMIT$/,
];

const runOn = (database: ChainDatabase): ChainRun => ({
  database,
  args: ['partitions', 'keep', '--move-default'],
  source: { file: 'kept-data-source', env: {} },
});

describe(`A keeper of partitions killed at any statement (every ${EVERY}, TEST_LEVEL=${level})`, function () {
  this.timeout(300_000);
  let start: ChainDatabase;
  before(async () => {
    start = await newDatabase('postgres');
    await onClient(postgresTargetOf(start), async (query) => {
      for (const sql of neglected()) await query(sql);
    });
  });
  after(() => start.remove());

  it('A keeper killed at any statement loses no row, and the next one completes its work', async () => {
    const whole = await start.copy();
    const statements = await statementsOf(runOn(whole));
    expect(await countsIn(postgresTargetOf(whole))).to.deep.equal(cared());
    expect(await leftIn(postgresTargetOf(whole))).to.deep.equal([]);
    await whole.remove();
    const points = chosen(statements);
    const firsts = points.map(({ statement }) => statement);
    expect(KINDS.filter((kind) => !firsts.some((sql) => kind.test(sql)))).to.deep.equal([]);
    await eachAtMost(AT_ONCE, points, killOnce);
  });

  async function killOnce(point: KillPoint): Promise<void> {
    const database = await start.copy();
    const target = postgresTargetOf(database);
    try {
      await killAt(runOn(database), point);
      expect(await idsIn(target)).to.deep.equal(LASTING);
      await statementsOf(runOn(database));
      expect(await idsIn(target)).to.deep.equal(LASTING);
      expect(await countsIn(target)).to.deep.equal(cared());
      expect(await leftIn(target)).to.deep.equal([]);
    } catch (error) {
      throw new Error(`Killed ${pointWords(point)}: ${String(error)}`, { cause: error });
    } finally {
      await database.remove();
    }
  }
});

/** After a statement is before the next one, as far as a database can see. */
function chosen(statements: readonly string[]): readonly KillPoint[] {
  const firsts = new Set(KINDS.map((kind) => statements.findIndex((sql) => kind.test(sql))));
  return statements
    .map((statement, index) => ({ number: index + 1, when: 'after' as const, statement }))
    .filter((_point, index) => index % EVERY === 0 || firsts.has(index));
}
