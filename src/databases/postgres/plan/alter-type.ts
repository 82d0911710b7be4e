import type { ColumnModel } from '../../../schema/model.js';
import type { Replacement } from './constraints.js';
import type { PostgresContext } from './context.js';
import type { Operation } from './operation.js';
import { sequencesOf, serialSequence } from './sequences.js';
import { type PostgresNames } from './sql.js';
import { NEXT_LINE, allowing, alterTable, statement, type Statement } from '../../../sql/statement.js';
import { costOfRetyping, readsZone } from './type-cost.js';
import { blockingParts } from './type-dependents.js';
import { isInstantPair } from '../../../sql/postgres-type-change.js';
import { parsePostgresType } from '../../../sql/postgres-types.js';
import { quoteIdentifier, quoteLiteral } from '../../../sql/quote.js';

/** Changes the type of a column in place: its values are converted, never dropped. */
export function alterType(context: PostgresContext, of: Replacement<ColumnModel>): Operation {
  const { confirmed } = context;
  const { table, live, desired, reason } = of;
  const place = `${table}.${desired.name}`;
  const zone = confirmed.timeZones.get(place);
  const up = { from: live, to: desired, zone, using: confirmed.usings.get(place) };
  const down = { from: desired, to: live, zone, using: confirmed.usingsDown.get(place) };
  const back = { ...context, from: context.to, confirmed: { ...confirmed, usings: confirmed.usingsDown } };
  return {
    phase: 'main',
    step: 'alter',
    alone: false,
    reason: zone === undefined ? reason : `${reason}; its values are in the time zone ${zone}`,
    up: typeStatements(context, table, { ...up, ...allowedBy(context, table, up), why: ASKED }),
    down: typeStatements(context, table, { ...down, ...allowedBy(back, table, down), why: WAY_BACK }),
  };
}

const ASKED = 'asked for with --allow-rewrite';
const WAY_BACK = '`down` reverts a type that became wider';

/** Whether PostgreSQL rebuilds an object under the lock, although it rewrites no row. */
function allowedBy(
  { from, changes, confirmed }: Pick<PostgresContext, 'from' | 'changes' | 'confirmed'>,
  table: string,
  sides: { readonly from: ColumnModel; readonly to: ColumnModel },
): Pick<Conversion, 'rebuilds'> {
  const change = {
    kind: 'alter-column',
    table,
    object: sides.to.name,
    aspects: ['type', 'collation'],
    live: sides.from,
    desired: sides.to,
  } as const;
  return { rebuilds: blockingParts(change, { from, changes }, confirmed).length > 0 };
}

function typeStatements(context: PostgresContext, table: string, of: Conversion): readonly Statement[] {
  return [...convertingStatements(context.names, table, of), ...sequenceStatement(context, table, of)];
}

/** The sequence of a serial column has a type of its own, and would end at the limit of the former type. */
function sequenceStatement(
  context: PostgresContext,
  table: string,
  { from, to }: Pick<Conversion, 'from' | 'to'>,
): readonly Statement[] {
  if (from.identity !== 'serial' || to.identity !== 'serial' || from.type === to.type) return [];
  const sequence = serialSequence(context.names.path(table), to.name, sequencesOf(context, table, to));
  const alter = `EXECUTE pg_catalog.format('ALTER SEQUENCE %s AS ${to.type}', ${sequence});`;
  return [statement(['DO $sequence$', 'BEGIN', `  ${alter}`, 'END', '$sequence$'].join(NEXT_LINE))];
}

interface Conversion {
  readonly from: ColumnModel;
  readonly to: ColumnModel;
  /** The time zone of the values, where the conversion depends on one. */
  readonly zone: string | undefined;
  /** The confirmed expression for the conversion. */
  readonly using: string | undefined;
  /** Whether PostgreSQL rebuilds an object under the lock, although it rewrites no row. */
  readonly rebuilds: boolean;
  /** Why the table may be rewritten, where it has to be. */
  readonly why: string;
}

/** How the values are converted. */
interface Manner {
  readonly using: string | null;
  readonly rewrites: boolean;
  /** The time zone of the session during the conversion. */
  readonly session: string | null;
}

function mannerOf(names: PostgresNames, of: Conversion): Manner {
  const { from, to, zone, using } = of;
  if (using !== undefined) return { using, rewrites: true, session: null };
  const column = quoteIdentifier(from.name);
  const projected = reprojection(column, from.type, to.type);
  if (projected !== undefined) return { using: projected, rewrites: true, session: null };
  const { work, cast: kind } = costOfRetyping(of, zone);
  const rewrites = work === 'heap';
  const cast = kind === 'assignment' ? null : conversion(names, column, of);
  if (zone === undefined || !readsZone(from.type, to.type)) return { using: cast, rewrites, session: null };
  if (!rewrites) return { using: null, rewrites, session: zone };
  return isInstantPair(parsePostgresType(from.type), parsePostgresType(to.type))
    ? { using: `${column} AT TIME ZONE ${quoteLiteral(zone)}`, rewrites, session: null }
    : { using: cast, rewrites, session: zone };
}

