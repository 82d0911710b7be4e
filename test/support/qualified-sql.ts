import { loadModule, parsePlPgSQLSync, parseSync } from 'libpg-query';
import { visitObjects } from '../../src/databases/postgres/parse/parser.js';

type Fields = Readonly<Record<string, unknown>>;

/** Kinds of A_Expr that look an operator up in the search path, and cannot name its schema. */
const BY_PATH =
  /^AEXPR_(IN|LIKE|ILIKE|SIMILAR|BETWEEN|NOT_BETWEEN|BETWEEN_SYM|NOT_BETWEEN_SYM|DISTINCT|NOT_DISTINCT|NULLIF)$/;

/** What a name is looked up for by the search path: functions, operators, types, and tables of the catalog. */
export async function lookedUpIn(sql: string): Promise<readonly string[]> {
  await loadModule();
  const { stmts = [] } = parseSync(sql);
  const found: string[] = [];
  for (const { stmt } of stmts)
    visitObjects(stmt, (object) => {
      for (const [kind, node] of Object.entries(object)) {
        const rule = RULES[kind];
        if (rule && typeof node === 'object' && node !== null) found.push(...rule(node as Fields));
      }
    });
  for (const body of bodiesOf(sql, stmts)) found.push(...(await lookedUpIn(body)));
  return found;
}

type Statements = NonNullable<ReturnType<typeof parseSync>['stmts']>;

function bodiesOf(sql: string, statements: Statements): readonly string[] {
  return statements
    .filter(({ stmt }) => stmt && 'DoStmt' in stmt)
    .flatMap(({ stmt_location: start = 0, stmt_len: length }) =>
      bodiesIn(sql.slice(start, length === undefined ? undefined : start + length)),
    );
}

/** Statements and expressions in DO. */
function bodiesIn(sql: string): readonly string[] {
  const bodies: string[] = [];
  visitObjects(parsePlPgSQLSync(sql), ({ query, parseMode }) => {
    if (typeof query !== 'string') return;
    const [assigned = ''] = /^\s*[\w.]+\s*:=/.exec(query) ?? [];
    const isExpression = parseMode === 2 || assigned !== '';
    bodies.push(isExpression ? `SELECT ${query.slice(assigned.length)}` : query);
  });
  return bodies;
}

const RULES: Readonly<Record<string, (node: Fields) => readonly string[]>> = {
  FuncCall: ({ funcname }) => alone(funcname, 'function'),
  A_Expr: ({ kind, name }) =>
    BY_PATH.test(String(kind)) ? [String(kind).slice('AEXPR_'.length)] : alone(name, 'operator'),
  CaseExpr: ({ arg }) => (arg === undefined ? [] : ['CASE x WHEN']),
  SubLink: ({ subLinkType, operName }) =>
    subLinkType === 'ANY_SUBLINK' && operName === undefined ? ['IN'] : alone(operName, 'operator'),
  JoinExpr: ({ usingClause, isNatural }) => (usingClause === undefined && !isNatural ? [] : ['USING']),
  TypeCast: ({ typeName }) => alone((typeName as Fields | undefined)?.['names'], 'type'),
  RangeVar: ({ schemaname, relname }) =>
    schemaname === undefined && String(relname).startsWith('pg_') ? [`table ${String(relname)}`] : [],
};

/** A name of one part. */
function alone(list: unknown, what: string): readonly string[] {
  const names = namesIn(list);
  return names.length === 1 ? [`${what} ${names[0] ?? ''}`] : [];
}

/** The parts of a name. */
function namesIn(list: unknown): readonly string[] {
  if (!Array.isArray(list)) return [];
  return list.flatMap((one: { readonly String?: { readonly sval?: string } }) => one.String?.sval ?? []);
}

/** Functions and operators that a statement uses, by their last name. */
export async function usedIn(
  sql: string,
): Promise<{ readonly functions: readonly string[]; readonly operators: readonly string[] }> {
  await loadModule();
  const functions: string[] = [];
  const operators: string[] = [];
  const collect = (text: string): void => {
    const { stmts = [] } = parseSync(text);
    visitObjects(stmts, ({ FuncCall, A_Expr }) => {
      if (FuncCall) functions.push(...namesIn((FuncCall as Fields)['funcname']).slice(-1));
      if (A_Expr) operators.push(...namesIn((A_Expr as Fields)['name']).slice(-1));
    });
    bodiesOf(text, stmts).forEach(collect);
  };
  collect(sql);
  return { functions, operators };
}
