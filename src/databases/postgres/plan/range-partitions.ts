import type { RangePolicy } from '../../../schema/partition.js';
import { intervalOf, monthsOf, type Interval } from '../../../schema/interval.js';
import { NAME_BYTES, truncated } from '../../../sql/identifiers.js';
import { EQ, GT, PLUS } from '../../../sql/postgres-operators.js';
import { dollarQuote, quoteLiteral } from '../../../sql/quote.js';
import { NEXT_LINE } from '../../../sql/statement.js';

/** A table that is partitioned by time. */
interface RangePartitioned {
  /** The table, as SQL. */
  readonly path: string;
  /** What stands before the names of its partitions, as SQL: a schema with its dot, or nothing. */
  readonly prefix: string;
  /** The name of the table, with its schema or without it. */
  readonly name: string;
  readonly policy: Pick<RangePolicy, 'every' | 'ahead'>;
}

/** Partitions begin at multiples of their length from here. It is a Monday. */
export const ORIGIN = '2001-01-01';

/**
 * A block that makes the present partition of a table and those ahead, by the clock of the server in UTC when it runs.
 * It skips a partition that the table has by its name, so that it can run again, and fails where a partition with
 * another name has some of its rows, or the name belongs to another table.
 */
export function rangePartitions({ path, prefix, name, policy }: RangePartitioned): string {
  const every = intervalOf(policy.every);
  const lines = [
    'DECLARE',
    `  step CONSTANT interval := ${quoteLiteral(policy.every)};`,
    `  present CONSTANT timestamp := pg_catalog.timezone('UTC', pg_catalog.now());`,
    `  lower timestamp := ${firstOf(every)};`,
    ...['  upper timestamp;', '  part text;'],
    'BEGIN',
    ...(monthsOf(every) > 0
      ? [`  WHILE NOT lower ${PLUS} step ${GT} present LOOP lower := lower ${PLUS} step; END LOOP;`]
      : []),
    `  FOR number IN 0..${policy.ahead} LOOP`,
    `    upper := lower ${PLUS} step;`,
    `    part := ${partitionNameSql(name, policy.every, 'lower')};`,
    '    IF NOT EXISTS (SELECT FROM pg_catalog.pg_inherits i JOIN pg_catalog.pg_class c',
    `        ON c.oid ${EQ} i.inhrelid AND c.relname ${EQ} part::pg_catalog.name WHERE i.inhparent ${EQ} ${quoteLiteral(path)}::pg_catalog.regclass) THEN`,
    `      EXECUTE pg_catalog.format('CREATE TABLE %s%I PARTITION OF %s FOR VALUES FROM (%L) TO (%L)',`,
    `        ${quoteLiteral(prefix)}, part, ${quoteLiteral(path)}, ${boundSql('lower')}, ${boundSql('upper')});`,
    '    END IF;',
    '    lower := upper;',
    '  END LOOP;',
    'END',
  ].join(NEXT_LINE);
  const tag = dollarQuote('partitions', lines);
  return [`DO ${tag}`, lines, tag].join(NEXT_LINE);
}

/** The name of the partition that begins at a moment, as an expression of PL/pgSQL. @param moment as such */
export function partitionNameSql(name: string, length: string, moment: string): string {
  const every = intervalOf(length);
  const start = quoteLiteral(startOf(name, every));
  return `pg_catalog.concat(${start}, pg_catalog.to_char(${moment}, '${FORMATS[every.unit]}'))`;
}

/** A moment in UTC as a bound, in the same way. */
export function boundSql(moment: string): string {
  return `pg_catalog.to_char(${moment}, 'YYYY-MM-DD HH24:MI:SS+00')`;
}

/** How the names of the partitions of a table begin. */
function startOf(name: string, every: Interval): string {
  const own = name.slice(name.indexOf('.') + 1);
  return `${truncated(own, NAME_BYTES - 2 - LENGTHS[every.unit])}_p`;
}

/**
 * The name that the block gives a partition.
 *
 * @param name of the table, with its schema or without it
 * @param length of its partitions
 * @param lower where the partition begins, milliseconds since 1970
 */
export function rangePartitionName(name: string, length: string, lower: number): string {
  const every = intervalOf(length);
  const ending = new Date(lower).toISOString().slice(0, LENGTHS[every.unit]).replaceAll(/[-T]/g, '_');
  return `${startOf(name, every)}${ending}`;
}

/** Months are counted in the loop, since they differ in their length. */
function firstOf(every: Interval): string {
  return monthsOf(every) > 0 ? `'${ORIGIN}'` : `pg_catalog.date_bin(step, present, '${ORIGIN}')`;
}

/** How the names of partitions end, by the start of each. */
const FORMATS: Readonly<Record<Interval['unit'], string>> = {
  year: 'YYYY',
  month: 'YYYY_MM',
  week: 'YYYY_MM_DD',
  day: 'YYYY_MM_DD',
  hour: 'YYYY_MM_DD_HH24',
};

/** The bytes of such an end. */
const LENGTHS: Readonly<Record<Interval['unit'], number>> = {
  year: 4,
  month: 7,
  week: 10,
  day: 10,
  hour: 13,
};
