import type { ColumnModel } from '../../schema/model.js';
import { NEXT_LINE } from '../move.js';
import type { Replacement } from './constraints.js';
import type { PostgresContext } from './context.js';
import { allowing, RANKS, STAGES, type Move } from './move.js';
import { literal, quote, type PostgresNames } from './sql.js';
import { typeChange } from './type-change.js';

const WAY_BACK = 'the way back of a type that became wider';

/** A column gets another type, in place: its values are converted, never dropped. */
export function alterType({ names }: PostgresContext, of: Replacement<ColumnModel>): Move {
  const { table, live, desired, reason } = of;
  return {
    stage: STAGES.main,
    rank: RANKS.alter,
    alone: false,
    reason,
    up: [
      typeStatement(names, table, { from: live, to: desired, allowedBy: 'asked for with --allow-rewrite' }),
      ...sequenceStatement(names, table, { from: live, to: desired }),
    ],
    down: [
      typeStatement(names, table, { from: desired, to: live, allowedBy: WAY_BACK }),
      ...sequenceStatement(names, table, { from: desired, to: live }),
    ],
  };
}

/** The sequence of a serial column has a type of its own, and would end where the former type does. */
function sequenceStatement(
  names: PostgresNames,
  table: string,
  { from, to }: Pick<Conversion, 'from' | 'to'>,
): readonly string[] {
  if (from.identity !== 'serial' || to.identity !== 'serial' || from.type === to.type) return [];
  const sequence = `pg_get_serial_sequence(${literal(names.path(table))}, ${literal(to.name)})`;
  const alter = `EXECUTE format('ALTER SEQUENCE %s AS ${to.type}', ${sequence});`;
  return [['DO $sequence$', 'BEGIN', `  ${alter}`, 'END', '$sequence$'].join(NEXT_LINE)];
}

interface Conversion {
  readonly from: ColumnModel;
  readonly to: ColumnModel;
  /** Why the table may be written anew, where it has to be. */
  readonly allowedBy: string;
}

/** A default is taken off before, since it may not be one of the new type, and said anew in the same statement. */
function typeStatement(names: PostgresNames, table: string, { from, to, allowedBy }: Conversion): string {
  const column = quote(from.name);
  const { rewrites, needsCast } = typeChange(from.type, to.type);
  const collation = to.collation === null ? '' : ` COLLATE ${quote(to.collation)}`;
  const using = needsCast ? ` USING ${conversion(names, column, { from, to })}` : '';
  const type = `ALTER COLUMN ${column} TYPE ${names.type(to.type)}${collation}${using}`;
  const off = `ALTER COLUMN ${column} DROP DEFAULT`;
  const isOther = from.default?.canonical !== to.default?.canonical;
  const parts = [
    ...(from.default && from.identity === null && (rewrites || isOther) ? [off] : []),
    type,
    ...(to.default && to.identity === null && (rewrites || isOther)
      ? [`ALTER COLUMN ${column} SET DEFAULT ${to.default.sql}`]
      : []),
  ];
  const sql = `ALTER TABLE ${names.path(table)} ${parts.join(', ')}`;
  return rewrites ? allowing('change-type-rewrite', allowedBy, sql) : sql;
}

/** The text of an enumerated value is the value of another type. */
function conversion(
  names: PostgresNames,
  column: string,
  { from, to }: Pick<Conversion, 'from' | 'to'>,
): string {
  const viaText = from.type.startsWith('enum ') || to.type.startsWith('enum ');
  const text = from.type.endsWith('[]') ? 'text[]' : 'text';
  return viaText ? `${column}::${text}::${names.type(to.type)}` : `${column}::${names.type(to.type)}`;
}
