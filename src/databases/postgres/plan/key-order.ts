import { EQ, GE, GT, LE, LT } from '../../../sql/postgres-operators.js';
import { isCatalogType } from '../../../sql/postgres-types.js';
import { NEXT_LINE } from '../../../sql/statement.js';
import { quoteIdentifier, quoteIdentifiers, quoteLiteral } from '../../../sql/quote.js';

/** A column of a key, with its type as SQL. */
export interface KeyColumn {
  readonly name: string;
  readonly type: string;
}

/**
 * How a block in PL/pgSQL compares the columns of a key with parameters, in texts that `format` turns into statements.
 * No operator is looked up in the search path: another role may have an operator there whose types match better.
 */
interface KeyOrder {
  /** Declarations of the block. */
  readonly declared: readonly string[];
  /** Arguments of `format` from the second on. */
  readonly operators: readonly string[];
  /** The key is at or behind the parameters from this number on. */
  readonly from: (first: number) => string;
  /** The key is before the parameters from this number on. */
  readonly until: (first: number) => string;
}

/** Operators by their place in the list that the block declares. */
const SIGNS = ['<', '<=', '>=', '>'] as const;
type Sign = (typeof SIGNS)[number];
const OF_CATALOG: Readonly<Record<Sign, string>> = { '<': LT, '<=': LE, '>=': GE, '>': GT };

/** Rows compare as a whole, which an index can serve, where all operators are in one schema. */
export function keyOrder(key: readonly KeyColumn[]): KeyOrder {
  const foreign = key.flatMap(({ type }, index) => (isCatalogType(type) ? [] : [index]));
  if (foreign.length === 0) return catalogOrder(key);
  const operatorOf = (index: number, sign: Sign): string => {
    const place = foreign.indexOf(index);
    if (place < 0) return OF_CATALOG[sign];
    return `%${2 + place * SIGNS.length + SIGNS.indexOf(sign)}$s`;
  };
  const compared = (sign: '<' | '>=') => (first: number) => lexical(key, { first, sign, operatorOf });
  return {
    declared: foreign.map((index) => declaredOrder(index, key[index]?.type ?? '')),
    operators: foreign.flatMap((index) => SIGNS.map((_sign, place) => `order_${index}[${place + 1}]`)),
    from: compared('>='),
    until: compared('<'),
  };
}

function catalogOrder(key: readonly KeyColumn[]): KeyOrder {
  const columns = inFormat(quoteIdentifiers(key.map(({ name }) => name)));
  const compared = (operator: string) => (first: number) =>
    `(${columns}) ${operator} (${key.map((_column, index) => `$${first + index}`).join(', ')})`;
  return { declared: [], operators: [], from: compared(GE), until: compared(LT) };
}

interface Lexical {
  readonly first: number;
  readonly sign: '<' | '>=';
  readonly operatorOf: (index: number, sign: Sign) => string;
}

/** Column by column; the first condition is about the first column alone, so an index serves it. */
function lexical(key: readonly KeyColumn[], { first, sign, operatorOf }: Lexical): string {
  const [wide, strict] = sign === '<' ? (['<=', '<'] as const) : (['>=', '>'] as const);
  return key.reduceRight((rest, { name }, index) => {
    const compare = (one: Sign) =>
      `${inFormat(quoteIdentifier(name))} ${operatorOf(index, one)} $${first + index}`;
    return rest === '' ? compare(sign) : `(${compare(wide)} AND (${compare(strict)} OR ${rest}))`;
  }, '');
}

/** The operators of the order of a type, in any schema; those of the catalog serve enumerations, for example. */
function declaredOrder(index: number, type: string): string {
  const signs = SIGNS.map((sign) => `(${STRATEGIES[sign]}, '${sign}')`).join(', ');
  return [
    `  order_${index} CONSTANT text[] := ARRAY(`,
    '    WITH RECURSIVE base (oid) AS (',
    `      SELECT ${quoteLiteral(type)}::pg_catalog.regtype::pg_catalog.oid UNION SELECT t.typbasetype`,
    `        FROM base b JOIN pg_catalog.pg_type t ON t.oid ${EQ} b.oid WHERE t.typtype ${EQ} 'd')`,
    `    SELECT coalesce((SELECT pg_catalog.format('OPERATOR(%I.%s)', n.nspname, o.oprname)`,
    `        FROM base b JOIN pg_catalog.pg_opclass c ON c.opcintype ${EQ} b.oid AND c.opcdefault`,
    `        JOIN pg_catalog.pg_am m ON m.oid ${EQ} c.opcmethod AND m.amname ${EQ} 'btree'`,
    `        JOIN pg_catalog.pg_amop a ON a.amopfamily ${EQ} c.opcfamily AND a.amoplefttype ${EQ} b.oid`,
    `         AND a.amoprighttype ${EQ} b.oid AND a.amopstrategy ${EQ} s.strategy`,
    `        JOIN pg_catalog.pg_operator o ON o.oid ${EQ} a.amopopr`,
    `        JOIN pg_catalog.pg_namespace n ON n.oid ${EQ} o.oprnamespace),`,
    `      pg_catalog.format('OPERATOR(pg_catalog.%s)', s.sign))`,
    `    FROM (VALUES ${signs}) AS s (strategy, sign) ORDER BY s.strategy);`,
  ].join(NEXT_LINE);
}

/** https://www.postgresql.org/docs/current/xindex.html#XINDEX-STRATEGIES */
const STRATEGIES: Readonly<Record<Sign, number>> = { '<': 1, '<=': 2, '>=': 4, '>': 5 };

/** As a text that `format` outputs unchanged. */
export function inFormat(sql: string): string {
  return sql.replaceAll('%', '%%');
}
