import type { QueryRunner } from 'typeorm';

/** What a server does when a column of one type gets another one, and the plain index over it stays. */
export interface MeasuredChange {
  readonly from: string;
  readonly to: string;
  /** Null where there is no cast. */
  readonly work: 'nothing' | 'indexes' | 'heap' | null;
  readonly cast: 'assignment' | 'explicit' | 'none';
  /** Whether the rows are read, with and without a check that names the column. */
  readonly scanned: boolean;
  readonly scannedForCheck: boolean;
}

/** https://www.postgresql.org/docs/current/errcodes-appendix.html */
const NO_ASSIGNMENT = '42804';
const NO_CAST = '42846';
const NO_OPERATOR_CLASS = '42704';

/** Two tables of a type, of which one has a check that names the column. */
const MAKE = `
  CREATE FUNCTION pg_temp.make_tables(former text) RETURNS void LANGUAGE plpgsql AS $make$
  DECLARE name text;
  BEGIN
    FOREACH name IN ARRAY ARRAY['plain', 'checked'] LOOP
      EXECUTE format('CREATE TEMP TABLE %s (id integer, c %s)', name, former);
      EXECUTE format('INSERT INTO %s (id) VALUES (1), (2)', name);
      EXECUTE format('CREATE INDEX %1$s_id ON %1$s (id)', name);
      BEGIN
        EXECUTE format('CREATE INDEX %1$s_c ON %1$s (c)', name);
      EXCEPTION WHEN undefined_object THEN NULL;
      END;
    END LOOP;
    EXECUTE 'ALTER TABLE checked ADD CONSTRAINT ck CHECK (c IS NULL OR id > 0)';
  END $make$`;

/** Every try is undone by the error with which it ends; its variables stay. */
const TRY = `
  CREATE FUNCTION pg_temp.try_change(name text, later text, cast_to text, indexed boolean)
  RETURNS text LANGUAGE plpgsql AS $try$
  DECLARE heap oid; other oid; plain oid; scans bigint; outcome text;
  BEGIN
    IF NOT indexed THEN EXECUTE format('DROP INDEX %s_c', name); END IF;
    heap := pg_relation_filenode(name); other := pg_relation_filenode(name || '_id');
    plain := pg_relation_filenode(to_regclass(name || '_c')); scans := pg_stat_get_xact_numscans(name::regclass);
    EXECUTE format('ALTER TABLE %s ALTER COLUMN c TYPE %s %s', name, later, 'USING c::' || cast_to);
    outcome := CASE WHEN heap <> pg_relation_filenode(name) THEN
        CASE WHEN other <> pg_relation_filenode(name || '_id') THEN 'heap' ELSE 'heap alone' END
      WHEN other <> pg_relation_filenode(name || '_id') THEN 'another index'
      WHEN plain <> pg_relation_filenode(to_regclass(name || '_c')) THEN 'indexes' ELSE 'nothing' END
      || CASE WHEN pg_stat_get_xact_numscans(name::regclass) > scans THEN ', scanned' ELSE '' END;
    RAISE EXCEPTION 'undo it' USING ERRCODE = 'ZZ999';
  EXCEPTION WHEN SQLSTATE 'ZZ999' THEN RETURN outcome; WHEN OTHERS THEN RETURN SQLSTATE;
  END $try$`;

/** With a cast where it takes one, and without the index where the new type cannot have one. */
const MEASURE = `
  CREATE FUNCTION pg_temp.measure(later text) RETURNS text[] LANGUAGE plpgsql AS $measure$
  DECLARE plain text; checked text; cast_to text; indexed boolean := true;
  BEGIN
    checked := pg_temp.try_change('checked', later, NULL, true);
    IF checked = '${NO_ASSIGNMENT}' THEN
      cast_to := later;
      checked := pg_temp.try_change('checked', later, cast_to, true);
    END IF;
    IF checked = '${NO_OPERATOR_CLASS}' THEN
      indexed := false;
      checked := pg_temp.try_change('checked', later, cast_to, false);
    END IF;
    IF checked NOT LIKE 'heap%' THEN plain := pg_temp.try_change('plain', later, cast_to, indexed); END IF;
    RETURN ARRAY[checked, plain, cast_to];
  END $measure$`;

