import { EQ, JOINED } from '../../sql/postgres-operators.js';
import { valueLiteral } from '../../sql/quote.js';
import { expectedBefore } from '../script/parts.js';
import type { ScriptInput, ScriptStep } from '../script/script.js';
import { hidingSql } from './row-security.js';
import { lockNameSql } from './lock/lock-name.js';
import { losingSql } from './losing.js';
import { otherListsSql } from './record-place.js';
import { allTables } from '../records/tables.js';
import { takenSql } from './taken-names.js';
import { untrustedSql } from './untrusted-records.js';

/** Quotes the blocks of a script. */
export const TAG = '$orchestrator_db$';

/** Takes the lock, and makes sure that the database is where this step begins. */
export function assertion(
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
    ...refuseRecorded(step, table),
    'END',
    `${TAG};`,
  ];
}

/** Others may have overtaken a contract revision, so the newest record does not show whether it is applied. */
function refuseRecorded(step: ScriptStep, table: string): readonly string[] {
  if (step.phase?.phase !== 'contract' || step.direction === 'down') return [];
  const words = valueLiteral(`${refusalOf(step)}it is recorded already.`);
  return [
    `  IF EXISTS (SELECT FROM ${table} m WHERE m."name" ${EQ} ${valueLiteral(step.id)}) THEN`,
    `    RAISE EXCEPTION USING MESSAGE = ${words};`,
    '  END IF;',
  ];
}

export function refusalOf({ id, direction }: ScriptStep): string {
  return `${id} was not ${direction === 'up' ? 'applied' : 'reverted'}: `;
}

/** Whether the newest record is not the expected one; IS DISTINCT FROM takes an operator from the search path. */
function isOther(newest: string, expected: string | null): string {
  return expected === null
    ? `${newest} IS NOT NULL`
    : `NOT coalesce(${newest} ${EQ} ${valueLiteral(expected)}, false)`;
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

const LOSING = 'a crash or the end of the session empties this table, which is UNLOGGED or temporary: ';
const REPLICATED =
  'a subscription copies rows into this table, so a recorded revision may not have run here: ';

/**
 * A crash of the server empties an unlogged table, a temporary one ends with the session, and the rows of a subscribed
 * one are those of another database.
 */
function refuseLosing({ tables }: ScriptInput, refusal: string): readonly string[] {
  const losing = `SELECT pg_catalog.concat(CASE WHEN l.persistence ${EQ} 's' THEN ${valueLiteral(REPLICATED)} ELSE ${valueLiteral(LOSING)} END, l.schema, '.', l.name) FROM (${losingSql(allTables(tables))}) l`;
  return refuseEach(losing, refusal);
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
function refuseHiding({ tables }: ScriptInput, refusal: string): readonly string[] {
  const { migrations, runs, attempts, phases, heartbeats } = tables;
  return [
    ...refuseEach(hidingSql([migrations, runs, attempts]), `${refusal}applied revisions may be hidden: `),
    ...refuseEach(hidingSql([phases, heartbeats]), `${refusal}older releases may be hidden: `),
  ];
}

/** Stops at the first row. @param found SQL: in one column, what is wrong */
export function refuseEach(found: string, words: string): readonly string[] {
  return [
    `  FOR other IN ${found} LOOP`,
    `    RAISE EXCEPTION USING MESSAGE = ${valueLiteral(words)} ${JOINED} other;`,
    '  END LOOP;',
  ];
}

export function keyOf({ tables }: ScriptInput): string {
  const name = `pg_catalog.convert_to('orchestrator-db ' ${JOINED} ${lockNameSql(tables).replace(/\s+/g, ' ')}, 'UTF8')`;
  return `('x' ${JOINED} pg_catalog.encode(pg_catalog.substr(pg_catalog.sha256(${name}), 1, 8), 'hex'))::pg_catalog.bit(64)::pg_catalog.int8`;
}
