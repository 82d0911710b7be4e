/** Keeps revisions that run on a scratch database away from every other one. */

import { AsyncLocalStorage } from 'node:async_hooks';
import type { DataSource } from 'typeorm';
import { GenerateError } from '../errors/base.js';
import { watchReach } from '../migrator/reach.js';

/** The scratch databases that are lent at present, also around one another. */
const lent = new AsyncLocalStorage<readonly DataSource[]>();

/**
 * Runs what needs a scratch database. A revision written by hand that connects a DataSource of its own, the one of the
 * application for example, fails there: it would change a database that somebody uses.
 *
 * @throws GenerateError as the cause of the failed revision
 */
export function confined<T>(scratch: DataSource, use: () => Promise<T>): Promise<T> {
  const allowed = [...(lent.getStore() ?? []), scratch];
  const onReach = (reached: DataSource) => {
    if (!allowed.includes(reached)) throw new GenerateError(ELSEWHERE);
  };
  return lent.run(allowed, () => watchReach(scratch, onReach, use));
}

const ELSEWHERE =
  'The revision connects to a DataSource of its own, which leads to another database than the scratch database. ' +
  'Let it use the query runner that it is given.';
