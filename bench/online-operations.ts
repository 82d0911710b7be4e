/** One statement of the application. */
export interface Query {
  readonly text: string;
  readonly values: readonly unknown[];
}

/** What the application does at once: one statement, or several in a transaction. */
export type Operation = readonly Query[];

/** What an operation is made from. */
export interface Circumstances {
  /** How many jobs there were at first; their ids are 1 to so many. */
  readonly rows: number;
  /** How many workers there are; their ids are 1 to so many. */
  readonly workers: number;
  /** A column that writers set besides. */
  readonly written: string | undefined;
  /** Another number each time. */
  readonly unique: string;
}

/** A number from 1 to `most`. */
function upTo(most: number): number {
  return 1 + Math.floor(Math.random() * most);
}

/** What a reader does: a row by its id or its name, twenty rows in order, or a job with its worker. */
export function reading({ rows }: Circumstances): Operation {
  const columns = 'j.id, j.job_id, j.status, j.title, j.worker_id, j.attempts, j.created_at';
  const id = upTo(rows);
  switch (upTo(4)) {
    case 1:
      return [{ text: `SELECT ${columns} FROM jobs j WHERE j.id = $1`, values: [id] }];
    case 2:
      return [{ text: `SELECT ${columns} FROM jobs j WHERE j.job_id = $1`, values: [`job-${id}`] }];
    case 3:
      return [
        { text: `SELECT ${columns} FROM jobs j WHERE j.id >= $1 ORDER BY j.id LIMIT 20`, values: [id] },
      ];
    default:
      return [
        {
          text: `SELECT ${columns}, w.worker_id AS name FROM jobs j LEFT JOIN workers w ON w.id = j.worker_id WHERE j.id = $1`,
          values: [id],
        },
      ];
  }
}

/**
 * What a writer does: changes a row, adds one with or without its child; changes two rows in one transaction, the
 * higher key first, against the order in which batches go; gives a job to a worker, the parent first.
 */
export function writing(circumstances: Circumstances): Operation {
  const { rows, unique, written } = circumstances;
  const id = upTo(rows);
  switch (upTo(8)) {
    case 1:
    case 2:
    case 3:
      return [updateOf(id, written)];
    case 4:
    case 5:
      return [insertOf(unique, written)];
    case 6:
      return [{ text: 'INSERT INTO resource_allocations (job_id, worker_id) VALUES ($1, 1)', values: [id] }];
    case 7:
      return [updateOf(Math.min(id + 500, rows), written), updateOf(Math.max(id - 500, 1), written)];
    default:
      return claimOf(id, circumstances);
  }
}

function updateOf(id: number, written: string | undefined): Query {
  const more = written === undefined ? '' : `, ${written} = 7`;
  return { text: `UPDATE jobs SET attempts = attempts + 1${more} WHERE id = $1`, values: [id] };
}

function insertOf(unique: string, written: string | undefined): Query {
  const [column, value] = written === undefined ? ['', ''] : [`, ${written}`, ', 7'];
  return {
    text: `INSERT INTO jobs (job_id, status, title, external_key, worker_id${column}) VALUES ($1, 'PENDING', 'a job', $1, 1${value})`,
    values: [`new-${unique}`],
  };
}

function claimOf(id: number, { workers }: Circumstances): Operation {
  const worker = upTo(workers);
  return [
    { text: 'UPDATE workers SET current_job_id = $2 WHERE id = $1', values: [worker, `job-${id}`] },
    { text: `UPDATE jobs SET worker_id = $2, status = 'RUNNING' WHERE id = $1`, values: [id, worker] },
  ];
}
