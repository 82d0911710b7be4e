import * as v from 'valibot';
import { exactly } from '../../exactly.js';
import type { ExpiredRows } from '../../partitions/delete-expired.js';
import type { KeptTable } from '../../partitions/plan-table.js';
import type { PartitionRefusal } from '../../partitions/plan-keeping.js';
import type { TablePartitions, TimePartitions } from '../../partitions/read-partitions.js';
import { count, instant } from './parts.js';

const names = v.array(v.string());

const leftTo = v.exactOptional(
  v.pipe(v.literal('pg_partman'), v.description('Present where this keeps the table instead.')),
);

const bound = (words: string) => v.pipe(v.nullable(instant), v.description(words));

const time = exactly<TimePartitions>()(
  v.object({
    every: v.pipe(v.string(), v.description('Length of a partition, as the entity declares it.')),
    keep: v.pipe(v.nullable(v.string()), v.description('How long rows are kept; null for ever.')),
    wanted: v.pipe(count, v.description('How many partitions the entity declares after the present one.')),
    ahead: v.pipe(count, v.description('How many follow the present one without a gap.')),
    first: bound('Where the first partition begins; null for no bound, or for no partition.'),
    last: bound('Where the last partition ends; null for no bound, or for no partition.'),
    until: bound('From when on a row has no partition of its own; null for never.'),
    missing: v.pipe(names, v.description('What partitions keep would make.')),
    old: v.pipe(names, v.description('What partitions keep would drop.')),
  }),
);

const table = exactly<TablePartitions>()(
  v.object({
    table: v.string(),
    strategy: v.picklist(['range', 'list', 'hash']),
    key: v.pipe(names, v.description('Columns by whose values the rows are divided.')),
    partitions: v.pipe(count, v.description('Without the default one.')),
    defaultRows: v.pipe(
      v.nullable(count),
      v.description(
        'Rows of the default partition; 100001 for more than 100000, null for no such partition.',
      ),
    ),
    time: v.exactOptional(v.pipe(time, v.description('Present for partitions by time.'))),
    leftTo,
    problem: v.exactOptional(
      v.pipe(
        v.string(),
        v.description(
          'Present where keep would change nothing in the table: it is not as its entity declares it, or a partition is in the way.',
        ),
      ),
    ),
  }),
);

/** Of `partitions`. */
export const partitions = v.pipe(
  v.object({ tables: v.pipe(v.array(table), v.description('By name.')) }),
  v.description('partitions: the tables whose entities declare partitions.'),
);

const refusal = exactly<PartitionRefusal>()(
  v.object({
    object: v.pipe(v.string(), v.description('The partition, or the table where it is about all of it.')),
    reason: v.picklist([
      'alone',
      'default-rows',
      'differs',
      'failed',
      'hidden',
      'many',
      'name-taken',
      'needed',
      'overlap',
      'referenced',
    ]),
    message: v.string(),
  }),
);

const kept = exactly<KeptTable>()(
  v.object({
    table: v.string(),
    made: names,
    dropped: names,
    detached: names,
    moved: v.pipe(count, v.description('Rows that were moved into other partitions.')),
    refused: v.pipe(v.array(refusal), v.description('What was not done, and why.')),
    leftTo,
    statements: v.exactOptional(v.pipe(names, v.description('Present with --plan.'))),
  }),
);

/** Of `partitions keep`. */
export const partitionsKept = v.pipe(
  v.object({
    status: v.pipe(
      v.picklist(['kept', 'planned', 'busy', 'incomplete']),
      v.description('busy: another process does it. incomplete: something was refused or failed.'),
    ),
    holder: v.exactOptional(v.pipe(v.string(), v.description('Present where status is busy: who does it.'))),
    tables: v.array(kept),
    expired: v.pipe(
      v.array(exactly<ExpiredRows>()(v.object({ table: v.string(), rows: count }))),
      v.description('Tables with @Expires whose expired rows were deleted.'),
    ),
  }),
  v.description('partitions keep: what was made and dropped.'),
);
