import { expect } from 'chai';
import type { QueryRunner } from 'typeorm';
import { castOf } from '../../src/sql/postgres-casts.js';
import { costOfTypeChange, type TypeChangeOptions } from '../../src/sql/postgres-type-change.js';
import { parsePostgresType, type PostgresType } from '../../src/sql/postgres-types.js';
import { rowsOf } from '../support/cli-database.js';
import { onDatabase, type TestDatabase } from '../support/databases.js';
import { plainDataSource } from './drift/no-false-alarm-database.js';
import {
  measureChanges,
  measureZones,
  prepareMeasuring,
  shownTypes,
  type MeasuredChange,
} from '../support/type-changes.js';

const NUMBERS = [
  ...['smallint', 'integer', 'bigint', 'double precision', 'money', 'boolean'],
  ...['numeric', 'numeric(8,2)', 'numeric(10,2)', 'numeric(10,3)'],
];
const TEXTS = ['text', 'varchar', 'varchar(10)', 'varchar(20)', 'bpchar', 'char(3)', 'char(5)', 'citext'];
const BITS = ['pg_catalog."bit"', 'bit(3)', 'bit(5)', 'varbit', 'varbit(3)', 'varbit(5)'];
const MOMENTS = [
  ...['date', 'timestamp', 'timestamp(3)', 'timestamp(6)', 'timestamptz', 'timestamptz(3)', 'timestamptz(6)'],
  ...['time', 'time(3)', 'timetz', 'timetz(3)'],
];
const INTERVALS = [
  'interval',
  'interval(3)',
  'interval day to second(3)',
  'interval year to month',
  'interval hour',
];
const OTHERS = ['json', 'jsonb', 'uuid', 'bytea', 'inet', 'cidr'];
const ARRAYS = [
  'text[]',
  'varchar(10)[]',
  'varchar(20)[]',
  'integer[]',
  'numeric(8,2)[]',
  'numeric[]',
  'timestamp[]',
];
/** Types of which nothing is known. */
const STRANGE = ['text_domain', 'checked_domain', 'plain_domain', 'hstore'];
const ENUMS = ['mood', 'state', 'mood[]'];
/** More of them, each only with those beside it. */
const FAMILIES = [
  [
    'oid',
    'regclass',
    'smallint',
    'integer',
    'bigint',
    'numeric',
    'numeric(8)',
    'numeric(10)',
    'real',
    'float8',
  ],
  ['name', 'text', 'varchar', 'varchar(10)', 'bpchar', 'citext', 'xml'],
  ['time', 'time(3)', 'time(6)', 'timetz', 'timetz(3)', 'timetz(6)', 'interval', 'interval(6)'],
  [
    ...['interval', 'interval(3)', 'interval(6)', 'interval second', 'interval second(3)', 'interval minute'],
    ...['interval day', 'interval day to second', 'interval day to hour', 'interval year', 'interval month'],
  ],
  [
    'varchar[]',
    'text[]',
    'varchar(10)[]',
    'bigint[]',
    'integer[]',
    'timestamptz[]',
    'timestamp[]',
    'cidr[]',
    'inet[]',
  ],
  ['point', 'box', 'polygon', 'int4range', 'macaddr', 'macaddr8', 'tsvector', 'pg_lsn', 'hstore', 'text'],
];
const MADE = [
  'CREATE EXTENSION citext',
  'CREATE EXTENSION hstore',
  `CREATE TYPE mood AS ENUM ('a', 'b')`,
  `CREATE TYPE state AS ENUM ('a', 'b')`,
  'CREATE DOMAIN plain_domain AS varchar(10)',
  'CREATE DOMAIN text_domain AS text',
  'CREATE DOMAIN checked_domain AS text CHECK (length(VALUE) < 10)',
];
const ALL = [
  ...NUMBERS,
  ...TEXTS,
  ...BITS,
  ...MOMENTS,
  ...INTERVALS,
  ...OTHERS,
  ...ARRAYS,
  ...STRANGE,
  ...ENUMS,
];

/** Provides a session in a time zone. */
async function inZone<T>(
  database: TestDatabase,
  zone: string,
  use: (queryRunner: QueryRunner) => Promise<T>,
): Promise<T> {
  const dataSource = await plainDataSource(database, {}).initialize();
  const queryRunner = dataSource.createQueryRunner();
  try {
    for (const sql of MADE) await queryRunner.query(sql);
    await queryRunner.query(`SELECT set_config('TimeZone', $1, false)`, [zone]);
    await prepareMeasuring(queryRunner);
    return await use(queryRunner);
  } finally {
    await queryRunner.release();
    await dataSource.destroy();
  }
}

interface Given extends TypeChangeOptions {
  /** Types as a schema has them. */
  readonly shown: ReadonlyMap<string, string>;
}

