/**
 * The check by which the two names of a column have one value. It holds for every row that is written from the first
 * copied row on, and it is validated before the names are swapped. So the swap reads no rows, and nothing can come
 * between the proof and the swap.
 */

import { quoteIdentifier, quoteLiteral } from '../../../../sql/quote.js';
import { NEXT_LINE, alterTable, statement, type Statement } from '../../../../sql/statement.js';
import { failForRows, type RefusedRows } from '../refused-rows.js';

/** Two columns of a table that are to be equal. */
export interface Agreement {
  /** The table, by its name and as SQL. */
  readonly table: string;
  readonly path: string;
  readonly original: string;
  readonly copy: string;
  /** The type below the domain of the original, which the copy has, as SQL; null where it has no domain. */
  readonly baseType: string | null;
  /** The columns that name a row; none where the table has no primary key. */
  readonly key: readonly string[];
  /** The name of the check, and of the trigger that keeps the columns equal. */
  readonly name: string;
}

/** Values are compared as they are stored: equal texts of a type without case are two values. */
export function differs(one: string, other: string): string {
  return `pg_catalog.record_image_ne(ROW(${one}), ROW(${other}))`;
}

/** The check for new rows. Those that are there already have no copy yet. */
export function requireAgreement(agreement: Agreement): Statement {
  const { path, name } = agreement;
  const check = `CHECK (NOT ${disagreement(agreement)})`;
  return alterTable(path, `ADD CONSTRAINT ${quoteIdentifier(name)} ${check} NOT VALID`);
}

/** The check goes. */
export function dropAgreement({ path, name }: Agreement): Statement {
  return alterTable(path, `DROP CONSTRAINT IF EXISTS ${quoteIdentifier(name)}`);
}

/** Reads all rows without blocking others. It fails with the rows whose two names differ. */
export function proveAgreement(agreement: Agreement): Statement {
  const { path, name } = agreement;
  const proof = proofOf(agreement);
  return { ...proof, work: { kind: 'validation', table: path, name } };
}

/** The same before a swap: the catalog shows that the check is validated, so that it reads no row. */
export function relyOnAgreement(agreement: Agreement): Statement {
  return proofOf(agreement);
}

/** The rows that differ, and the check where it is missing. */
function proofOf(agreement: Agreement): Statement {
  const { path, key, name, table, original, copy } = agreement;
  const [one, other] = [quoteIdentifier(original), quoteIdentifier(copy)];
  const validate = `ALTER TABLE ${path} VALIDATE CONSTRAINT ${quoteIdentifier(name)}`;
  return validateNaming({
    rows: {
      path,
      key,
      where: disagreement(agreement),
      problem: `${table}: ${original} and ${copy} differ, so values would be lost. Nothing was renamed`,
      hint: `Something has written past the trigger ${name}. Give both the right value: UPDATE ${path} SET ${other} = ${one} keeps that of ${original}, and SET ${one} = ${other} that of ${copy}. Then run the revision again`,
    },
    name,
    problem: `${table}: the check ${name}, which keeps ${original} and ${copy} equal, is missing or was violated meanwhile. Nothing was renamed`,
    hint: `If it is missing, run: ${requireAgreement(agreement).sql}; ${validate}; Then run the revision again`,
  });
}

/** A check, the rows that violate it, and what the error says where there are none. */
interface Validation {
  readonly rows: RefusedRows;
  readonly name: string;
  readonly problem: string;
  readonly hint: string;
}

/** VALIDATE does nothing where the check is validated. It does not name the rows that violate it, which this does. */
export function validateNaming({ rows, name, problem, hint }: Validation): Statement {
  const { path } = rows;
  const lines = [
    'DO $agree$',
    'DECLARE',
    '  found bigint;',
    'BEGIN',
    '  BEGIN',
    `    ALTER TABLE ${path} VALIDATE CONSTRAINT ${quoteIdentifier(name)};`,
    '    RETURN;',
    '  EXCEPTION WHEN check_violation OR undefined_object THEN NULL;',
    '  END;',
    ...failForRows(rows),
    `  RAISE EXCEPTION USING ERRCODE = 'undefined_object',`,
    `    MESSAGE = ${quoteLiteral(problem)},`,
    `    HINT = ${quoteLiteral(hint)};`,
    'END',
    '$agree$',
  ];
  return statement(lines.join(NEXT_LINE), { locks: [{ table: path, mode: 'SHARE UPDATE EXCLUSIVE' }] });
}

/** The copy of a column of a domain has the type below it. */
function disagreement({ original, copy, baseType }: Agreement): string {
  const base = baseType === null ? '' : `::${baseType}`;
  return differs(quoteIdentifier(original) + base, quoteIdentifier(copy) + base);
}
