import type { PostgresTarget } from '../src/database-url.js';
import { ourChange } from './online-change.js';
import { connected, dataSourceOn, query, type Revisions } from './online-databases.js';
import { underLoad, type Measured } from './online-measure.js';
import type { Operation } from './online-operations.js';
import type { Asked } from './online-traffic.js';
import { jobsFor } from './scale-stages.js';
import { ALL_PARTED, generatedFor, tableOf } from './scale-tables.js';

/** Where the plain table is, and what made it. */
export interface Divide {
  readonly target: PostgresTarget;
  /** Where revisions are proved. */
  readonly server: PostgresTarget;
  readonly revisions: Revisions;
  readonly rows: number;
  /** Statements in a second. */
  readonly rate: number;
}

/** One way of the change. */
export interface Divided extends Measured {
  readonly title: string;
}

const TABLE = tableOf('plain');

/** Makes the plain table a partitioned one, and plain again, while applications use it; their new rows are gone then. */
export async function divide({ target, server, revisions, rows, rate }: Divide): Promise<readonly Divided[]> {
  const group = await generatedFor(ALL_PARTED, revisions, server);
  const dataSource = dataSourceOn(target, ALL_PARTED, [...revisions, ...group]);
  const last = 2 * rows;
  const operation = operations(rows, last);
  const way = async (direction: 'up' | 'down') =>
    underLoad(
      target,
      { ...ourChange(dataSource, { direction }, group.length), prepare: () => Promise.resolve() },
      { rate, operation },
    );
  const ways = await connected(dataSource, async () => [
    { title: 'plain becomes partitioned', ...(await way('up')) },
    { title: 'and plain again', ...(await way('down')) },
  ]);
  await query(target, `DELETE FROM ${TABLE} WHERE id > ${last}`);
  await query(target, `VACUUM ANALYZE ${TABLE}`);
  return ways;
}

/** Half of them find the latest of a job; the others add a transition, or explain one of before. */
function operations(rows: number, before: number): (asked: Asked) => Operation {
  let last = before;
  const random = (most: number) => 1 + Math.floor(Math.random() * most);
  return ({ writes }) => {
    const job = `job-${random(jobsFor(rows)) - 1}`;
    if (!writes)
      return [{ text: `SELECT * FROM ${TABLE} WHERE job_id = $1 ORDER BY at DESC LIMIT 50`, values: [job] }];
    if (random(2) === 1)
      return [{ text: `UPDATE ${TABLE} SET reason = 'seen' WHERE id = $1`, values: [random(rows)] }];
    const text = `INSERT INTO ${TABLE} (id, job_id, to_state, at) VALUES ($1, $2, 'PENDING', now())`;
    return [{ text, values: [(last += 1), job] }];
  };
}
