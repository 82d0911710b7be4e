import { EQ, JOINED } from '../../sql/postgres-operators.js';
import { hidingSql } from './row-security.js';
import { concurrentIndex, invalidIndex } from './invalid-index.js';
import { lockNameSql } from './lock/lock-name.js';
import { losingSql } from './losing.js';
import { createTables } from '../records/sql.js';
import { otherListsSql, placeSql } from './record-place.js';
import type { TableName } from '../records/tables.js';
import { postgresRecords } from './records.js';
import { assertTables, KEEP_SETTINGS, keepTables, restBack, ROLE_BACK } from './script-session.js';
import { CONSTANTS, MEANING } from './settings.js';
import { stretchesOf } from '../../sql/text.js';
import {
  endedIn,
  expectedBefore,
  header,
  LAST_LINE,
  verifyRecord,
  recordOf,
  runEnd,
  runStart,
  sectionTitle,
} from '../script/parts.js';
import { takenSql } from './taken-names.js';
import { untrustedSql } from './untrusted-records.js';
import type { ScriptInput, ScriptStep } from '../script/script.js';
import { quoteIdentifier, valueLiteral } from '../../sql/quote.js';

const ended = endedIn('postgres');

const NO_SCHEMA =
  'The search path of this role contains no existing schema, so PostgreSQL cannot find its tables. Nothing was changed.';
const SET_PATH =
  'Run: ALTER ROLE <role> IN DATABASE <database> SET search_path = public; and start the script again.';

const TAG = '$orchestrator_db$';

/** Lines of a script for psql. */
export function postgresScript(input: ScriptInput): readonly string[] {
  const { steps } = input;
  if (steps.length === 0) return ['-- Nothing to do.'];
  return [
    ...header(input, 'PostgreSQL', 'psql -X -v ON_ERROR_STOP=1 -f <this file> <database>'),
    '\\set ON_ERROR_STOP on',
    '\\set AUTOCOMMIT on',
    "SET client_encoding = 'UTF8';",
    ...MEANING.map(([name, value]) => `SET ${name} = ${value};`),
    'SET client_min_messages = warning;',
    KEEP_SETTINGS,
    ...steps.flatMap((step, index) => [
      '',
      sectionTitle(step, index, steps.length),
      ...section(input, step, index === 0 ? notes(input) : []),
    ]),
    '',
    ended(runEnd(input, postgresRecords)),
    LAST_LINE,
  ];
}

/** Creates the tables that are not there yet, and notes the run. */
function notes(input: ScriptInput): readonly string[] {
  return [...created(input), ended(runStart(input, { expression: 'session_user' }))];
}

/** CREATE TABLE takes the first schema of the search path, and only the server knows where the list is. */
function created({ tables }: ScriptInput): readonly string[] {
  if (tables.schema !== undefined) return createTables(postgresRecords, tables).map(ended);
  const format = (name: string) => `%1$I.${quoteIdentifier(name).replaceAll('%', '%%')}`;
  const placed = (table: TableName) => ({ ...table, sql: format(table.name) });
  const { migrations, runs, attempts } = tables;
  const all = [migrations, runs, attempts];
  const primaryKey = tables.primaryKey.replaceAll('%', '%%');
  const texts = createTables(postgresRecords, {
    ...tables,
    primaryKey,
    migrations: placed(migrations),
    runs: placed(runs),
    attempts: placed(attempts),
  });
  return [
    `DO ${TAG}`,
    'DECLARE',
    `  place pg_catalog.name := ${placeSql(tables)};`,
    'BEGIN',
    `  IF place IS NULL THEN RAISE EXCEPTION USING MESSAGE = ${valueLiteral(NO_SCHEMA)}, HINT = ${valueLiteral(SET_PATH)}; END IF;`,
    ...texts.flatMap((sql, index) => [
      `  IF pg_catalog.to_regclass(${valueLiteral(all[index]?.sql ?? '')}) IS NULL THEN`,
      `    EXECUTE pg_catalog.format(${valueLiteral(sql)}, place);`,
      '  END IF;',
    ]),
    'END',
    `${TAG};`,
  ];
}

/** An empty list may hide one that has the records. */
function refuseHiddenList({ tables }: ScriptInput, refusal: string): readonly string[] {
  const list = tables.migrations.sql;
  const words = `the search path leads to two lists of applied revisions, and the empty one comes first. The other one is `;
  return [
    `  IF NOT EXISTS (SELECT FROM ${list}) THEN`,
    `    FOR other IN ${otherListsSql(tables)} LOOP`,
    `      EXECUTE pg_catalog.format('SELECT EXISTS (SELECT FROM %s)', other) INTO filled;`,
    `      IF filled THEN RAISE EXCEPTION USING MESSAGE = ${valueLiteral(refusal + words)} ${JOINED} other; END IF;`,
    '    END LOOP;',
    '  END IF;',
  ];
}

