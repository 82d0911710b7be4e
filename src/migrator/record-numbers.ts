/** Sets sequences of the records that are behind their rows, under the lock. */

import { numbersCaughtUp } from '../errors/records.js';
import type { Context } from './run-context.js';

/** Gives whether the next records are known to get numbers that no row has. */
export async function catchUpNumbers({ project, session, latest, emit }: Context): Promise<boolean> {
  const { migrations, runs, attempts } = project.tables;
  const { presence } = latest ?? {};
  const { known, repaired } = await project.dialect.catchUpNumbers(session, [
    ...(presence?.migrations === true ? [migrations] : []),
    ...(presence?.log === true ? [runs, attempts] : []),
  ]);
  for (const table of repaired) emit({ kind: 'warning', message: numbersCaughtUp(table) });
  return known;
}
