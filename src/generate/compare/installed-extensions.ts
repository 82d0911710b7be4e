import type { DataSource, QueryRunner } from 'typeorm';
import type { Planner } from '../../databases/planner.js';
import { databaseOf } from '../../databases/registry.js';
import { watchStatements } from '../../databases/statement-watch.js';
import { tokenise } from '../../sql/tokens.js';

/**
 * The extensions that statements have created and left, also where TypeORM has created them before, when it connected.
 * Those of the set-up are not among them.
 */
export async function installedBy(
  dataSource: DataSource,
  planner: Planner,
  sent: readonly string[],
): Promise<readonly string[]> {
  const { language } = databaseOf(dataSource);
  const mentioned = sent
    .filter((sql) => /\bCREATE\s+EXTENSION\b/i.test(sql))
    .flatMap((sql) => tokenise(sql, language).map(({ text }) => text));
  if (mentioned.length === 0) return [];
  return (await planner.readExtensions(dataSource)).filter((name) => mentioned.includes(name));
}

/** Every statement that a run sends. */
export async function sentBy(dataSource: DataSource, run: () => Promise<void>): Promise<readonly string[]> {
  const sent: string[] = [];
  const former = Object.getOwnPropertyDescriptor(dataSource, 'createQueryRunner');
  const create = dataSource.createQueryRunner.bind(dataSource);
  const watched = (...args: Parameters<typeof create>): QueryRunner => {
    const queryRunner = create(...args);
    watchStatements(queryRunner, (sql, send) => {
      sent.push(sql);
      return send();
    });
    return queryRunner;
  };
  Object.defineProperty(dataSource, 'createQueryRunner', {
    value: watched,
    configurable: true,
    writable: true,
  });
  try {
    await run();
    return sent;
  } finally {
    if (former) Object.defineProperty(dataSource, 'createQueryRunner', former);
    else Reflect.deleteProperty(dataSource, 'createQueryRunner');
  }
}