/** A crash of the server empties an unlogged table, and a temporary one ends with the session. */
function refuseLosing(
  { tables: { migrations, runs, attempts } }: ScriptInput,
  refusal: string,
): readonly string[] {
  const losing = `SELECT pg_catalog.concat(l.schema, '.', l.name) FROM (${losingSql([migrations, runs, attempts])}) l`;
  const words = 'a crash or the end of the session empties this table, which is UNLOGGED or temporary: ';
  return refuseEach(losing, refusal + words);
}

/** Code of another role, in the tables of the records, would run with the rights of this one. */
function refuseUntrusted({ tables }: ScriptInput, refusal: string): readonly string[] {
  const found = `SELECT pg_catalog.concat(u."table", ' has the ', u.via, ', which uses code of the role ', u."owner") FROM (${untrustedSql(tables)}) u`;
  return refuseEach(found, `${refusal}code of another role would run with the rights of this one: `);
}

/** Another object may have the name of a table of the records. */
function refuseTaken({ tables }: ScriptInput, refusal: string): readonly string[] {
  const found = `SELECT t.what FROM (${takenSql(tables)}) t`;
  return refuseEach(found, `${refusal}the name of a table of the records is taken: `);
}

/** A script cannot tell whether a view shows every row of a table, as a command can. */
function refuseHiding(
  { tables: { migrations, runs, attempts } }: ScriptInput,
  refusal: string,
): readonly string[] {
  return refuseEach(hidingSql([migrations, runs, attempts]), `${refusal}applied revisions may be hidden: `);
}

/** @param found SQL: in one column, what is wrong */
function refuseEach(found: string, words: string): readonly string[] {
  return [
    `  FOR other IN ${found} LOOP`,
    `    RAISE EXCEPTION USING MESSAGE = ${valueLiteral(words)} ${JOINED} other;`,
    '  END LOOP;',
  ];
}

/** @param first what is to happen before anything else, in the same transaction where there is one */
function section(input: ScriptInput, step: ScriptStep, first: readonly string[]): readonly string[] {
  if (step.transaction) return transactional(input, step, first);
  const alone =
    first.length === 0 ? [] : ['BEGIN;', ...assertion(input, step, 'transaction'), ...first, 'COMMIT;'];
  return [...alone, ...nonTransactional(input, step)];
}

function transactional(input: ScriptInput, step: ScriptStep, first: readonly string[]): readonly string[] {
  const { lockTimeoutMs, statementTimeoutMs } = step.limits;
  return [
    'BEGIN;',
    `SET LOCAL lock_timeout = ${lockTimeoutMs};`,
    `SET LOCAL statement_timeout = ${statementTimeoutMs};`,
    ...assertion(input, step, 'transaction'),
    ...first,
    ...constants(step).map(([name, value]) => `SET LOCAL ${name} = ${valueLiteral(value)};`),
    keepTables(input.tables),
    ...step.statements.map(forPsql),
    ROLE_BACK,
    ...assertTables(input.tables, refusalOf(step)),
    ...recordOf(input, step, postgresRecords).map(ended),
    // Deferred triggers act before COMMIT.
    'SET CONSTRAINTS ALL IMMEDIATE;',
    assertKept(input, step),
    ...restBack(step.statements),
    'COMMIT;',
  ];
}

/** The lock is the session's here, since there is no transaction to hold it. */
function nonTransactional(input: ScriptInput, step: ScriptStep): readonly string[] {
  const { lockTimeoutMs, statementTimeoutMs } = step.limits;
  return [
    `SET lock_timeout = ${lockTimeoutMs};`,
    `SET statement_timeout = ${statementTimeoutMs};`,
    ...constants(step).map(([name, value]) => `SET ${name} = ${valueLiteral(value)};`),
    ...assertion(input, step, 'session'),
    keepTables(input.tables),
    ...step.statements.flatMap((sql) => [...clearing(sql), forPsql(sql), ...verifying(sql)]),
    ROLE_BACK,
    ...assertTables(input.tables, refusalOf(step)),
    ...recordOf(input, step, postgresRecords).map(ended),
    assertKept(input, step),
    ...restBack(step.statements),
    `DO ${TAG} BEGIN PERFORM pg_catalog.pg_advisory_unlock(${keyOf(input)}); END ${TAG};`,
    'RESET lock_timeout;',
    'RESET statement_timeout;',
    ...constants(step).map(([name]) => `RESET ${name};`),
  ];
}

