import { expect } from 'chai';
import type { DialectName } from '../../../../src/databases/registry.js';
import { migrateDown, migrateUp } from '../../../../src/migrator/migrate.js';
import { killAt, pointWords, type KillPoint } from '../../../support/kill-points.js';
import { locksOf } from '../../../support/locks.js';
import { eachAtMost } from '../../../support/processes.js';
import { level, repetitions } from '../../../support/repetitions.js';
import { some } from '../../../support/some.js';
import { GROUPS } from './kill/groups.js';
import { Group, type Way } from './kill/killed-group.js';

/** Statements of each run. */
const POINTS = { quick: 3, ci: 4, full: Infinity };
/** Runs of groups; each has two for each of its databases. */
const RUNS = { quick: 3, ci: 6, full: Infinity };
const AT_ONCE = 2;
const LIMIT_MS = 1_800_000;
const SHARE = `${words(POINTS)} statements of ${words(RUNS)} runs, TEST_LEVEL=${level}`;

interface Run {
  readonly what: string;
  readonly dialect: DialectName;
  readonly direction: 'up' | 'down';
}

const BOTH: readonly DialectName[] = ['postgres', 'sqlite'];
const DIALECTS: readonly DialectName[] = ['postgres', 'postgres', 'sqlite'];
const ALL: readonly Run[] = Object.entries(GROUPS).flatMap(([what, { dialects = BOTH }]) =>
  dialects.flatMap((dialect) => (['up', 'down'] as const).map((direction) => ({ what, dialect, direction }))),
);

describe(`A migrator that is killed in a group of expand and contract (${SHARE})`, () => {
  for (const { what, dialect, direction } of runs())
    it(`A migrator killed in a group leaves nothing half done, and the next run completes: ${what}, ${dialect}, ${direction}`, async function () {
      this.timeout(LIMIT_MS);
      await Group.lend(dialect, GROUPS[what]!, (group) => killIn(group, direction));
    });
});

function words(numbers: Parameters<typeof repetitions>[0]): string {
  const count = repetitions(numbers);
  return Number.isFinite(count) ? String(count) : 'all';
}

/** Which ones, the seed of fast-check decides; two of three are on PostgreSQL. */
function runs(): readonly Run[] {
  const count = repetitions(RUNS);
  if (count >= ALL.length) return ALL;
  const shuffled = some(ALL, ALL.length);
  const picked = new Set<Run>();
  for (let index = 0; picked.size < count; index += 1) {
    const dialect = DIALECTS[index % DIALECTS.length];
    const next = shuffled.find((one) => one.dialect === dialect && !picked.has(one));
    if (next) picked.add(next);
  }
  return [...picked];
}

async function killIn(group: Group, direction: 'up' | 'down'): Promise<void> {
  const way = await group.way(direction);
  try {
    const points = chosen(await group.statements(way));
    await eachAtMost(AT_ONCE, points, (point) => killOnce(group, way, point));
  } finally {
    await way.start.remove();
  }
}

/** On either side of a statement. */
function chosen(statements: readonly string[]): readonly KillPoint[] {
  const all = statements.map((statement, index) => ({
    number: index + 1,
    when: index % 2 === 0 ? ('before' as const) : ('after' as const),
    statement,
  }));
  const count = repetitions(POINTS);
  return count >= all.length ? all : some(all, count);
}

async function killOnce(group: Group, way: Way, point: KillPoint): Promise<void> {
  const database = await way.start.copy();
  try {
    await killAt({ database, args: way.args, source: group.source }, point);
    await group.expectWhole(database, way);
    await group.use(database, (dataSource) =>
      way.args[0] === 'up' ? migrateUp(dataSource) : migrateDown(dataSource, { target: way.args[1] ?? '' }),
    );
    await group.expectEnd(database, way);
    expect(await locksOf(database)).to.deep.equal([]);
  } catch (error) {
    throw new Error(`Killed ${pointWords(point)}: ${String(error)}`, { cause: error });
  } finally {
    await database.remove();
  }
}
