/** Runs revisions on a scratch database that has copies of rows of the live one, and measures what takes long. */

import { systemClock } from '../../../clock.js';
import { sendStatement } from '../../../sql/question.js';
import { quoteIdentifiers } from '../../../sql/quote.js';
import type { Statement, Work } from '../../../sql/statement.js';
import { messageOf } from '../../../errors/base.js';
import type { MeasuredRevision, MeasuredWork, TableSample } from '../../estimating.js';
import type { Session } from '../../session.js';
import { columnsOf, treeSql } from './sample.js';

/** Rows that one statement copies. */
const CHUNK = 1000;

const OURS = '"orchestrator_db_estimate"';

/** See `Estimator.measure`. A statement behind one that fails may fail as well, which is then its problem. */
export async function measureRevisions(
  scratch: Session,
  samples: readonly TableSample[],
  revisions: readonly MeasuredRevision[],
): Promise<readonly MeasuredWork[]> {
  const rows = new Map<string, number>();
  const problems = new Map<string, string>();
  for (const sample of samples)
    await copied(scratch, sample).then(
      (count) => rows.set(sample.table, count),
      (error: unknown) => problems.set(sample.table, messageOf(error)),
    );
  const measured: MeasuredWork[] = [];
  for (const { id, transaction, statements } of revisions) {
    if (transaction) await scratch.query('BEGIN');
    for (const one of statements) {
      const outcome = await run(scratch, one, transaction);
      if (!one.work) continue;
      const { table } = one.work;
      const problem = problems.get(table) ?? outcome.problem;
      measured.push({
        ...{ ...one.work, revision: id, rows: rows.get(table) ?? 0, bytes: outcome.bytes },
        ...(problem === undefined ? { ms: outcome.ms } : { ms: null, problem }),
      });
    }
    if (transaction) await scratch.query('COMMIT');
  }
  return measured;
}

/** Replaces the rows of a table by a sample. Parents of the rows are missing, so foreign keys are not checked. */
async function copied(scratch: Session, sample: TableSample): Promise<number> {
  const { table, lines, indexes } = sample;
  for (const index of indexes)
    await scratch
      .query(index.replace(/^(CREATE (?:UNIQUE )?INDEX) /, '$1 IF NOT EXISTS '))
      .catch(() => undefined);
  // The live database may be older or newer than the code.
  const here = new Set(await columnsOf(scratch, table));
  const columns = quoteIdentifiers(sample.columns.filter((column) => here.has(column)));
  await scratch.query('BEGIN');
  try {
    await scratch.query("SET LOCAL session_replication_role = 'replica'");
    await scratch.query(`TRUNCATE ${table} CASCADE`);
    for (let first = 0; first < lines.length; first += CHUNK)
      await scratch.query(
        `INSERT INTO ${table} (${columns}) OVERRIDING SYSTEM VALUE SELECT ${columns} FROM pg_catalog.json_populate_recordset(NULL::${table}, $1::pg_catalog.json)`,
        [`[${lines.slice(first, first + CHUNK).join(',')}]`],
      );
    await scratch.query('COMMIT');
  } catch (error) {
    await scratch.query('ROLLBACK');
    throw error;
  }
  await scratch.query(`ANALYZE ${table}`);
  return lines.length;
}

/** What a statement took. */
interface Outcome {
  readonly ms: number;
  readonly bytes: number;
  readonly problem?: string;
}

async function run(scratch: Session, { sql, work }: Statement, inside: boolean): Promise<Outcome> {
  const before = await sizeOf(scratch, work);
  if (inside) await scratch.query(`SAVEPOINT ${OURS}`);
  const began = systemClock.now();
  try {
    await sendStatement(sql, (one) => scratch.query(one));
    const ms = systemClock.now() - began;
    return { ms, bytes: Math.max(0, (await sizeOf(scratch, work)) - before) };
  } catch (error) {
    if (inside) await scratch.query(`ROLLBACK TO ${OURS}`);
    if (work?.kind !== 'validation') return { ms: 0, bytes: 0, problem: messageOf(error) };
    return { ms: await scanned(scratch, work), bytes: 0 };
  }
}

/** A foreign key cannot be validated where the parents are missing: that reads the table once. */
async function scanned(scratch: Session, { table }: Work): Promise<number> {
  const began = systemClock.now();
  await scratch.query(`SELECT pg_catalog.count(*) FROM ${table} AS t WHERE t IS NOT NULL`);
  return systemClock.now() - began;
}

async function sizeOf(scratch: Session, work: Work | undefined): Promise<number> {
  if (!work) return 0;
  const [row] = await scratch.query(
    `${treeSql(work.table)} SELECT coalesce(pg_catalog.sum(pg_catalog.pg_total_relation_size(tree.relid)), 0)::double precision AS "bytes" FROM tree`,
  );
  return Number(row?.['bytes'] ?? 0);
}
