import { inside, keyword, sourceOf, splitAtCommas, tokenise, topLevel, type Token } from './tokens.js';
import { foldSqliteName } from './identifiers.js';

/** A constraint as CREATE TABLE declares it; SQLite's pragmas give neither names nor checks. */
export interface DeclaredConstraint {
  readonly kind: 'check' | 'unique' | 'foreign-key' | 'primary-key';
  readonly name: string | null;
  /** Of a key; empty for a check. */
  readonly columns: readonly string[];
  /** Of a check, without its outer parentheses; empty otherwise. */
  readonly expression: string;
  readonly deferrable: 'INITIALLY IMMEDIATE' | 'INITIALLY DEFERRED' | null;
}

/** What only the text of CREATE TABLE contains of a column. */
interface DeclaredColumn {
  readonly collation: string | null;
  readonly generated: string | null;
}

/** What only the text of CREATE TABLE contains. */
export interface DeclaredTable {
  readonly constraints: readonly DeclaredConstraint[];
  /** By name in lower case; columns without more in the text may be left out. */
  readonly columns: ReadonlyMap<string, DeclaredColumn>;
  readonly autoincrement: boolean;
  /** What stands behind the columns, sorted; null for nothing. */
  readonly options: string | null;
  readonly beyond: readonly Beyond[];
  readonly conflicts: readonly DeclaredConflict[];
}

/** ON CONFLICT of a key, or of NOT NULL. */
interface DeclaredConflict {
  readonly of: 'primary-key' | 'unique' | 'not-null';
  readonly columns: readonly string[];
  /** In upper case. */
  readonly action: string;
}

/** A table, a column or a constraint with a clause of which the model has no word, as written. */
interface Beyond {
  readonly kind: 'table' | 'unique' | 'primary-key';
  /** Null for a constraint without a name. */
  readonly name: string | null;
  readonly sql: string;
}

type Tokens = readonly Token[];

/** A column or a constraint of a table. */
interface Item {
  readonly tokens: Tokens;
  /** Where, outside parentheses, words stand that the pragmas do not report in full. */
  readonly notable: readonly number[];
}

const NOTABLE = new Set(['CHECK', 'UNIQUE', 'PRIMARY', 'REFERENCES', 'AS', 'COLLATE', 'ON', 'DESC']);

const TABLE_CONSTRAINTS = ['CONSTRAINT', 'CHECK', 'UNIQUE', 'PRIMARY', 'FOREIGN'];
const KINDS: Readonly<Record<string, DeclaredConstraint['kind']>> = {
  CHECK: 'check',
  UNIQUE: 'unique',
  PRIMARY: 'primary-key',
  REFERENCES: 'foreign-key',
};

/** Reads a CREATE TABLE statement: https://www.sqlite.org/lang_createtable.html */
export function parseCreateTable(sql: string): DeclaredTable {
  const tokens = tokenise(sql, 'sqlite');
  const open = tokens.findIndex((token) => keyword(token) === '(');
  const body = inside(tokens, open);
  const items = splitAtCommas(body).map(itemOf);
  const columns = items.filter((item) => item.notable.length > 0 && !isTableConstraint(item));
  return {
    constraints: items.flatMap((item) => constraintsOf(sql, item)),
    columns: new Map(
      columns.map((item) => [foldSqliteName(item.tokens[0]?.text ?? ''), columnOf(sql, item)]),
    ),
    autoincrement: /autoincrement/i.test(sql) && tokens.some((token) => keyword(token) === 'AUTOINCREMENT'),
    options: optionsOf(tokens.slice(open + body.length + 2)),
    beyond:
      keyword(tokens[1]) === 'VIRTUAL'
        ? [{ kind: 'table', name: null, sql }]
        : items.flatMap((item) => beyondOf(sql, item)),
    conflicts: items.flatMap(conflictsOf),
  };
}

/** The conflict clauses of a column or a constraint, each behind what it belongs to. */
function conflictsOf(item: Item): readonly DeclaredConflict[] {
  const { tokens, notable } = item;
  return notable
    .filter((at) => isConflict(tokens, at))
    .flatMap((at) => {
      const start = topLevel(tokens).findLast((one) => one < at && OWNERS.has(keyword(tokens[one]) ?? ''));
      const of = OWNERS.get(keyword(tokens[start ?? -1]) ?? '');
      if (start === undefined || !of) return [];
      const columns = of === 'not-null' ? [tokens[0]?.text ?? ''] : columnsOf(tokens, start, of);
      return [{ of, columns, action: keyword(tokens[at + 2]) ?? '' }];
    });
}

/** By the last word of what may have such a clause; that of a check has no effect. */
const OWNERS: ReadonlyMap<string, DeclaredConflict['of'] | undefined> = new Map([
  ['UNIQUE', 'unique'],
  ['PRIMARY', 'primary-key'],
  ['NULL', 'not-null'],
  ['CHECK', undefined],
]);

function isConflict(tokens: Tokens, at: number): boolean {
  return keyword(tokens[at]) === 'ON' && keyword(tokens[at + 1]) === 'CONFLICT';
}

