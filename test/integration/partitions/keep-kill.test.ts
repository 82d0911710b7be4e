import { expect } from 'chai';
import { newDatabase, postgresTargetOf, type ChainDatabase } from '../../support/chain-database.js';
import { EVENT_DEFAULT, EVENT_TABLE, eventMonth } from '../../support/kept-event.js';
import {
  cared,
  countsIn,
  idsIn,
  LASTING,
  leftIn,
  month,
  neglected,
  onClient,
  partOf,
} from '../../support/kept-world.js';
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

interface Killed {
  readonly args: readonly string[];
  readonly start: readonly string[];
  /** The rows that are lost at no moment, and where all are in the end. */
  readonly lasting: readonly number[];
  readonly counts: Readonly<Record<string, number>>;
  /** Of each of these the first statement, in any case. */
  readonly kinds: readonly RegExp[];
}

const KINDS = [
  /advisory/,
  /^CREATE TABLE "public"."event_moving"/,
  /^CREATE TRIGGER/,
  /^INSERT INTO "public"."event_moving"/,
  /^LOCK TABLE/,
  /^ALTER TABLE "public"."event" DETACH PARTITION/,
  /^ALTER TABLE "public"."event" ATTACH PARTITION/,
  /^DROP TABLE "public"."event_moving"/,
  /COMMIT$/,
];

const ROWS = (first: number, count: number, after: number) =>
  `INSERT INTO "event" SELECT n, '${month(after)}-02'::timestamptz + n * interval '1 minute' FROM generate_series(${first}, ${first + count - 1}) AS n`;
const MANY = Array.from({ length: 300 }, (_, at) => 11 + at);

const CASES: Readonly<Record<string, Killed>> = {
  'A keeper that moves a default partition': {
    args: ['partitions', 'keep', '--move-default'],
    start: neglected(),
    lasting: LASTING,
    counts: cared(),
    kinds: [...KINDS, /^DROP TABLE "public"."event_default"/, /^DROP TABLE "public"."event_p/],
  },
  'A keeper that divides the first partition': {
    args: ['partitions', 'keep', '--split-first'],
    start: [
      EVENT_TABLE,
      `CREATE TABLE "event_before" PARTITION OF "event" FOR VALUES FROM (MINVALUE) TO ('${month(1)}-01 00:00:00+00')`,
      ...[ROWS(11, 100, -2), ROWS(111, 100, -1), ROWS(211, 100, 0)],
    ],
    lasting: MANY,
    counts: { [partOf(-2)]: 100, [partOf(-1)]: 100, [partOf(0)]: 100 },
    kinds: [...KINDS, /^DROP TABLE "public"."event_before"/, /RENAME TO "event_before"/],
  },
  'A process that makes one of all partitions': {
    args: ['partitions', 'merge', 'event'],
    start: [
      ...[EVENT_TABLE, EVENT_DEFAULT, eventMonth(month(-2)), eventMonth(month(0))],
      ...[ROWS(11, 100, -2), ROWS(111, 100, -1), ROWS(211, 100, 0)],
    ],
    lasting: MANY,
    counts: { event_before: 300 },
    kinds: [...KINDS, /^DROP TABLE "public"."event_default"/, /^DROP TABLE "public"."event_p/],
  },
};

for (const [title, { args, start: statements, lasting, counts, kinds }] of Object.entries(CASES))
  describe(`${title}, killed at any statement (every ${EVERY}, TEST_LEVEL=${level})`, function () {
    this.timeout(300_000);
    const runOn = (database: ChainDatabase): ChainRun => ({
      ...{ database, args },
      source: { file: 'kept-data-source', env: {} },
    });
    let start: ChainDatabase;
    before(async () => {
      start = await newDatabase('postgres');
      await onClient(postgresTargetOf(start), async (query) => {
        for (const sql of statements) await query(sql);
      });
    });
    after(() => start.remove());

    it('It loses no row, and the next one completes its work', async () => {
      const whole = await start.copy();
      const sent = await statementsOf(runOn(whole));
      expect(await countsIn(postgresTargetOf(whole))).to.deep.equal(counts);
      expect(await leftIn(postgresTargetOf(whole))).to.deep.equal([]);
      await whole.remove();
      const points = chosen(sent, kinds);
      const firsts = points.map(({ statement }) => statement);
      expect(kinds.filter((kind) => !firsts.some((sql) => kind.test(sql)))).to.deep.equal([]);
      await eachAtMost(AT_ONCE, points, killOnce);
    });

    async function killOnce(point: KillPoint): Promise<void> {
      const database = await start.copy();
      const target = postgresTargetOf(database);
      try {
        await killAt(runOn(database), point);
        expect(await idsIn(target)).to.deep.equal(lasting);
        await statementsOf(runOn(database));
        expect(await idsIn(target)).to.deep.equal(lasting);
        expect(await countsIn(target)).to.deep.equal(counts);
        expect(await leftIn(target)).to.deep.equal([]);
      } catch (error) {
        throw new Error(`Killed ${pointWords(point)}: ${String(error)}`, { cause: error });
      } finally {
        await database.remove();
      }
    }
  });

/** After a statement is before the next one, as far as a database can see. */
function chosen(statements: readonly string[], kinds: readonly RegExp[]): readonly KillPoint[] {
  const firsts = new Set(kinds.map((kind) => statements.findIndex((sql) => kind.test(sql))));
  return statements
    .map((statement, index) => ({ number: index + 1, when: 'after' as const, statement }))
    .filter((_point, index) => index % EVERY === 0 || firsts.has(index));
}
