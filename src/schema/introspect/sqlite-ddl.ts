import {
  inside,
  keyword,
  sourceOf,
  splitAtCommas,
  tokenise,
  topLevel,
  type Token,
} from '../expression/tokens.js';
import type { Deferrable } from '../model.js';

/** A constraint as CREATE TABLE says it; SQLite's pragmas give neither names nor checks. */
export interface DeclaredConstraint {
  readonly kind: 'check' | 'unique' | 'foreign-key' | 'primary-key';
  readonly name: string | null;
  /** Of a key; empty for a check. */
  readonly columns: readonly string[];
  /** Of a check, without its outer parentheses; empty otherwise. */
  readonly expression: string;
  readonly deferrable: Deferrable;
}

/** What only the text of CREATE TABLE tells of a column. */
export interface DeclaredColumn {
  readonly collation: string | null;
  readonly generated: string | null;
}

/** What only the text of CREATE TABLE tells. */
export interface DeclaredTable {
  readonly constraints: readonly DeclaredConstraint[];
  /** By name in lower case. */
  readonly columns: ReadonlyMap<string, DeclaredColumn>;
  readonly autoincrement: boolean;
}

type Tokens = readonly Token[];

const TABLE_CONSTRAINTS = ['CONSTRAINT', 'CHECK', 'UNIQUE', 'PRIMARY', 'FOREIGN'];
const KINDS: Readonly<Record<string, DeclaredConstraint['kind']>> = {
  CHECK: 'check',
  UNIQUE: 'unique',
  PRIMARY: 'primary-key',
  REFERENCES: 'foreign-key',
};

/** Reads a CREATE TABLE statement: https://www.sqlite.org/lang_createtable.html */
export function parseCreateTable(sql: string): DeclaredTable {
  const tokens = tokenise(sql);
  const items = splitAtCommas(
    inside(
      tokens,
      tokens.findIndex((token) => keyword(token) === '('),
    ),
  );
  const columns = items.filter(([first]) => first && !TABLE_CONSTRAINTS.includes(keyword(first) ?? ''));
  return {
    constraints: items.flatMap((item) => constraintsOf(sql, item)),
    columns: new Map(columns.map((item) => [(item[0]?.text ?? '').toLowerCase(), columnOf(sql, item)])),
    autoincrement: tokens.some((token) => keyword(token) === 'AUTOINCREMENT'),
  };
}

/** What only the text of CREATE INDEX tells: its keys as written, and the predicate of a partial one. */
export function parseCreateIndex(sql: string): {
  readonly keys: readonly string[];
  readonly where: string | null;
} {
  const tokens = tokenise(sql);
  const open = tokens.findIndex((token) => keyword(token) === '(');
  const body = inside(tokens, open);
  const rest = tokens.slice(open + body.length + 2);
  const where = keyword(rest[0]) === 'WHERE' ? sourceOf(sql, rest.slice(1)) : null;
  return { keys: splitAtCommas(body).map((key) => sourceOf(sql, withoutOrder(key))), where };
}

function withoutOrder(key: Tokens): Tokens {
  return ['ASC', 'DESC'].includes(keyword(key.at(-1)) ?? '') ? key.slice(0, -1) : key;
}

function columnOf(sql: string, item: Tokens): DeclaredColumn {
  const positions = topLevel(item);
  const at = (word: string) => positions.find((index) => keyword(item[index]) === word) ?? -1;
  const computed = at('AS');
  const collate = at('COLLATE');
  return {
    collation: collate < 0 ? null : (item[collate + 1]?.text ?? null),
    generated: computed < 0 ? null : sourceOf(sql, inside(item, computed + 1)),
  };
}

/** A table constraint is one item; a column's item may hold several, without a column list of their own. */
function constraintsOf(sql: string, item: Tokens): readonly DeclaredConstraint[] {
  return topLevel(item).flatMap((index) => {
    const kind = KINDS[keyword(item[index]) ?? ''];
    return kind
      ? [
          {
            ...constraintAt(item, index, kind),
            expression: kind === 'check' ? sourceOf(sql, inside(item, index + 1)) : '',
          },
        ]
      : [];
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

function deferrableAfter(item: Tokens, references: number): Deferrable {
  const words = item.slice(references).map(keyword);
  const at = words.indexOf('DEFERRABLE');
  if (at < 0 || words[at - 1] === 'NOT') return null;
  return words[at + 1] === 'INITIALLY' && words[at + 2] === 'DEFERRED'
    ? 'INITIALLY DEFERRED'
    : 'INITIALLY IMMEDIATE';
}

function columnsOf(item: Tokens, start: number, kind: DeclaredConstraint['kind']): readonly string[] {
  const open = kind === 'unique' ? start + 1 : start + 2;
  const isTableConstraint =
    keyword(item[open]) === '(' && (kind !== 'foreign-key' || keyword(item[start]) === 'FOREIGN');
  if (!isTableConstraint) return [item[0]?.text ?? ''];
  return splitAtCommas(inside(item, open)).map(([column]) => column?.text ?? '');
}
