/** A constraint as CREATE TABLE says it; SQLite's pragmas give neither names nor checks. */
export interface DeclaredConstraint {
  readonly kind: 'check' | 'unique' | 'foreign-key' | 'primary-key';
  readonly name: string | null;
  /** Of a key; empty for a check. */
  readonly columns: readonly string[];
  /** Of a check, without its outer parentheses; empty otherwise. */
  readonly expression: string;
}

/** What only the text of CREATE TABLE tells. */
export interface DeclaredTable {
  readonly constraints: readonly DeclaredConstraint[];
  readonly autoincrement: boolean;
}

/** https://www.sqlite.org/lang_createtable.html */
const TOKEN =
  /--[^\n]*|\/\*[\s\S]*?\*\/|'(?:[^']|'')*'|"(?:[^"]|"")*"|`(?:[^`]|``)*`|\[[^\]]*\]|[\w.$]+|[<>=!|]+|\S/g;

type Tokens = readonly string[];

/** Reads the constraints out of a CREATE TABLE statement. */
export function parseCreateTable(sql: string): DeclaredTable {
  const tokens = tokenise(sql);
  const items = splitAtCommas(inside(tokens, tokens.indexOf('(')));
  return {
    constraints: items.flatMap(constraintsOf),
    autoincrement: tokens.some((token) => token.toUpperCase() === 'AUTOINCREMENT'),
  };
}

/** The predicate of a partial index; null for a whole one. */
export function parseIndexPredicate(sql: string): string | null {
  const tokens = tokenise(sql);
  const where = tokens.findIndex((token) => token.toUpperCase() === 'WHERE');
  return where < 0 ? null : tokens.slice(where + 1).join(' ');
}

function tokenise(sql: string): Tokens {
  return (sql.match(TOKEN) ?? []).filter((token) => !token.startsWith('--') && !token.startsWith('/*'));
}

/** What stands between the parenthesis at `open` and its partner. */
function inside(tokens: Tokens, open: number): Tokens {
  let depth = 0;
  for (let index = open; index < tokens.length; index += 1) {
    if (tokens[index] === '(') depth += 1;
    if (tokens[index] === ')') depth -= 1;
    if (depth === 0) return tokens.slice(open + 1, index);
  }
  return tokens.slice(open + 1);
}

function splitAtCommas(tokens: Tokens): readonly Tokens[] {
  const items: string[][] = [[]];
  let depth = 0;
  for (const token of tokens) {
    if (token === '(') depth += 1;
    if (token === ')') depth -= 1;
    if (token === ',' && depth === 0) items.push([]);
    else items.at(-1)?.push(token);
  }
  return items;
}

/** A table constraint is one item; a column's item may hold several, without a column list of their own. */
function constraintsOf(item: Tokens): readonly DeclaredConstraint[] {
  const found: DeclaredConstraint[] = [];
  let depth = 0;
  for (const [index, token] of item.entries()) {
    if (token === '(') depth += 1;
    if (token === ')') depth -= 1;
    const kind = depth === 0 ? kindAt(item, index) : undefined;
    if (kind) found.push(constraintAt(item, index, kind));
  }
  return found;
}

function kindAt(item: Tokens, index: number): DeclaredConstraint['kind'] | undefined {
  switch (item[index]?.toUpperCase()) {
    case 'CHECK':
      return 'check';
    case 'UNIQUE':
      return 'unique';
    case 'PRIMARY':
      return 'primary-key';
    case 'REFERENCES':
      return 'foreign-key';
    default:
      return undefined;
  }
}

function constraintAt(item: Tokens, index: number, kind: DeclaredConstraint['kind']): DeclaredConstraint {
  const start = kind === 'foreign-key' ? foreignKeyStart(item, index) : index;
  const name = item[start - 2]?.toUpperCase() === 'CONSTRAINT' ? unquote(item[start - 1] ?? '') : null;
  if (kind === 'check') return { kind, name, columns: [], expression: inside(item, index + 1).join(' ') };
  return { kind, name, columns: columnsOf(item, start, kind), expression: '' };
}

/** A table constraint begins at FOREIGN, a column's at REFERENCES. */
function foreignKeyStart(item: Tokens, references: number): number {
  const foreign = item.findIndex((token) => token.toUpperCase() === 'FOREIGN');
  return foreign >= 0 ? foreign : references;
}

function columnsOf(item: Tokens, start: number, kind: DeclaredConstraint['kind']): readonly string[] {
  const open = kind === 'unique' ? start + 1 : start + 2;
  const isTableConstraint =
    item[open] === '(' && (kind !== 'foreign-key' || item[start]?.toUpperCase() === 'FOREIGN');
  if (!isTableConstraint) return [unquote(item[0] ?? '')];
  return splitAtCommas(inside(item, open)).map(([column]) => unquote(column ?? ''));
}

function unquote(name: string): string {
  const quote = name[0];
  if (quote === '"' || quote === '`') return name.slice(1, -1).replaceAll(quote + quote, quote);
  return quote === '[' ? name.slice(1, -1) : name;
}
