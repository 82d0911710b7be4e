/** What lint prints instead of a dangerous statement: the same change in steps that block nothing. */

import type { ConstraintFact } from '../sql/action.js';
import { unqualified } from '../../databases/postgres/parse/names.js';
import { quotePath } from '../../sql/quote.js';

/** What stands between statements that must not share a transaction. */
export const NEXT_REVISION = '-- in the next revision:';

/** What stands above a statement that cannot run inside a transaction. */
export const ALONE = '-- alone in a revision with transaction = false:';

/** What stands above a statement that has to wait for a release. */
export function whenRetired(name: string): string {
  return `-- when no code names ${name} any more:`;
}

/** Statements as one text. */
export function script(...lines: readonly string[]): string {
  return lines.map((line) => (line.startsWith('--') ? line : `${line};`)).join('\n');
}

/** SET NOT NULL that has nothing to look at, since a check was validated before. */
export function notNullSteps(table: string, column: string): readonly string[] {
  const check = quotePath(`ck_${unqualified(table)}_${column}_not_null`);
  return [
    `ALTER TABLE ${quotePath(table)} ADD CONSTRAINT ${check} CHECK (${quotePath(column)} IS NOT NULL) NOT VALID`,
    NEXT_REVISION,
    `ALTER TABLE ${quotePath(table)} VALIDATE CONSTRAINT ${check}`,
    NEXT_REVISION,
    `ALTER TABLE ${quotePath(table)} ALTER COLUMN ${quotePath(column)} SET NOT NULL`,
    `ALTER TABLE ${quotePath(table)} DROP CONSTRAINT ${check}`,
  ];
}

/** Names of what keeps two columns alike. */
interface Mirror {
  readonly table: string;
  readonly former: string;
  readonly fresh: string;
  /** What inherits from the table and does not get its triggers. */
  readonly heirs: readonly string[];
}

/** A trigger by which the fresh column follows the former one; `BOTH_WAYS` lets either be written. */
export function mirrored(mirror: Mirror, body: readonly string[]): readonly string[] {
  const name = mirrorName(mirror);
  return [
    [
      `CREATE FUNCTION ${name}() RETURNS trigger LANGUAGE plpgsql AS $mirror$ BEGIN`,
      ...body.map((line) => `  ${line}`),
      '  RETURN NEW;',
      'END $mirror$',
    ].join('\n'),
    ...onEach(
      mirror,
      (table) =>
        `CREATE TRIGGER ${triggerName(mirror)} BEFORE INSERT OR UPDATE ON ${quotePath(table)} FOR EACH ROW EXECUTE FUNCTION ${name}()`,
    ),
  ];
}

/** The end of it. */
export function mirrorDropped(mirror: Mirror): readonly string[] {
  return [
    ...onEach(mirror, (table) => `DROP TRIGGER ${triggerName(mirror)} ON ${quotePath(table)}`),
    `DROP FUNCTION ${mirrorName(mirror)}()`,
  ];
}

function onEach({ table, heirs }: Mirror, statement: (table: string) => string): readonly string[] {
  return [table, ...heirs].map((one) => statement(one));
}

function triggerName({ table, fresh }: Mirror): string {
  return quotePath(unqualified(table) + '_' + fresh);
}

function mirrorName({ table, fresh }: Mirror): string {
  return quotePath(`${table}_${fresh}`);
}

/** The column of a constraint that stands in its definition, added before the constraint. */
export function addedColumn(table: string, { columnText }: ConstraintFact): readonly string[] {
  return columnText === null ? [] : [`ALTER TABLE ${quotePath(table)} ADD COLUMN ${columnText}`];
}

/** A constraint that holds for new rows at once and is checked on the others later. */
export function notValidThenValidate(table: string, constraint: ConstraintFact): string {
  return script(
    ...addedColumn(table, constraint),
    `ALTER TABLE ${quotePath(table)} ADD ${namedText(constraint)} NOT VALID`,
    NEXT_REVISION,
    `ALTER TABLE ${quotePath(table)} VALIDATE CONSTRAINT ${quotePath(constraint.name)}`,
  );
}

/** The constraint as it is written, with a name in any case. */
export function namedText({ name, text }: ConstraintFact): string {
  return /^CONSTRAINT\b/i.test(text) ? text : `CONSTRAINT ${quotePath(name)} ${text}`;
}

/** A statement that is right as it is once something has been made sure of. */
export function withException(rule: string, reason: string, statement: string): string {
  return `-- lint-allow ${rule}: ${reason}\n${statement};`;
}

/** The statement that gives a table another name, or another schema. */
export function moveTable(table: string, to: string): string {
  const name = unqualified(to);
  if (name !== unqualified(table)) return `ALTER TABLE ${quotePath(table)} RENAME TO ${quotePath(name)}`;
  const schema = to.slice(0, -name.length - 1) || 'public';
  return `ALTER TABLE ${quotePath(table)} SET SCHEMA ${quotePath(schema)}`;
}
