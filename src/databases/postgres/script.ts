import { EQ } from '../../sql/postgres-operators.js';
import { builtIndex, concurrentIndex, invalidIndex } from './concurrent-index.js';
import { createTables } from '../records/sql.js';
import { placeSql } from './record-place.js';
import { allTables, RECORD_TABLES } from '../records/tables.js';
import { postgresRecords } from './records.js';
import { assertion, keyOf, refusalOf, refuseEach, TAG } from './script-assertion.js';
import {
  assertFirstSchema,
  assertPath,
  assertSession,
  assertTables,
  KEEP_PATH,
  KEEP_SETTINGS,
  keepEnforcing,
  keepSession,
  keepTables,
  restBack,
  ROLE_BACK,
} from './script-session.js';
import { CONSTANTS, MEANING } from './settings.js';
import { askedTwice } from './script-question.js';
import { questionIn } from '../../sql/question.js';
import { stretchesOf } from '../../sql/text.js';
import {
  endedIn,
  ageOfHeartbeats,
  header,
  hindrancesOf,
  LAST_LINE,
  verifyRecord,
  phaseOf,
  recordOf,
  runEnd,
  runStart,
  sectionTitle,
} from '../script/parts.js';
import type { ScriptInput, ScriptStep } from '../script/script.js';
import { quoteIdentifier, valueLiteral } from '../../sql/quote.js';

const ended = endedIn('postgres');

/** The list and the log come first. */
const LOG_TABLES = 3;

/** Names, and values as SQL writes them. */
type Settings = readonly (readonly [name: string, value: string])[];

/** The meaning of statements depends on them, whatever the database or the role has set. */
const OWN: Settings = [...MEANING, ['client_min_messages', 'warning']];

const NO_SCHEMA =
  'The search path of this role contains no existing schema, so PostgreSQL cannot find its tables. Nothing was changed.';
const SET_PATH =
  'Run: ALTER ROLE <role> IN DATABASE <database> SET search_path = public; and start the script again.';

/** Lines of a script for psql. */
export function postgresScript(input: ScriptInput): readonly string[] {
  const { steps } = input;
  if (steps.length === 0) return ['-- Nothing to do.'];
  return [
    ...header(input, 'PostgreSQL', 'psql -X -v ON_ERROR_STOP=1 -f <this file> <database>'),
    '\\set ON_ERROR_STOP on',
    '\\set AUTOCOMMIT on',
    "SET client_encoding = 'UTF8';",
    KEEP_PATH,
    ...steps.flatMap((step, index) => [
      '',
      sectionTitle(step, index, steps.length),
      ...section(input, step, index === 0 ? notes(input) : []),
    ]),
    '',
    ...begin([]),
    assertPath('The end of the run was not recorded: '),
    ended(runEnd(input, postgresRecords)),
    'COMMIT;',
    LAST_LINE,
  ];
}

/** Creates the tables that are not there yet, and notes the run. */
function notes(input: ScriptInput): readonly string[] {
  return [...created(input), ended(runStart(input, { expression: 'session_user' }))];
}

/**
 * CREATE TABLE takes the first schema of the search path, and only the server knows where the list is. A log of an
 * earlier version gets the tables of releases only from a role that may create tables beside it.
 */
