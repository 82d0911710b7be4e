import { middle, onEmpty, type DialectName, type Place } from './migrate-databases.js';
import {
  costOfBare,
  costOfOurs,
  smallStatements,
  timeBare,
  timeOurs,
  timeTypeorm,
  type RunCost,
} from './migrate-revisions.js';
import { ROUNDS, type Target } from './targets.js';
import { printTable } from './table.js';

const SIZES = [250, 500, 1000, 2000] as const;
/** The size that the wanted ratio is about. */
const JUDGED = 1000;
const WANTED = 1.05;
const FEW_ROUNDS = Math.min(3, ROUNDS);
const WARM_UP = 50;
/** Costs below this share of the whole are not shown one by one. */
const SHOWN_SHARE = 0.01;

/** Milliseconds of each round; the rounds of the three belong together. */
interface Rounds {
  readonly dialect: DialectName;
  readonly size: number;
  readonly bare: readonly number[];
  readonly ours: readonly number[];
  readonly typeorm: readonly number[];
}

/** Many small revisions in this process; prints times, ratios, and where the time goes when it is too much. */
export async function benchMany(place: Place): Promise<readonly Target[]> {
  process.stdout.write(
    `\nSmall revisions from base, in process: ms, medians of ${FEW_ROUNDS} in turns (${JUDGED} revisions: ${ROUNDS}), each on a new database; ` +
      'bare is BEGIN, statement, INSERT INTO migrations, COMMIT through the driver; ratios are medians of the ratios of each turn\n',
  );
  const all: Rounds[] = [];
  for (const dialect of ['sqlite', 'postgres'] as const) {
    await measure(place, dialect, WARM_UP);
    for (const size of SIZES) all.push(await measure(place, dialect, size));
  }
  printTable(
    [
      'database',
      'revisions',
      'bare',
      'ours',
      'each',
      'best ours / best bare',
      'ours / bare',
      'wanted',
      'TypeORM',
      'TypeORM / bare',
    ],
    all.map(rowOf),
  );
  for (const rounds of all)
    if (rounds.size === JUDGED && ratio(rounds.ours, rounds.bare) > WANTED)
      await printCosts(place, rounds.dialect);
  return all.filter(({ size }) => size === JUDGED).map(targetOf);
}

function targetOf({ dialect, size, bare, ours }: Rounds): Target {
  return {
    ...{ what: `${size} small revisions, ${dialect}`, beside: 'bare driver', limit: WANTED },
    ...{ ours: middle(ours).toFixed(0), theirs: middle(bare).toFixed(0) },
    ratio: ratio(ours, bare),
  };
}

async function measure(place: Place, dialect: DialectName, size: number): Promise<Rounds> {
  const statements = smallStatements(size);
  const times = { bare: [] as number[], ours: [] as number[], typeorm: [] as number[] };
  const rounds = size === JUDGED ? ROUNDS : FEW_ROUNDS;
  for (let round = 0; round < rounds; round += 1) {
    times.bare.push(await onEmpty(place, dialect, (target) => timeBare(target, statements)));
    times.ours.push(await onEmpty(place, dialect, (target) => timeOurs(target, statements)));
    if (size === JUDGED)
      times.typeorm.push(await onEmpty(place, dialect, (target) => timeTypeorm(target, statements)));
  }
  return { dialect, size, ...times };
}

function rowOf({ dialect, size, bare, ours, typeorm }: Rounds): string[] {
  const judged = size === JUDGED;
  return [
    dialect,
    String(size),
    middle(bare).toFixed(0),
    middle(ours).toFixed(0),
    (middle(ours) / size).toFixed(2),
    (Math.min(...ours) / Math.min(...bare)).toFixed(2),
    ratio(ours, bare).toFixed(2),
    ...(judged ? [`<= ${WANTED}`, middle(typeorm).toFixed(0), ratio(typeorm, bare).toFixed(2)] : []),
  ];
}

function ratio(times: readonly number[], others: readonly number[]): number {
  return middle(times.map((ms, round) => ms / (others[round] ?? NaN)));
}

/** Which statements are sent, how many, and how long they took in one run: ours, and bare. */
async function printCosts(place: Place, dialect: DialectName): Promise<void> {
  const statements = smallStatements(JUDGED);
  for (const [name, body] of Object.entries({ ours: costOfOurs, bare: costOfBare })) {
    const { total, costs } = await onEmpty(place, dialect, (target) => body(target, statements));
    process.stdout.write(`\n${dialect}, ${JUDGED} revisions, ${name}: ${total.toFixed(0)} ms\n`);
    printTable(['count', 'ms', 'each', 'statement'], costRows(total, costs));
  }
}

function costRows(total: number, costs: RunCost['costs']): string[][] {
  const shown = costs.filter(({ ms }) => ms > total * SHOWN_SHARE);
  const named = costs.reduce((sum, { ms }) => sum + ms, 0);
  const width = Math.max(...shown.map(({ statement }) => statement.length));
  const rows = shown.map(({ statement, count, ms }) => [
    String(count),
    ms.toFixed(0),
    (ms / count).toFixed(3),
    statement.padEnd(width),
  ]);
  return [...rows, ['', (total - named).toFixed(0), '', 'outside of statements'.padEnd(width)]];
}
