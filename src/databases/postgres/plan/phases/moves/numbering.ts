/** The sequence of a moved column numbers the one that takes its place. */

import type { ColumnModel } from '../../../../../schema/model.js';
import { quoteIdentifier, quoteLiteral } from '../../../../../sql/quote.js';
import { NEXT_LINE, statement, type Statement } from '../../../../../sql/statement.js';
import {
  CONTINUE_SEQUENCE,
  indented,
  KEEP_SEQUENCE,
  KEPT_SEQUENCE,
  OPTIONS_FORMAT,
  SEQUENCE_OPTIONS,
} from '../../made-again.js';

/** A column that another one replaces; both are in the same table. */
export interface Renumbering {
  /** The table, as SQL. */
  readonly path: string;
  /** The name of the column that had the numbers. */
  readonly from: string;
  /** The one that gets them, as it is to be. */
  readonly to: ColumnModel;
}

/** Moves the sequence with its options, its rights and its next number; nothing where the column has none. */
export function renumber(of: Renumbering): readonly Statement[] {
  if (of.to.identity === null) return [];
  const lines = of.to.identity === 'serial' ? serialLines(of) : identityLines(of);
  const body = lines.join(NEXT_LINE);
  return [
    statement(['DO $numbers$', body, '$numbers$'].join(NEXT_LINE), {
      locks: [{ table: of.path, mode: 'ACCESS EXCLUSIVE' }],
    }),
  ];
}

function sequenceOf({ path, from }: Renumbering): string {
  return `pg_catalog.pg_get_serial_sequence(${quoteLiteral(path)}, ${quoteLiteral(from)})`;
}

function serialLines(of: Renumbering): readonly string[] {
  const { path, from, to } = of;
  const name = quoteIdentifier(to.name);
  const run = (sql: string) => `  EXECUTE pg_catalog.format(${quoteLiteral(sql)}, numbers);`;
  return [
    'DECLARE',
    `  numbers CONSTANT text := ${sequenceOf(of)};`,
    'BEGIN',
    `  ALTER TABLE ${path} ALTER COLUMN ${quoteIdentifier(from)} DROP DEFAULT;`,
    run(`ALTER SEQUENCE %s OWNED BY ${path.replaceAll('%', '%%')}.${name.replaceAll('%', '%%')}`),
    run(`ALTER SEQUENCE %s AS ${to.type}`),
    run(
      `ALTER TABLE ${path.replaceAll('%', '%%')} ALTER COLUMN ${name.replaceAll('%', '%%')} SET DEFAULT pg_catalog.nextval(%L::pg_catalog.regclass)`,
    ),
    'END',
  ];
}

/** DROP IDENTITY drops the sequence, with its rights and its comment. */
function identityLines(of: Renumbering): readonly string[] {
  const { path, from, to } = of;
  const add = `ALTER TABLE ${path} ALTER COLUMN ${quoteIdentifier(to.name)} ADD GENERATED ${(to.identity ?? '').toUpperCase()} AS IDENTITY`;
  const made = `${add.replaceAll('%', '%%')} (SEQUENCE NAME %s ${OPTIONS_FORMAT})`;
  return [
    'DECLARE',
    `  numbers CONSTANT text := ${sequenceOf(of)};`,
    ...indented(KEPT_SEQUENCE),
    'BEGIN',
    ...indented(KEEP_SEQUENCE),
    `  ALTER TABLE ${path} ALTER COLUMN ${quoteIdentifier(from)} DROP IDENTITY;`,
    `  EXECUTE pg_catalog.format(${quoteLiteral(made)}, numbers,`,
    ...indented(indented(SEQUENCE_OPTIONS)),
    '  );',
    ...indented(CONTINUE_SEQUENCE),
    'END',
  ];
}
