import { expect } from 'chai';
import type { DataSource } from 'typeorm';
import type { GuardedDataSource } from '../../src/data-source.js';
import type { DialectName } from '../../src/databases/registry.js';
import { checkDrift } from '../../src/drift/check-drift.js';
import { runChainCommand } from './chain-command.js';
import { newDatabase, onChain, type ChainDatabase } from './chain-database.js';
import { readState, stateOf, withoutIndex, type ChainState } from './chain-state.js';
import { CHAIN } from './chain.js';
import { killAt, pointWords, statementsOf, type KillPoint } from './kill-points.js';
import { locksOf } from './locks.js';
import { eachAtMost } from './processes.js';

/** The machine that this has to run on has two cores. */
const AT_ONCE = 2;
const INDEX = 'ix_child_parent_id';
/** That many are recorded where the next one up runs outside a transaction. */
const BEFORE_INDEX = CHAIN.findIndex(({ name }) => name.startsWith('IndexChildren'));

/** Which runs to kill, and on which side of each statement. */
export interface KillOptions {
  readonly direction: 'up' | 'down';
  readonly when: KillPoint['when'];
  /** Told of each point, one line. */
  readonly say: (line: string) => void;
  /** Every so many-th statement; default 1, each of them. */
  readonly every?: number;
  /** Of each of these kinds the first statement, in any case. */
  readonly kinds?: readonly RegExp[];
}

/** A chain to be killed in, and what it should leave. */
interface Way extends KillOptions {
  readonly args: readonly string[];
  /** Before a run. */
  readonly start: ChainDatabase;
  /** By how many revisions are recorded. */
  readonly states: readonly ChainState[];
  /** The one that a run comes to. */
  readonly end: ChainState;
}

/**
 * Kills a process at each statement of the chain of chain.ts, up from base or down from head, each time from the
 * start, and gives the points.
 *
 * @throws AssertionError when a revision was half done, or when the next run does not make it good
 */
export async function killEverywhere(
  dialect: DialectName,
  options: KillOptions,
): Promise<readonly KillPoint[]> {
  const start = await newDatabase(dialect);
  try {
    const way = await (options.direction === 'up' ? wayUp(start, options) : wayDown(start, options));
    expect(way.states.map(domainOf)).to.deep.equal(FAMILIES);
    const points = chosen(await pointsOf(way), options);
    await eachAtMost(AT_ONCE, points, async (point) => {
      options.say(`${dialect} ${way.args.join(' ')}, killed ${pointWords(point)}`);
      await killOnce(way, point);
    });
    return points;
  } finally {
    await start.remove();
  }
}

/** Parents and children by how many revisions are recorded, lest the runs that are compared lose the same rows. */
const FAMILIES = ['no table', '0, 0', '0, 0', '40, 80', '40, 80', '40, 80', '40, 80', '50, 100'];

function domainOf({ rows }: ChainState): string {
  const { parent, child } = rows;
  return parent && child ? `${parent.length}, ${child.length}` : 'no table';
}

/** Every statement of a run that is not killed. */
async function pointsOf(way: Way): Promise<readonly KillPoint[]> {
  const whole = await way.start.copy();
  const statements = await statementsOf({ database: whole, args: way.args });
  expect(await stateOf(whole)).to.deep.equal(way.end);
  await whole.remove();
  return statements.map((statement, index) => ({ number: index + 1, when: way.when, statement }));
}

function chosen(points: readonly KillPoint[], { every = 1, kinds = [] }: KillOptions): readonly KillPoint[] {
  const first = (kind: RegExp) => points.findIndex(({ statement }) => kind.test(statement));
  const firsts = new Set(kinds.map(first));
  return points.filter((_point, index) => index % every === 0 || firsts.has(index));
}

async function killOnce(way: Way, point: KillPoint): Promise<void> {
  const database = await way.start.copy();
  try {
    await killAt({ database, args: way.args }, point);
    expectWhole(await stateOf(database), way.states);
    const again = await runChainCommand(way.args, database.url);
    expect(again.code, again.stderr.join('\n')).to.equal(0);
    await expectSound(database, way);
  } catch (error) {
    throw new Error(`Killed ${pointWords(point)}: ${String(error)}`, { cause: error });
  } finally {
    await database.remove();
  }
}

/** Every revision that is recorded was run, and none that is not, the one outside a transaction aside. */
function expectWhole(state: ChainState, states: readonly ChainState[]): void {
  const expected = states[state.records.length]!;
  const inBetween = [BEFORE_INDEX, BEFORE_INDEX + 1].includes(state.records.length);
  if (inBetween) expect(withoutIndex(state, INDEX)).to.deep.equal(withoutIndex(expected, INDEX));
  else expect(state).to.deep.equal(expected);
}

/** What it should have come to, nothing lost, nothing twice, no lock left, foreign keys enforced. */
async function expectSound(database: ChainDatabase, { end }: Way): Promise<void> {
  expect(await locksOf(database)).to.deep.equal([]);
  await onChain(database, async (dataSource) => {
    expect(await readState(dataSource, database.target.dialect)).to.deep.equal(end);
    if (end.records.length > 0) await expectAtHead(dataSource);
  });
}

async function expectAtHead(dataSource: GuardedDataSource): Promise<void> {
  const { status, changes, pending } = await checkDrift(dataSource);
  expect({ status, changes, pending }).to.deep.equal({ status: 'in-sync', changes: [], pending: [] });
  expect(await dataSource.query('SELECT "value" FROM "counter"')).to.deep.equal([{ value: 1 }]);
  expect(await refusalOf(dataSource, 'INSERT INTO "child" ("id", "parent_id") VALUES (9, 99999)')).to.match(
    /foreign key/i,
  );
}

async function refusalOf(dataSource: DataSource, sql: string): Promise<string> {
  return dataSource.query(sql).then(
    () => 'it was accepted',
    (error: unknown) => String(error),
  );
}

/** The states are those after none, one, two and so on of the chain's revisions, each run by itself. */
async function wayUp(start: ChainDatabase, options: KillOptions): Promise<Way> {
  const database = await start.copy();
  const states = [await stateOf(database)];
  for (let count = 1; count <= CHAIN.length; count += 1) {
    const migrations = CHAIN.slice(0, count);
    await onChain(database, (dataSource) => dataSource.runMigrations(), { entities: [], migrations });
    states.push(await stateOf(database));
  }
  await database.remove();
  return { ...options, args: ['up'], start, states, end: states.at(-1)! };
}

/** The same by how many are left; the start is brought to head. */
async function wayDown(start: ChainDatabase, options: KillOptions): Promise<Way> {
  await onChain(start, (dataSource) => dataSource.runMigrations());
  const database = await start.copy();
  const states = [await stateOf(database)];
  while (states[0]!.records.length > 0) {
    await onChain(database, (dataSource) => dataSource.undoLastMigration());
    states.unshift(await stateOf(database));
  }
  await database.remove();
  return { ...options, args: ['down', 'base'], start, states, end: states[0]! };
}
