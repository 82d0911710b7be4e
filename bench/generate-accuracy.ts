import 'reflect-metadata';
import type { DialectName } from '../src/databases/registry.js';
import { ACCURACY_CASES } from '../test/integration/generate/accuracy/cases.js';
import { outcomesOf, type Outcome } from '../test/integration/generate/accuracy/outcome.js';
import { startServers, stopServers } from '../test/support/servers.js';
import { printTable } from './table.js';

const HEADING = ['change', 'database', 'TypeORM: up', 'down', 'ours: up', 'down'];

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
    const outcomes = await outcomesOf(one);
    for (const dialect of ['postgres', 'sqlite'] as const)
      lines.push({ what: one.what, dialect, ...outcomes[dialect] });
  }
  return lines;
}

function printLines(lines: readonly Line[]): void {
  const cells = ({ up, down }: Outcome): string[] => [up, down ?? '-'];
  const rows = lines.map(({ what, dialect, typeorm, ours }) => [
    what,
    dialect,
    ...cells(typeorm),
    ...cells(ours),
  ]);
  printTable(HEADING, rows);
  const right = (who: 'typeorm' | 'ours') =>
    lines.filter(({ [who]: { up, down } }) => up === 'right' && down === 'right').length;
  process.stdout.write(
    `\nright both ways: TypeORM ${right('typeorm')}, ours ${right('ours')} of ${lines.length}\n`,
  );
  for (const { what, dialect, typeorm, ours } of lines)
    for (const [who, { detail }] of Object.entries({ TypeORM: typeorm, ours }))
      if (detail) process.stdout.write(`  ${who}, ${dialect}, ${what}: ${detail}\n`);
}
