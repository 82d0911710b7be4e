import type { ConstraintFact } from '../sql/action.js';
import { unqualified } from '../sql/names.js';
import { quoteLiteral, quotePath } from '../../sql/quote.js';

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

/** How much of a table is written in one transaction: 100 pages, some thousand rows. */
const PAGES = 100;

/** What rows get a value, and which. */
interface Batches {
  readonly table: string;
  /** `UPDATE` and what it sets, or `DELETE`. */
  readonly change: { readonly verb: 'UPDATE'; readonly set: string } | { readonly verb: 'DELETE' };
  /** Which rows are left to do; null for all of them, once. */
  readonly left: string | null;
}

/**
 * A block that goes through a table page by page and commits after each batch, so that every row is read once and no row
 * stays locked. It goes on until nothing is left: a row that other code writes meanwhile moves to another page.
 */
export function batches({ table, change, left }: Batches): string {
  const name = quotePath(table);
  const places = `ctid >= format('(%s,0)', first_page)::tid AND ctid < format('(%s,0)', first_page + ${PAGES})::tid`;
  const verb = change.verb === 'UPDATE' ? `UPDATE ${name} SET ${change.set}` : `DELETE FROM ${name}`;
  const pass = [
    `  FOR first_page IN 0..pg_relation_size(${quoteLiteral(name)}) / current_setting('block_size')::bigint BY ${PAGES} LOOP`,
    `    ${verb}`,
    `      WHERE ${places}${left === null ? '' : ` AND ${left}`};`,
    '    COMMIT;',
    '  END LOOP;',
  ];
  const body =
    left === null
      ? pass
      : ['LOOP', ...pass, `  EXIT WHEN NOT EXISTS (SELECT FROM ${name} WHERE ${left});`, 'END LOOP;'];
  return ['DO $batches$ BEGIN', ...body, 'END $batches$'].join('\n');
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
}

/** A trigger by which the fresh column follows the former one; `BOTH_WAYS` lets either be written. */
export function mirrored({ table, former, fresh }: Mirror, body: readonly string[]): readonly string[] {
  const name = mirrorName({ table, former, fresh });
  return [
    [
      `CREATE FUNCTION ${name}() RETURNS trigger LANGUAGE plpgsql AS $mirror$ BEGIN`,
      ...body.map((line) => `  ${line}`),
      '  RETURN NEW;',
      'END $mirror$',
    ].join('\n'),
    `CREATE TRIGGER ${quotePath(unqualified(table) + '_' + fresh)} BEFORE INSERT OR UPDATE ON ${quotePath(table)} FOR EACH ROW EXECUTE FUNCTION ${name}()`,
  ];
}

/** The end of it. */
export function mirrorDropped({ table, former, fresh }: Mirror): readonly string[] {
  return [
    `DROP TRIGGER ${quotePath(unqualified(table) + '_' + fresh)} ON ${quotePath(table)}`,
    `DROP FUNCTION ${mirrorName({ table, former, fresh })}()`,
  ];
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
function namedText({ name, text }: ConstraintFact): string {
  return /^CONSTRAINT\b/i.test(text) ? text : `CONSTRAINT ${quotePath(name)} ${text}`;
}

/** A statement that is right as it is once something has been made sure of. */
export function withException(rule: string, reason: string, statement: string): string {
  return `-- lint-allow ${rule}: ${reason}\n${statement};`;
}