/** Creates the functions of a measurement, for the session. */
export async function prepareMeasuring(queryRunner: QueryRunner): Promise<void> {
  for (const sql of [MAKE, TRY, MEASURE]) await queryRunner.query(sql);
}

interface Row {
  readonly later: string;
  /** As the functions have it: of the table with a check; of the other one, where that is worth a try; the cast. */
  readonly outcome: readonly [checked: string, plain: string | null, castTo: string | null];
}

/** Changes every type into every other one, and into itself. */
export async function measureChanges(
  queryRunner: QueryRunner,
  types: readonly string[],
  others: readonly string[] = types,
): Promise<readonly MeasuredChange[]> {
  const measured: MeasuredChange[] = [];
  for (const from of types) {
    await queryRunner.startTransaction();
    await queryRunner.query('SELECT pg_temp.make_tables($1)', [from]);
    const rows = (await queryRunner.query(
      'SELECT later, pg_temp.measure(later) AS outcome FROM unnest($1::text[]) AS later',
      [others],
    )) as readonly Row[];
    await queryRunner.rollbackTransaction();
    measured.push(...rows.map((row) => changeIn(from, row)));
  }
  return measured;
}

function changeIn(from: string, { later: to, outcome: [checked, plain, castTo] }: Row): MeasuredChange {
  if (checked === NO_CAST)
    return { from, to, work: null, cast: 'none', scanned: false, scannedForCheck: false };
  const [work = ''] = checked.split(', ');
  const isOther = plain !== null && plain.split(', ')[0] !== work;
  if (isOther || (work !== 'nothing' && work !== 'indexes' && work !== 'heap'))
    throw new Error(`${from} -> ${to}: ${checked}; without a check: ${plain ?? '-'}`);
  return {
    ...{ from, to, work },
    cast: castTo === null ? 'assignment' : 'explicit',
    scanned: (plain ?? checked).endsWith(', scanned'),
    scannedForCheck: checked.endsWith(', scanned'),
  };
}

/** Types as a schema has them: as `format_type` shows them, an enumerated one with its kind in front. */
export async function shownTypes(
  queryRunner: QueryRunner,
  types: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  await queryRunner.query('DROP TABLE IF EXISTS shown');
  await queryRunner.query(`CREATE TEMP TABLE shown (${types.map((type, i) => `c${i} ${type}`).join(', ')})`);
  const rows = (await queryRunner.query(
    `SELECT CASE WHEN 'e' IN (t.typtype, e.typtype) THEN 'enum ' ELSE '' END || format_type(atttypid, atttypmod) AS shown
       FROM pg_attribute JOIN pg_type t ON t.oid = atttypid LEFT JOIN pg_type e ON e.oid = t.typelem
      WHERE attrelid = 'shown'::regclass AND attnum > 0 ORDER BY attnum`,
  )) as readonly { readonly shown: string }[];
  return new Map(types.map((type, i) => [type, rows[i]?.shown ?? '']));
}

/** What a timestamp that becomes an instant takes, by each time zone that the server knows. */
export async function measureZones(
  queryRunner: QueryRunner,
): Promise<readonly { readonly zone: string; readonly work: string }[]> {
  await queryRunner.startTransaction();
  await queryRunner.query(`SELECT pg_temp.make_tables('timestamp')`);
  const zones = (await queryRunner.query(
    `SELECT name AS zone, set_config('TimeZone', name, true),
            split_part(pg_temp.try_change('plain', 'timestamptz', NULL, true), ',', 1) AS work
       FROM (SELECT name FROM pg_timezone_names OFFSET 0) AS known`,
  )) as readonly { readonly zone: string; readonly work: string }[];
  await queryRunner.rollbackTransaction();
  return zones;
}