/** In words, where the table is wrong; of what it does not know, the worst is right. */
function mistakeIn(measured: MeasuredChange, { shown, ...options }: Given): readonly string[] {
  const { from, to } = measured;
  const [former, later] = [from, to].map((type) => parsePostgresType(shown.get(type) ?? type)) as [
    PostgresType,
    PostgresType,
  ];
  const { work, cast } = costOfTypeChange(former, later, options);
  const isStrange = from !== to && [from, to].some((type) => STRANGE.includes(type));
  const isWorkRight = measured.work === null || work === measured.work || (isStrange && work === 'heap');
  const isCastRight = cast === measured.cast || (cast === 'unknown' && (isStrange || isOfVersion(from, to)));
  if (isWorkRight && isCastRight) return [];
  return [`${from} -> ${to}: ${work}, ${cast}; the server: ${measured.work ?? '-'}, ${measured.cast}`];
}

/** Rows are read for a check in any case, and for nothing else where nothing is rebuilt. */
function unexpectedScanIn({ from, to, work, scanned, scannedForCheck }: MeasuredChange): readonly string[] {
  if (work === null || (scannedForCheck && scanned === (work !== 'nothing'))) return [];
  return [`${from} -> ${to}: ${work}, the rows are ${scanned ? '' : 'not '}read`];
}

/** Casts that came with PostgreSQL 18. */
function isOfVersion(from: string, to: string): boolean {
  const [other] = from === 'bytea' ? [to] : to === 'bytea' ? [from] : [];
  return ['smallint', 'integer', 'bigint'].includes(other ?? '');
}

const COLLATED = ['text', 'varchar', 'varchar(10)', 'citext', 'text[]'];

onDatabase('postgres', 'What PostgreSQL does for a change of type, and the table of it', (database) => {
  for (const [what, zone, ...lists] of [
    [`all pairs of ${ALL.length} types`, 'UTC', ALL],
    ['the pairs of each family', 'UTC', ...FAMILIES],
    ['moments in another time zone than UTC', 'America/New_York', [...MOMENTS, 'text', 'varchar']],
  ] as readonly (readonly [string, string, ...(readonly string[])[]])[])
    it(`What PostgreSQL does for a change of type, and the table of it agree on ${what}`, () =>
      inZone(database(), zone, async (queryRunner) => {
        for (const types of lists) {
          const shown = await shownTypes(queryRunner, types);
          const measured = await measureChanges(queryRunner, types);
          expect(measured).to.have.length(types.length ** 2);
          const wrong = measured.flatMap((one) => [
            ...mistakeIn(one, { shown, zone }),
            ...unexpectedScanIn(one),
          ]);
          expect(wrong, wrong.join('\n')).to.deep.equal([]);
        }
      })).timeout(120_000);

  it('What PostgreSQL does for a change of type, and the table of it agree on another collation', () =>
    inZone(database(), 'UTC', async (queryRunner) => {
      const shown = await shownTypes(queryRunner, COLLATED);
      for (const one of await measureChanges(
        queryRunner,
        COLLATED,
        COLLATED.map((type) => `${type} COLLATE "C"`),
      ))
        expect(
          mistakeIn({ ...one, to: one.to.replace(' COLLATE "C"', '') }, { shown, recollated: true }),
        ).to.deep.equal([]);
    }));

  it('What PostgreSQL does for a change of type, and the table of it agree on the time zones in which no row is written', () =>
    inZone(database(), 'UTC', async (queryRunner) => {
      const [from, to] = [parsePostgresType('timestamp'), parsePostgresType('timestamptz')];
      const zones = await measureZones(queryRunner);
      expect(zones.length).to.be.greaterThan(400);
      const wrong = zones.filter(({ zone, work }) => costOfTypeChange(from, to, { zone }).work !== work);
      expect(wrong).to.deep.equal([]);
    }));

  it('What PostgreSQL does for a change of type, and the table of it agree on the casts between all types that the server brings along', async () => {
    const rows = await rowsOf(
      database(),
      `SELECT s.typname AS "from", t.typname AS "to",
              CASE WHEN castcontext IN ('i', 'a') OR t.typcategory = 'S' THEN 'assignment'
                   WHEN castcontext = 'e' OR s.typcategory = 'S' THEN 'explicit' ELSE 'none' END AS cast
         FROM pg_type s CROSS JOIN pg_type t LEFT JOIN pg_cast ON castsource = s.oid AND casttarget = t.oid
        WHERE s.typnamespace = 'pg_catalog'::regnamespace AND t.typnamespace = s.typnamespace AND s.oid <> t.oid
          AND s.typtype IN ('b', 'r', 'm') AND t.typtype IN ('b', 'r', 'm') AND s.typcategory <> 'A' AND t.typcategory <> 'A'`,
    );
    const type = (name: unknown): PostgresType => ({ name: String(name), modifiers: [], array: false });
    const found = rows.map((row) => ({ ...row, told: castOf(type(row['from']), type(row['to'])) }));
    const known = found.filter(({ told }) => told !== 'unknown') as readonly Readonly<
      Record<string, unknown>
    >[];
    expect(known.length).to.be.greaterThan(2000);
    expect(known.filter(({ cast, told }) => cast !== told)).to.deep.equal([]);
  });
});
