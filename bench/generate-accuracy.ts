import 'reflect-metadata';
import type { DialectName } from '../src/databases/registry.js';
import { ACCURACY_CASES } from '../test/integration/generate/accuracy/cases.js';
import { outcomesOf, type Outcome } from '../test/integration/generate/accuracy/outcome.js';
import { startServers, stopServers } from '../test/support/servers.js';
import { printTable } from './table.js';

const HEADING = ['change', 'database', 'TypeORM', 'up', 'down', 'ours', 'up', 'down'];

/** What a case came to on one database. */
interface Line {
  readonly what: string;
  readonly dialect: DialectName;
  readonly typeorm: Outcome;
  readonly ours: Outcome;
}

/** Prints what TypeORM's generator and ours make of changes with rows in the table, applied and reverted. */
export async function generateAccuracy(): Promise<void> {
  await startServers();
  try {
    printLines(await allLines());
  } finally {
    await stopServers();
  }
}

async function allLines(): Promise<readonly Line[]> {
  const lines: Line[] = [];
  for (const one of ACCURACY_CASES) {
    const { what } = one;
    lines.push(...(await outcomesOf(one)).map((outcomes) => ({ what, ...outcomes })));
  }
  return lines;
}

function printLines(lines: readonly Line[]): void {
  const cells = (outcome: Outcome): string[] => [
    isRight(outcome) ? 'right' : 'wrong',
    outcome.up,
    outcome.down ?? '-',
  ];
  const rows = lines.map(({ what, dialect, typeorm, ours }) => [
    what,
    dialect,
    ...cells(typeorm),
    ...cells(ours),
  ]);
  printTable(HEADING, rows);
  process.stdout.write(`\n${totals(lines)}\n`);
  for (const { what, dialect, typeorm, ours } of lines)
    for (const [who, { detail }] of Object.entries({ TypeORM: typeorm, ours }))
      if (detail) process.stdout.write(`  ${who}, ${dialect}, ${what}: ${detail}\n`);
}

/** Right on every database, up and down. */
function totals(lines: readonly Line[]): string {
  const changes = [...new Set(lines.map(({ what }) => what))];
  return (['typeorm', 'ours'] as const)
    .map((who) => {
      const right = lines.filter((line) => isRight(line[who]));
      const whole = changes.filter((change) =>
        lines.filter(({ what }) => what === change).every((line) => isRight(line[who])),
      );
      const name = who === 'ours' ? 'ours' : 'TypeORM';
      return `${name}: ${right.length} of ${lines.length} right, ${whole.length} of ${changes.length} changes right on every database`;
    })
    .join('\n');
}

function isRight({ up, down }: Outcome): boolean {
  return up === 'right' && down === 'right';
}