function constants({ limits }: ScriptStep): typeof CONSTANTS {
  return limits.generated ? CONSTANTS : [];
}

/** Takes the lock, and makes sure that the database is where this step begins. */
function assertion(
  input: ScriptInput,
  step: ScriptStep,
  scope: 'transaction' | 'session',
): readonly string[] {
  const take =
    scope === 'transaction' ? 'pg_catalog.pg_try_advisory_xact_lock' : 'pg_catalog.pg_try_advisory_lock';
  const table = input.tables.migrations.sql;
  const newest = `(SELECT "name" FROM ${table} ORDER BY "timestamp" DESC, "id" DESC LIMIT 1)`;
  const expected = expectedBefore(step);
  const raise = (words: string) => `RAISE EXCEPTION USING MESSAGE = ${words}`;
  const refusal = refusalOf(step);
  return [
    `DO ${TAG}`,
    'DECLARE',
    '  other pg_catalog.text;',
    '  filled pg_catalog.bool;',
    'BEGIN',
    `  IF NOT ${take}(${keyOf(input)}) THEN`,
    `    ${raise(valueLiteral(`${refusal}another process is migrating this database.`))};`,
    '  END IF;',
    ...refuseTaken(input, refusal),
    ...refuseHiding(input, refusal),
    ...refuseUntrusted(input, refusal),
    `  IF pg_catalog.to_regclass(${valueLiteral(table)}) IS NULL THEN`,
    expected === null
      ? '    RETURN;'
      : `    ${raise(valueLiteral(`${refusal}no revision is recorded here, and ${expected} should be the newest.`))};`,
    '  END IF;',
    ...refuseHiddenList(input, refusal),
    ...refuseLosing(input, refusal),
    `  IF ${isOther(newest, expected)} THEN`,
    `    ${raise(`${valueLiteral(`${refusal}the newest recorded revision is `)} ${JOINED} coalesce(${newest}, 'none') ${JOINED} ${valueLiteral(`, it should be ${expected ?? 'none'}.`)}`)};`,
    '  END IF;',
    'END',
    `${TAG};`,
  ];
}

function refusalOf({ id, direction }: ScriptStep): string {
  return `${id} was not ${direction === 'up' ? 'applied' : 'reverted'}: `;
}

/** Whether the newest record is not the expected one; IS DISTINCT FROM takes an operator from the search path. */
function isOther(newest: string, expected: string | null): string {
  return expected === null
    ? `${newest} IS NOT NULL`
    : `NOT coalesce(${newest} ${EQ} ${valueLiteral(expected)}, false)`;
}

function assertKept(input: ScriptInput, step: ScriptStep): string {
  const { words, condition } = verifyRecord(input, step, postgresRecords);
  return `DO ${TAG} BEGIN IF NOT (${condition}) THEN RAISE EXCEPTION USING MESSAGE = ${valueLiteral(words)}; END IF; END ${TAG};`;
}

/** psql puts variables of its own in the place of `:name`; a blank behind the colon keeps it from that. */
function forPsql(sql: string): string {
  const stretches = stretchesOf(sql, 'postgres');
  const text = stretches.map(({ text: part, kind }, index) => {
    if (kind !== 'plain') return part;
    const apart = part.replace(/(?<!:):(?=[A-Za-z_{])/g, ': ');
    return stretches[index + 1]?.kind === 'quoted' ? apart.replace(/(?<!:):$/, ': ') : apart;
  });
  return ended(text.join(''));
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

/** IF NOT EXISTS accepts the invalid index of another failed attempt. */
function verifying(sql: string): readonly string[] {
  const made = concurrentIndex(sql);
  if (!made) return [];
  const words = valueLiteral(
    `The index ${made.index} is not valid: another attempt to build it has failed. Run this script from here again.`,
  );
  return [
    `DO ${TAG} BEGIN IF EXISTS (SELECT 1 ${invalidIndex(made)}) THEN RAISE EXCEPTION USING MESSAGE = ${words}; END IF; END ${TAG};`,
  ];
}

/** What `lockKey` makes, by the server: only it knows which table is meant. */
function keyOf({ tables }: ScriptInput): string {
  const name = `pg_catalog.convert_to('orchestrator-db ' ${JOINED} ${lockNameSql(tables).replace(/\s+/g, ' ')}, 'UTF8')`;
  return `('x' ${JOINED} pg_catalog.encode(pg_catalog.substr(pg_catalog.sha256(${name}), 1, 8), 'hex'))::pg_catalog.bit(64)::pg_catalog.int8`;
}
