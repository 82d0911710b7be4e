/** Whose SQL is read: the two quote names and texts, and end comments, in different ways. */
export type SqlLanguage = 'postgres' | 'sqlite';

/** What a piece of SQL is. `text` is a string constant in any notation, `name` a quoted identifier. */
export type PieceKind = 'space' | 'comment' | 'text' | 'name' | 'number' | 'word' | 'symbol';

/** Is called for each piece in order; all pieces together are the SQL. */
type Visit = (kind: PieceKind, text: string, start: number) => void;

const SPACE = String.raw`[\t-\r ]+`;
const NUMBER = String.raw`\d+(?:\.\d*)?(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?`;
// Runs between the quotes are matched whole: one step a character would exhaust the engine's stack on a long text.
const TEXT = String.raw`'[^']*(?:''[^']*)*'`;
const NAME = String.raw`"[^"]*(?:""[^"]*)*"`;

/** https://www.sqlite.org/lang.html: four ways to quote a name, no escapes, and a comment may end with the SQL. */
const SQLITE = [
  SPACE,
  String.raw`--[^\n]*`,
  String.raw`\/\*[\s\S]*?(?:\*\/|$)`,
  `[xX]?${TEXT}`,
  NAME,
  '`[^`]*(?:``[^`]*)*`',
  String.raw`\[[^\]]*\]`,
  NUMBER,
  String.raw`[\w$\u0080-\uffff]+`,
  String.raw`->>|->|\|\||<<|>>|<=|>=|<>|!=|==|\S`,
];

/** https://www.postgresql.org/docs/current/sql-syntax-lexical.html */
const POSTGRES = [
  SPACE,
  String.raw`--[^\n\r]*`,
  String.raw`\/\*`,
  String.raw`[eE]'[^'\\]*(?:(?:\\[\s\S]|'')[^'\\]*)*'`,
  `(?:[uU]&|[bBnNxX])?${TEXT}`,
  `(?:[uU]&)?${NAME}`,
  String.raw`(?<tag>\$(?:[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$)[\s\S]*?\k<tag>`,
  NUMBER,
  String.raw`[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*|\$\d+`,
  String.raw`::|:=|(?:(?!--|\/\*)[-+*\/<>=~!@#%^&|?` + '`])+' + String.raw`|\S`,
];

const PATTERNS: Readonly<Record<SqlLanguage, RegExp>> = {
  sqlite: new RegExp(SQLITE.join('|'), 'y'),
  postgres: new RegExp(POSTGRES.join('|'), 'y'),
};

const SPACES = ' \n\t\r\v\f';
const DIGITS = '0123456789';
const WORD = /[\w$\u0080-\uffff]/;

/** Reads SQL piece by piece. A quote that is not closed is a symbol. */
export function scan(sql: string, language: SqlLanguage, visit: Visit): void {
  const pattern = PATTERNS[language];
  let start = 0;
  // A sticky pattern tells by itself where a piece ends; a match for each would cost more than all the rest.
  for (pattern.lastIndex = 0; pattern.test(sql); start = pattern.lastIndex) {
    let end = pattern.lastIndex;
    if (language === 'postgres' && end - start === 2 && sql.startsWith('/*', start))
      end = endOfComment(sql, start);
    const text = sql.slice(start, end);
    visit(kindOf(text, language), text, start);
    pattern.lastIndex = end;
  }
}

/** PostgreSQL nests them. */
function endOfComment(sql: string, start: number): number {
  const mark = /\/\*|\*\//g;
  mark.lastIndex = start;
  let depth = 0;
  for (let found = mark.exec(sql); found; found = mark.exec(sql)) {
    depth += found[0] === '/*' ? 1 : -1;
    if (depth === 0) return mark.lastIndex;
  }
  return sql.length;
}

/** The first two characters, and the last one, say what a piece is. */
function kindOf(text: string, language: SqlLanguage): PieceKind {
  const [first = '', second = '', last = ''] = [text[0], text[1], text[text.length - 1]];
  if (SPACES.includes(first)) return 'space';
  if (DIGITS.includes(first)) return 'number';
  if (text.length === 1) return WORD.test(first) ? 'word' : 'symbol';
  if ((first === '-' && second === '-') || (first === '/' && second === '*')) return 'comment';
  if (last === "'") return 'text';
  if (last === '"') return 'name';
  if (language === 'sqlite' && (first === '`' || first === '[')) return 'name';
  if (language === 'postgres' && first === '$') return last === '$' ? 'text' : 'word';
  if (first === '.') return 'number';
  return WORD.test(first) ? 'word' : 'symbol';
}
