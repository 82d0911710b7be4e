import type { QueryRunner } from 'typeorm';
import { dialectOf, type DialectName } from '../../databases/registry.js';
import { EQ, GT, NE, PLUS } from '../../sql/postgres-own.js';

/** The number that the next row of a table gets, by table and column (on SQLite by table). */
export type Counters = ReadonlyMap<string, bigint>;

/** How counters are read, and moved on. */
interface CounterDialect {
  readonly read: (queryRunner: QueryRunner) => Promise<readonly CounterRow[]>;
  readonly advance: (queryRunner: QueryRunner) => Promise<void>;
}

interface CounterRow {
  readonly name: string;
  readonly next: string | number;
}

/** Reads all of them. */
export async function readCounters(queryRunner: QueryRunner): Promise<Counters> {
  const rows = await dialectFor(queryRunner).read(queryRunner);
  return new Map(rows.map(({ name, next }) => [name, BigInt(next)]));
}

/**
 * Moves all of them on, as deleted rows do: then a counter that was made anew, from the rows that are there, is behind
 * where it was.
 */
export function advanceCounters(queryRunner: QueryRunner): Promise<void> {
  return dialectFor(queryRunner).advance(queryRunner);
}

/**
 * Counters that went backwards, in words: they would give a number that was in use.
 *
 * @param all whether one that is gone counts as well
 */
export function compareCounters(before: Counters, after: Counters, all: boolean): readonly string[] {
  return [...before].flatMap(([name, next]) => {
    const now = after.get(name);
    if (now === undefined) return all ? [`${name}: its counter is gone; the next number was ${next}`] : [];
    return now < next ? [`${name}: the next number was ${next} and is now ${now}`] : [];
  });
}

function dialectFor(queryRunner: QueryRunner): CounterDialect {
  return DIALECTS[dialectOf(queryRunner.connection).name];
}

/** A sequence that a column owns, serial or identity. */
const OWNED = `
  SELECT pg_catalog.format('%I.%I', n.nspname, s.relname) AS sequence,
         pg_catalog.concat_ws('.', CASE WHEN tn.nspname ${NE} 'public' THEN tn.nspname END, t.relname, a.attname) AS name,
         q.seqincrement AS step
    FROM pg_catalog.pg_class s
    JOIN pg_catalog.pg_namespace n ON n.oid ${EQ} s.relnamespace
    JOIN pg_catalog.pg_sequence q ON q.seqrelid ${EQ} s.oid
    JOIN pg_catalog.pg_depend d ON d.classid ${EQ} 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid ${EQ} s.oid
     AND d.deptype ${EQ} ANY ('{a,i}') AND d.refobjsubid ${GT} 0 AND d.refclassid ${EQ} 'pg_catalog.pg_class'::pg_catalog.regclass
    JOIN pg_catalog.pg_class t ON t.oid ${EQ} d.refobjid
    JOIN pg_catalog.pg_namespace tn ON tn.oid ${EQ} t.relnamespace
    JOIN pg_catalog.pg_attribute a ON a.attrelid ${EQ} t.oid AND a.attnum ${EQ} d.refobjsubid
   ORDER BY 2`;

interface OwnedRow {
  readonly sequence: string;
  readonly name: string;
  readonly step: string;
}

const DIALECTS: Readonly<Record<DialectName, CounterDialect>> = {
  postgres: {
    read: async (queryRunner) => {
      const found: CounterRow[] = [];
      for (const { sequence, name, step } of await owned(queryRunner)) {
        const next = `last_value ${PLUS} CASE WHEN is_called THEN ${step} ELSE 0 END`;
        const rows = (await queryRunner.query(`SELECT ${next} AS next FROM ${sequence}`)) as CounterRow[];
        found.push(...rows.map((row) => ({ name, next: row.next })));
      }
      return found;
    },
    advance: async (queryRunner) => {
      for (const { sequence } of await owned(queryRunner))
        await queryRunner.query('SELECT pg_catalog.nextval($1::pg_catalog.regclass)', [sequence]);
    },
  },
  sqlite: {
    read: async (queryRunner) =>
      (await hasCounters(queryRunner))
        ? ((await queryRunner.query(
            'SELECT name, seq + 1 AS next FROM sqlite_sequence ORDER BY name',
          )) as CounterRow[])
        : [],
    advance: async (queryRunner) => {
      if (await hasCounters(queryRunner)) await queryRunner.query('UPDATE sqlite_sequence SET seq = seq + 1');
    },
  },
};

async function owned(queryRunner: QueryRunner): Promise<readonly OwnedRow[]> {
  return (await queryRunner.query(OWNED)) as readonly OwnedRow[];
}

/** The table is there as soon as one table has AUTOINCREMENT. */
async function hasCounters(queryRunner: QueryRunner): Promise<boolean> {
  const rows = (await queryRunner.query(
    "SELECT 1 FROM sqlite_schema WHERE name = 'sqlite_sequence'",
  )) as readonly unknown[];
  return rows.length > 0;
}