function created(input: ScriptInput): readonly string[] {
  const { tables } = input;
  const format = (name: string) => `%1$I.${quoteIdentifier(name).replaceAll('%', '%%')}`;
  const placed = RECORD_TABLES.map((table) => [table, { ...tables[table], sql: format(tables[table].name) }]);
  const primaryKey = tables.primaryKey.replaceAll('%', '%%');
  const formats = { ...tables, primaryKey, ...(Object.fromEntries(placed) as Partial<typeof tables>) };
  const texts = createTables(postgresRecords, formats);
  const mayCreate = `EXISTS (SELECT FROM pg_catalog.pg_namespace n WHERE n.nspname ${EQ} place AND pg_catalog.has_schema_privilege(n.oid, 'CREATE'))`;
  const isReleased = (index: number) => (index < LOG_TABLES ? '' : ` AND (isnew OR ${mayCreate})`);
  return [
    `DO ${TAG}`,
    'DECLARE',
    `  place pg_catalog.name := ${placeSql(tables)};`,
    `  isnew pg_catalog.bool := pg_catalog.to_regclass(${valueLiteral(tables.runs.sql)}) IS NULL;`,
    'BEGIN',
    `  IF place IS NULL THEN RAISE EXCEPTION USING MESSAGE = ${valueLiteral(NO_SCHEMA)}, HINT = ${valueLiteral(SET_PATH)}; END IF;`,
    ...texts.flatMap((sql, index) => [
      `  IF pg_catalog.to_regclass(${valueLiteral(allTables(tables)[index]?.sql ?? '')}) IS NULL${isReleased(index)} THEN`,
      `    EXECUTE pg_catalog.format(${valueLiteral(sql)}, place);`,
      ...(RECORD_TABLES[index] === 'heartbeats' ? [`    ${ended(ageOfHeartbeats(input))}`] : []),
      '  END IF;',
    ]),
    'END',
    `${TAG};`,
  ];
}

/** @param first what is to happen before anything else, in the same transaction where there is one */
function section(input: ScriptInput, step: ScriptStep, first: readonly string[]): readonly string[] {
  if (step.transaction) return transactional(input, step, first);
  const alone =
    first.length === 0
      ? []
      : [
          ...begin([]),
          ...assertPlace(input, step),
          ...assertion(input, step, 'transaction'),
          ...first,
          'COMMIT;',
        ];
  return [...alone, ...nonTransactional(input, step)];
}

/** A pooler may give each transaction another session, so nothing is set for longer than a transaction. */
function begin(settings: Settings): readonly string[] {
  return ['BEGIN;', ...[...OWN, ...settings].map(([name, value]) => `SET LOCAL ${name} = ${value};`)];
}

function assertPlace({ tables }: ScriptInput, step: ScriptStep): readonly string[] {
  return [assertPath(refusalOf(step)), ...assertFirstSchema(refusalOf(step), tables)];
}

function transactional(input: ScriptInput, step: ScriptStep, first: readonly string[]): readonly string[] {
  return [
    ...begin(limitsOf(step)),
    ...assertPlace(input, step),
    ...assertion(input, step, 'transaction'),
    ...first,
    ...gate(input, step, true),
    ...constants(step).map(([name, value]) => `SET LOCAL ${name} = ${value};`),
    KEEP_SETTINGS,
    keepEnforcing('transaction'),
    keepTables(input.tables),
    ...step.statements.map(forPsql),
    ROLE_BACK,
    ...assertTables(input.tables, refusalOf(step)),
    ...recordOf(input, step, postgresRecords).map(ended),
    ...phaseKept(input, step),
    // Deferred triggers act before COMMIT.
    'SET CONSTRAINTS ALL IMMEDIATE;',
    assertKept(input, step),
    ...restBack(step.statements),
    'COMMIT;',
  ];
}

/** The lock is the session's here, since there is no transaction to hold it. */
function nonTransactional(input: ScriptInput, step: ScriptStep): readonly string[] {
  const settings = [...OWN, ...limitsOf(step), ...constants(step)];
  const oneSession = assertSession(refusalOf(step));
  return [
    ...keepSession(refusalOf(step)),
    ...assertPlace(input, step),
    ...settings.map(([name, value]) => `SET ${name} = ${value};`),
    ...assertion(input, step, 'session'),
    oneSession,
    ...gate(input, step, false),
    KEEP_SETTINGS,
    keepEnforcing('session'),
    keepTables(input.tables),
    ...step.statements.flatMap((sql) => sent(sql, step)),
    ROLE_BACK,
    oneSession,
    ...assertTables(input.tables, refusalOf(step)),
    ...recordOf(input, step, postgresRecords).map(ended),
    ...phaseKept(input, step),
    assertKept(input, step),
    ...restBack(step.statements),
    `DO ${TAG} BEGIN PERFORM pg_catalog.pg_advisory_unlock(${keyOf(input)}); END ${TAG};`,
    ...settings.map(([name]) => `RESET ${name};`),
  ];
}

