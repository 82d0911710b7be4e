/** The sequence of a moved column numbers the one that takes its place. */

import type { ColumnModel } from '../../../../../schema/model.js';
import { quoteIdentifier, quoteLiteral } from '../../../../../sql/quote.js';
import { NEXT_LINE, statement, type Statement } from '../../../../../sql/statement.js';
import {
  CONTINUE_SEQUENCE,
  executeWithOptions,
  indented,
  KEEP_SEQUENCE,
  KEPT_SEQUENCE,
  OPTIONS_FORMAT,
} from '../../made-again.js';

/** A column that another one replaces; both are in the same table. */
export interface Renumbering {
  /** The table, as SQL. */
  readonly path: string;
  /** The name of the column that had the numbers. */
  readonly from: string;
  /** How it had them. */
  readonly formerly: ColumnModel['identity'];
  /** The one that gets them, as it is to be. */
  readonly to: ColumnModel;
}

/** Moves the sequence with its options, its rights and its next number; nothing where the column has none. */
export function renumber(of: Renumbering): readonly Statement[] {
  if (of.to.identity === null) return [];
  const lines = of.to.identity === 'serial' && of.formerly === 'serial' ? serialLines(of) : madeAgain(of);
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
function madeAgain(of: Renumbering): readonly string[] {
  return [
    'DECLARE',
    `  numbers CONSTANT text := ${sequenceOf(of)};`,
    ...indented(KEPT_SEQUENCE),
    'BEGIN',
    ...indented([...KEEP_SEQUENCE, ...taken(of), ...given(of), ...CONTINUE_SEQUENCE]),
    'END',
  ];
}

function taken({ path, from, formerly }: Renumbering): readonly string[] {
  const alter = `ALTER TABLE ${path} ALTER COLUMN ${quoteIdentifier(from)}`;
  return formerly === 'serial'
    ? [`${alter} DROP DEFAULT;`, `EXECUTE pg_catalog.format('DROP SEQUENCE %s', numbers);`]
    : [`${alter} DROP IDENTITY;`];
}

function given({ path, to }: Renumbering): readonly string[] {
  const [table, name] = [path, quoteIdentifier(to.name)].map((sql) => sql.replaceAll('%', '%%'));
  const alter = `ALTER TABLE ${table} ALTER COLUMN ${name}`;
  const kind = (to.identity ?? '').toUpperCase();
  const isSerial = to.identity === 'serial';
  const make = isSerial
    ? `CREATE SEQUENCE %s AS ${to.type} ${OPTIONS_FORMAT} OWNED BY ${table}.${name}`
    : `${alter} ADD GENERATED ${kind} AS IDENTITY (SEQUENCE NAME %s ${OPTIONS_FORMAT})`;
  const read = `${alter} SET DEFAULT pg_catalog.nextval(%L::pg_catalog.regclass)`;
  return [
    ...executeWithOptions(make, ' numbers,'),
    ...(isSerial ? [`EXECUTE pg_catalog.format(${quoteLiteral(read)}, numbers);`] : []),
  ];
}