/** PostGIS converts coordinates to another reference system; those of an unknown one only get its number. */
function reprojection(column: string, from: string, to: string): string | undefined {
  const [former, later] = [sridOf(from), sridOf(to)];
  if (former === undefined || later === undefined || former === later) return undefined;
  const convert = former === 0 || later === 0 ? 'ST_SetSRID' : 'ST_Transform';
  return `${convert}(${column}, ${later})::${to}`;
}

/** 0 for an unknown one; undefined where the type takes any, or is no geometry. */
function sridOf(type: string): number | undefined {
  const { name, modifiers, array } = parsePostgresType(type);
  if (name !== 'geometry' || array || modifiers.length === 0) return undefined;
  return Number(modifiers[1] ?? 0);
}

/** PostgreSQL writes the precision of an interval into a constant that is its default. */
const TYPED_CONSTANT = /^interval/;

/**
 * A default is dropped first, since it may not be valid for the new type, and set again in the same statement: PostgreSQL
 * would keep the former type in a constant, also where it rewrites no row. A statement that runs under a setting of its
 * own does not set it, since the default does not mean that.
 */
function convertingStatements(names: PostgresNames, table: string, of: Conversion): readonly Statement[] {
  const { from, to, why } = of;
  const column = quoteIdentifier(from.name);
  const manner = mannerOf(names, of);
  const collation = to.collation === null ? '' : ` COLLATE ${quoteIdentifier(to.collation)}`;
  const using = manner.using === null ? '' : ` USING ${manner.using}`;
  const resetsDefault =
    manner.rewrites ||
    manner.session !== null ||
    TYPED_CONSTANT.test(to.type) ||
    parsePostgresType(from.type).name !== parsePostgresType(to.type).name ||
    from.default?.canonical !== to.default?.canonical;
  const off =
    from.default && from.identity === null && resetsDefault ? [`ALTER COLUMN ${column} DROP DEFAULT`] : [];
  const on =
    to.default && to.identity === null && resetsDefault
      ? [`ALTER COLUMN ${column} SET DEFAULT ${to.default.sql}`]
      : [];
  const type = `ALTER COLUMN ${column} TYPE ${names.type(to.type)}${collation}${using}`;
  const alter = (parts: readonly string[]) => alterTable(names.path(table), parts.join(', '));
  const allowed = (sql: Statement) => {
    if (manner.rewrites) return allowing('change-type-rewrite', why, sql);
    return of.rebuilds
      ? allowing('change-type-rebuild', why, sql)
      : { ...sql, hazards: ['change-type-rebuild' as const] };
  };
  const isMoney = [from.type, to.type].some((one) => parsePostgresType(one).name === 'money');
  const session = isMoney ? MONETARY : manner.session === null ? undefined : zoneOf(manner.session);
  if (session === undefined) return [allowed(alter([...off, type, ...on]))];
  return [...underSetting(session, allowed(alter([...off, type]))), ...(on.length === 0 ? [] : [alter(on)])];
}

/** A setting that a session has for one statement. */
interface ForOneStatement {
  readonly name: string;
  readonly set: string;
  /** Keeps the former value. */
  readonly former: string;
}

/** A value of money has as many digits behind its point as the database's own setting says. */
const MONETARY: ForOneStatement = {
  name: "'lc_monetary'",
  set: 'SET LOCAL lc_monetary TO DEFAULT',
  former: "'orchestrator_db.former_lc_monetary'",
};

function zoneOf(zone: string): ForOneStatement {
  const set = `SET LOCAL timezone = ${quoteLiteral(zone)}`;
  return { name: "'TimeZone'", set, former: "'orchestrator_db.former_time_zone'" };
}

/** Later statements of the transaction have the former value. */
function underSetting({ name, set, former }: ForOneStatement, converting: Statement): readonly Statement[] {
  const config = 'pg_catalog.set_config';
  const current = (setting: string) => `pg_catalog.current_setting(${setting})`;
  return [
    statement(`SELECT ${config}(${former}, ${current(name)}, true)`),
    statement(set),
    converting,
    statement(`SELECT ${config}(${name}, ${current(former)}, true)`),
  ];
}

/** The text of an enumerated value is converted to the other type. */
function conversion(
  names: PostgresNames,
  column: string,
  { from, to }: Pick<Conversion, 'from' | 'to'>,
): string {
  const viaText = from.type.startsWith('enum ') || to.type.startsWith('enum ');
  const text = from.type.endsWith('[]') ? 'text[]' : 'text';
  return viaText ? `${column}::${text}::${names.type(to.type)}` : `${column}::${names.type(to.type)}`;
}