/** Older releases that are connected stop a contract revision. Outside a transaction no lock can be held. */
function gate(input: ScriptInput, step: ScriptStep, locked: boolean): readonly string[] {
  const found = hindrancesOf(input, step, postgresRecords);
  if (found === undefined) return [];
  const { sql } = input.tables.heartbeats;
  const refusal = `${refusalOf(step)}it is a contract revision, and `;
  return [
    `DO ${TAG}`,
    'DECLARE',
    '  other pg_catalog.text;',
    'BEGIN',
    ...(locked ? [`  LOCK TABLE ${sql} IN SHARE MODE;`] : []),
    ...refuseEach(found, refusal),
    'END',
    `${TAG};`,
  ];
}

function limitsOf({ limits }: ScriptStep): Settings {
  return [
    ['lock_timeout', String(limits.lockTimeoutMs)],
    ['statement_timeout', String(limits.statementTimeoutMs)],
  ];
}

function constants({ limits }: ScriptStep): Settings {
  return limits.generated ? CONSTANTS.map(([name, value]) => [name, valueLiteral(value)] as const) : [];
}

function assertKept(input: ScriptInput, step: ScriptStep): string {
  const { words, condition } = verifyRecord(input, step, postgresRecords);
  return `DO ${TAG} BEGIN IF NOT (${condition}) THEN RAISE EXCEPTION USING MESSAGE = ${valueLiteral(words)}; END IF; END ${TAG};`;
}

/** A log of an earlier version may lack the table. */
function phaseKept(input: ScriptInput, step: ScriptStep): readonly string[] {
  const statements = phaseOf(input, step, postgresRecords).map(ended);
  if (statements.length === 0) return [];
  const there = `pg_catalog.to_regclass(${valueLiteral(input.tables.phases.sql)}) IS NOT NULL`;
  return [`DO ${TAG} BEGIN IF ${there} THEN ${statements.join(' ')} END IF; END ${TAG};`];
}

function sent(sql: string, step: ScriptStep): readonly string[] {
  const asked = questionIn(sql);
  if (asked !== undefined) return askedTwice(withoutVariables(asked), step);
  return [...clearing(sql), forPsql(sql), ...verifying(sql)];
}

/** psql puts variables of its own in the place of `:name`; a blank behind the colon keeps it from that. */
function withoutVariables(sql: string): string {
  const stretches = stretchesOf(sql, 'postgres');
  const text = stretches.map(({ text: part, kind }, index) => {
    if (kind !== 'plain') return part;
    const apart = part.replace(/(?<!:):(?=[A-Za-z_{])/g, ': ');
    return stretches[index + 1]?.kind === 'quoted' ? apart.replace(/(?<!:):$/, ': ') : apart;
  });
  return text.join('');
}

function forPsql(sql: string): string {
  return ended(withoutVariables(sql));
}

/** psql runs what the query answers: the drop of an invalid index that a failure has left. */
function clearing(sql: string): readonly string[] {
  const made = concurrentIndex(sql);
  if (!made) return [];
  return [
    `SELECT pg_catalog.format('DROP INDEX CONCURRENTLY IF EXISTS %I.%I', n.nspname, c.relname)`,
    `  ${invalidIndex(made)} \\gexec`,
  ];
}

/** IF NOT EXISTS accepts the invalid index of another failed attempt, and any other object of that name. */
function verifying(sql: string): readonly string[] {
  const made = concurrentIndex(sql);
  if (!made) return [];
  const words = valueLiteral(
    `The index ${made.index} is not valid: another attempt to build it has failed. Run this script from here again.`,
  );
  const taken = valueLiteral(
    `The index ${made.index} was not built: another object has its name. Rename or drop that object, then run this script from here again.`,
  );
  return [
    `DO ${TAG} BEGIN IF EXISTS (SELECT 1 ${invalidIndex(made)}) THEN RAISE EXCEPTION USING MESSAGE = ${words}; END IF; END ${TAG};`,
    `DO ${TAG} BEGIN IF NOT EXISTS (SELECT 1 ${builtIndex(made)}) THEN RAISE EXCEPTION USING MESSAGE = ${taken}; END IF; END ${TAG};`,
  ];
}

/** What `lockKey` makes, by the server: only it knows which table is meant. */