function itemOf(tokens: Tokens): Item {
  return { tokens, notable: topLevel(tokens).filter((at) => NOTABLE.has(keyword(tokens[at]) ?? '')) };
}

/** Where a notable word stands first; -1 for nowhere. */
function positionOf({ tokens, notable }: Item, word: string): number {
  return notable.find((at) => keyword(tokens[at]) === word) ?? -1;
}

/** `STRICT, WITHOUT ROWID`; sorted, in upper case. */
function optionsOf(rest: Tokens): string | null {
  const options = splitAtCommas(rest).map((option) => option.map(keyword).join(' '));
  return options.sort().join(', ') || null;
}

/** A key that is sorted or collated in a way of its own. */
function beyondOf(sql: string, item: Item): readonly Beyond[] {
  const text = () => sourceOf(sql, item.tokens);
  if (!isTableConstraint(item))
    return positionOf(item, 'DESC') >= 0 ? [{ kind: 'table', name: null, sql: text() }] : [];
  if (!hasOwnOrder(item)) return [];
  return constraintsOf(sql, item).flatMap(({ kind, name }) =>
    kind === 'unique' || kind === 'primary-key' ? { kind, name, sql: text() } : [],
  );
}

function isTableConstraint({ tokens }: Item): boolean {
  return TABLE_CONSTRAINTS.includes(keyword(tokens[0]) ?? '');
}

function hasOwnOrder({ tokens }: Item): boolean {
  return tokens.some((token) => ['COLLATE', 'DESC'].includes(keyword(token) ?? ''));
}

/** What only the text of CREATE INDEX contains: its keys as written, and the predicate of a partial one. */
export function parseCreateIndex(sql: string): {
  readonly keys: readonly string[];
  readonly where: string | null;
} {
  const tokens = tokenise(sql, 'sqlite');
  const open = tokens.findIndex((token) => keyword(token) === '(');
  const body = inside(tokens, open);
  const rest = tokens.slice(open + body.length + 2);
  const where = keyword(rest[0]) === 'WHERE' ? sourceOf(sql, rest.slice(1)) : null;
  return { keys: splitAtCommas(body).map((key) => sourceOf(sql, withoutOrder(key))), where };
}

function withoutOrder(key: Tokens): Tokens {
  return ['ASC', 'DESC'].includes(keyword(key.at(-1)) ?? '') ? key.slice(0, -1) : key;
}

function columnOf(sql: string, item: Item): DeclaredColumn {
  const { tokens } = item;
  const [computed, collate] = [positionOf(item, 'AS'), positionOf(item, 'COLLATE')];
  return {
    collation: collate < 0 ? null : (tokens[collate + 1]?.text ?? null),
    generated: computed < 0 ? null : sourceOf(sql, inside(tokens, computed + 1)),
  };
}

/** A table constraint is one item; a column's item may hold several, without a column list of their own. */
function constraintsOf(sql: string, { tokens, notable }: Item): readonly DeclaredConstraint[] {
  return notable.flatMap((at) => {
    const kind = KINDS[keyword(tokens[at]) ?? ''];
    if (!kind) return [];
    const expression = kind === 'check' ? sourceOf(sql, inside(tokens, at + 1)) : '';
    return [{ ...constraintAt(tokens, at, kind), expression }];
  });
}

function constraintAt(
  item: Tokens,
  index: number,
  kind: DeclaredConstraint['kind'],
): Omit<DeclaredConstraint, 'expression'> {
  const start = kind === 'foreign-key' ? foreignKeyStart(item, index) : index;
  const name = keyword(item[start - 2]) === 'CONSTRAINT' ? (item[start - 1]?.text ?? null) : null;
  const deferrable = kind === 'foreign-key' ? deferrableAfter(item, index) : null;
  return { kind, name, columns: kind === 'check' ? [] : columnsOf(item, start, kind), deferrable };
}

/** A table constraint begins at FOREIGN, a column's at REFERENCES. */
function foreignKeyStart(item: Tokens, references: number): number {
  const foreign = item.findIndex((token) => keyword(token) === 'FOREIGN');
  return foreign >= 0 ? foreign : references;
}

function deferrableAfter(item: Tokens, references: number): DeclaredConstraint['deferrable'] {
  const words = item.slice(references).map(keyword);
  const at = words.indexOf('DEFERRABLE');
  if (at < 0 || words[at - 1] === 'NOT') return null;
  return words[at + 1] === 'INITIALLY' && words[at + 2] === 'DEFERRED'
    ? 'INITIALLY DEFERRED'
    : 'INITIALLY IMMEDIATE';
}

function columnsOf(item: Tokens, start: number, kind: DeclaredConstraint['kind']): readonly string[] {
  const open = kind === 'unique' ? start + 1 : start + 2;
  const hasColumns =
    keyword(item[open]) === '(' && (kind !== 'foreign-key' || keyword(item[start]) === 'FOREIGN');
  if (!hasColumns) return [item[0]?.text ?? ''];
  return splitAtCommas(inside(item, open)).map(([column]) => column?.text ?? '');
}
