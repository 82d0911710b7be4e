import { ScriptError } from '../../errors/migration.js';
import { createTables } from '../records/sql.js';
import { sqliteRecords } from './records.js';
import { foldSqliteName } from '../../sql/identifiers.js';
import { mentions } from './mentions.js';
import { readSqliteStatement } from '../../sql/sqlite-statement.js';
import { stretchesOf } from '../../sql/text.js';
import { emptiedTable, namedIn, rebuiltTables, renamesTemporaryTable } from './dependents.js';
import {
  endedIn,
  expectedBefore,
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
import { RECORD_TABLES } from '../records/tables.js';
import { takenSql } from './taken-names.js';
import { structureGuards, type Guard } from './rebuild/script-guard.js';
import { quoteIdentifier, valueLiteral } from '../../sql/quote.js';

const ended = endedIn('sqlite');

/** Lines of a script for the sqlite3 shell. */
export function sqliteScript(input: ScriptInput): readonly string[] {
  const { steps } = input;
  const created = new Set<string>();
  if (steps.length === 0) return ['-- Nothing to do.'];
  return [
    ...header(input, 'SQLite', 'sqlite3 -bail <database file> < <this file>'),
    '.bail on',
    '.timeout 5000',
    '-- Tables are rebuilt below: with foreign keys on, dropping the old one would delete the children of its rows.',
    'PRAGMA foreign_keys = OFF;',
    '-- The lock file of the database: BEGIN EXCLUSIVE locks it as well.',
    "ATTACH (SELECT file || '.migrate-lock' FROM pragma_database_list() WHERE name = 'main') AS migrate_lock;",
    ...steps.flatMap((step, index) => [
      '',
      sectionTitle(step, index, steps.length),
      ...section({ ...input, created }, step, index === 0),
    ]),
    '',
    ended(runEnd(input, sqliteRecords)),
    'DETACH migrate_lock;',
    LAST_LINE,
  ];
}

interface SectionInput extends ScriptInput {
  /** Tables that the script has created so far, in lower case: the live database has nothing of its own in them. */
  readonly created: Set<string>;
}

/** The first one creates the tables that are not there yet, and notes the run, in its own transaction. */
function section(input: SectionInput, step: ScriptStep, isFirst: boolean): readonly string[] {
  const rebuilt = rebuiltTables(step.statements);
  const guards = structureGuards(step, input.migrations, input.created);
  return [
    'BEGIN EXCLUSIVE;',
    ...assertNotTaken(input, step),
    ...(isFirst ? [...createTables(sqliteRecords, input.tables), ageOfHeartbeats(input)].map(ended) : []),
    ...assertPosition(input, step),
    ...gate(input, step),
    ...(isFirst ? [ended(runStart(input, 'offline script'))] : []),
    'CREATE TEMP TABLE "orchestrator_db_violations" AS SELECT "table", "rowid" AS "row", "fkid" FROM pragma_foreign_key_check();',
    ...(rebuilt.length === 0 ? [] : [DEPENDENTS]),
    ...step.statements.flatMap((sql, at) => [
      ...assertStructure(guards.get(at)),
      ...assertJson(rebuilt, step, sql),
      ...noteDependents(rebuilt, sql),
      ...statementLines(step, sql),
    ]),
    ...assertDependents(rebuilt, step),
    ...assertion(
      `${step.id} leaves foreign keys that refer to no row`,
      'NOT EXISTS (SELECT 1 FROM pragma_foreign_key_check() c WHERE NOT EXISTS (SELECT 1 FROM "orchestrator_db_violations" v WHERE v."table" = c."table" AND v."row" IS c."rowid" AND v."fkid" = c."fkid"))',
    ),
    'DROP TABLE temp."orchestrator_db_violations";',
    ...recordOf(input, step, sqliteRecords).map(ended),
    ...phaseOf(input, step, sqliteRecords).map(ended),
    ...assertKept(input, step),
    'COMMIT;',
  ];
}

/** What the shell understands otherwise than SQLite does: https://www.sqlite.org/cli.html */
function problemOf(sql: string): string | undefined {
  if (sql.includes('\r\n')) return 'a line that ends in CR LF: it drops the CR';
  const unquoted = stretchesOf(sql, 'sqlite').map(({ text, kind }) => (kind === 'plain' ? text : '?'));
  return /^[ \t]*(\/|go)[ \t]*$/im.test(unquoted.join(''))
    ? 'a line that contains only / or go: it ends the statement there'
    : undefined;
}

/** A genuine rename drags references along; that of a rebuild must not. */
function statementLines({ id }: ScriptStep, sql: string): readonly string[] {
  const problem = problemOf(sql);
  if (problem !== undefined)
    throw new ScriptError(`${id}: the sqlite3 shell cannot read ${problem}. No script was written.`);
  if (!renamesTemporaryTable(sql)) return [ended(sql)];
  return ['PRAGMA legacy_alter_table = ON;', ended(sql), 'PRAGMA legacy_alter_table = OFF;'];
}

/** Another object may have the name of a table of the records. A check has no words that depend on what it finds. */
function assertNotTaken({ tables }: ScriptInput, { id }: ScriptStep): readonly string[] {
  return RECORD_TABLES.flatMap((table) =>
    assertion(
      `${id}: ${quoteIdentifier(tables[table].name)} should be a table of the records, not something else`,
      `NOT EXISTS (SELECT 1 FROM (${takenSql(tables)}) WHERE which = '${table}')`,
    ),
  );
}

function assertPosition({ tables }: ScriptInput, step: ScriptStep): readonly string[] {
  const newest = `(SELECT "name" FROM ${tables.migrations.sql} ORDER BY "timestamp" DESC, "id" DESC LIMIT 1)`;
  const expected = expectedBefore(step);
  return assertion(
    `${step.id}: the newest recorded revision should be ${expected ?? 'none'}`,
    `${newest} IS ${expected === null ? 'NULL' : valueLiteral(expected)}`,
  );
}

/** Older releases that are connected stop a contract revision, and so does its record. */
function gate(input: ScriptInput, step: ScriptStep): readonly string[] {
  const found = hindrancesOf(input, step, sqliteRecords);
  if (found === undefined) return [];
  const { sql } = input.tables.migrations;
  return [
    ...assertion(
      `${step.id}: no older release should be connected, since it is a contract revision`,
      `NOT EXISTS (${found})`,
    ),
    ...assertion(
      `${step.id}: it should not be recorded`,
      `NOT EXISTS (SELECT 1 FROM ${sql} WHERE "name" = ${valueLiteral(step.id)})`,
    ),
  ];
}

function assertKept(input: ScriptInput, step: ScriptStep): readonly string[] {
  const { words, condition } = verifyRecord(input, step, sqliteRecords);
  return assertion(words, condition);
}

/** SQLite has no statement that raises an error but an insert that a check refuses; the check's name is the message. */
function assertion(words: string, condition: string): readonly string[] {
  return [
    `CREATE TEMP TABLE "orchestrator_db_assertion" ("holds", CONSTRAINT ${quoteIdentifier(words)} CHECK ("holds"));`,
    `INSERT INTO temp."orchestrator_db_assertion" SELECT ${condition};`,
    'DROP TABLE temp."orchestrator_db_assertion";',
  ];
}

/**
 * To some versions of SQLite, 3.40.1 for example, NULL is no JSON: rows that the driver accepts would fail a check of
 * the new table. Asked before that is filled.
 */
function assertJson(rebuilt: readonly string[], { id }: ScriptStep, sql: string): readonly string[] {
  const statement = readSqliteStatement(sql);
  if (statement?.kind !== 'create-table' || !mentions(sql, 'json_valid')) return [];
  const table = foldSqliteName(statement.table).replace(/^temporary_/, '');
  if (!rebuilt.includes(table)) return [];
  return assertion(
    `${id} rebuilds ${table}, which has JSON columns and rows: this version of sqlite3 rejects NULL as JSON. Use a newer sqlite3 or migrate online`,
    `json_valid(NULL) IS NULL OR NOT EXISTS (SELECT 1 FROM ${quoteIdentifier(table)})`,
  );
}

function assertStructure(guard: Guard | undefined): readonly string[] {
  if (!guard) return [];
  const { before, conditions, after } = guard;
  return [
    ...before.map(ended),
    ...conditions.flatMap(({ words, holds }) => assertion(words, holds)),
    ...after.map(ended),
  ];
}

const DEPENDENTS = 'CREATE TEMP TABLE "orchestrator_db_dependents" ("type", "name");';

/** What goes with a table that is rebuilt; what is dropped by name is meant to go. */
function noteDependents(rebuilt: readonly string[], sql: string): readonly string[] {
  if (rebuilt.length === 0) return [];
  const [table, dropped] = [emptiedTable(sql), namedIn(sql, 'DROP')];
  if (table !== undefined && rebuilt.includes(table))
    return [
      `INSERT INTO temp."orchestrator_db_dependents" SELECT type, name FROM main.sqlite_schema WHERE type IN ('index', 'trigger') AND sql IS NOT NULL AND lower(tbl_name) = ${valueLiteral(table)};`,
    ];
  return dropped === undefined
    ? []
    : [
        `DELETE FROM temp."orchestrator_db_dependents" WHERE type || ' ' || lower(name) = ${valueLiteral(dropped)};`,
      ];
}

/** Online they would be created again; a script cannot know their text. */
function assertDependents(rebuilt: readonly string[], { id }: ScriptStep): readonly string[] {
  if (rebuilt.length === 0) return [];
  return [
    ...assertion(
      `${id} rebuilds a table that has triggers or indexes which a script cannot create again: drop them first or migrate online`,
      `NOT EXISTS (SELECT 1 FROM temp."orchestrator_db_dependents" d WHERE NOT EXISTS (SELECT 1 FROM main.sqlite_schema s WHERE s.type = d.type AND s.name = d.name))`,
    ),
    'DROP TABLE temp."orchestrator_db_dependents";',
  ];
}
