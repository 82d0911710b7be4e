/** The settings of the server or the session that a backfill reads where it runs, in lines of PL/pgSQL. */

import { EQ } from '../../../sql/postgres-operators.js';

/** A setting whose value is an interval. */
interface IntervalSetting {
  /** The variable of the block. */
  readonly variable: string;
  readonly name: string;
  /** Where nothing is set. */
  readonly value: string;
  /** What another value does, behind an example. */
  readonly hint: string;
}

const SETTINGS: readonly IntervalSetting[] = [
  {
    variable: 'max_lag',
    name: 'orchestrator_db.max_lag',
    // As gh-ost has it.
    value: '1500ms',
    hint: '5s for example; 0 fills without waiting for standbys',
  },
  {
    variable: 'pause',
    name: 'orchestrator_db.backfill_pause',
    value: '0',
    hint: '0.5s for example; 0 fills without a pause between two batches',
  },
  {
    variable: 'report_every',
    name: 'orchestrator_db.report_every',
    value: '10s',
    hint: '1min for example',
  },
];

/** Variables of the block. */
export function settingsDeclared(): readonly string[] {
  return SETTINGS.map(({ variable }) => `${variable} pg_catalog.interval;`);
}

/** Reads them. */
export function settingLines(): readonly string[] {
  return SETTINGS.flatMap(readLines);
}

function readLines({ variable, name, value, hint }: IntervalSetting): readonly string[] {
  const given = `pg_catalog.current_setting('${name}', true)`;
  // NULLIF would compare with an operator of the search path.
  const read = `CASE WHEN coalesce(${given}, '') ${EQ} '' THEN '${value}' ELSE ${given} END`;
  return [
    'BEGIN',
    `  ${variable} := (${read})::pg_catalog.interval;`,
    'EXCEPTION WHEN data_exception THEN',
    `  RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value',`,
    `    MESSAGE = pg_catalog.format('${name} is "%s", which is no interval', ${given}),`,
    `    HINT = 'Set an interval, ${hint}. Then run the revision again';`,
    'END;',
  ];
}
