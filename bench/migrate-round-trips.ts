import type { PostgresTarget } from '../src/database-url.js';
import { withScratchDatabase } from '../src/databases/postgres/scratch/scratch.js';
import { startStatementProxy } from '../test/support/statement-proxy.js';
import type { Build } from './migrate-build.js';
import { stagesCommand } from './migrate-causes.js';
import type { Place } from './migrate-databases.js';
import { outputOf, type Command } from './migrate-process.js';
import { oursOn, typeormOn } from './migrate-tools.js';

const WANTED = 3;

/** Prints what `up` with nothing to do asks a PostgreSQL server, beside what TypeORM asks while it connects. */
export async function benchRoundTrips({ server }: Place, build: Build): Promise<void> {
  await withScratchDatabase(server, async (target) => {
    await outputOf(oursOn(build, target).up);
    const connecting = await statementsOf(target, (front) => stagesCommand(build, front, 'connect'));
    const ours = await statementsOf(target, (front) => oursOn(build, front).up);
    const typeorm = await statementsOf(target, (front) => typeormOn(build, front).up);
    const beyond = withoutThose(ours, connecting);
    process.stdout.write(
      `\nRound trips of \`up\` with nothing to do, PostgreSQL, counted by a proxy: ${ours.length}, of which TypeORM's own connecting ${connecting.length}; ` +
        `beyond it ${beyond.length}, wanted <= ${WANTED}. TypeORM CLI: ${typeorm.length}\n`,
    );
    for (const sql of beyond) process.stdout.write(`  ${sql.replace(/\s+/g, ' ').slice(0, 100)}\n`);
  });
}

async function statementsOf(
  target: PostgresTarget,
  commandFor: (front: PostgresTarget) => Command,
): Promise<readonly string[]> {
  const front = await startStatementProxy(target);
  try {
    await outputOf(commandFor({ ...target, port: front.port }));
    return [...front.statements];
  } finally {
    await front.close();
  }
}

/** What is in a list beyond another list; each of the other's takes one away. */
function withoutThose(statements: readonly string[], taken: readonly string[]): readonly string[] {
  const left = [...taken];
  return statements.filter((sql) => {
    const at = left.indexOf(sql);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}
