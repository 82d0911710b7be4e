/** Which objects a revision touches, so that others may run before it or not. Pure. */

import type { DialectName } from '../databases/registry.js';
import { BRIDGE_PREFIX } from '../schema/bridge-trigger.js';
import type { Change } from '../schema/change.js';
import { keyword, tokenise, type Token } from '../sql/tokens.js';
import { databaseNamed } from '../databases/registry.js';
import { changesOf } from './release-phase.js';
import { statementsOf, type KnownRevision } from './revision.js';

/** An object of a table; null for any of them, or for any table. */
interface TouchedObject {
  readonly table: string | null;
  readonly object: string | null;
}

/** What a revision touches: `everything` where that cannot be known. */
export type Touched = 'everything' | readonly TouchedObject[];

/**
 * What a revision touches on one database, by its changes; without changes, by the names in its statements, which say
 * no more than tables. A class written by hand without lists touches everything.
 */
export function touchedBy(revision: KnownRevision, dialect: DialectName): Touched {
  const changes = changesOf(revision, dialect);
  if (changes.length > 0) return changes.flatMap(objectsIn);
  const up = statementsOf(revision, dialect, 'up');
  const down = statementsOf(revision, dialect, 'down');
  if (!up || !down) return 'everything';
  const { language } = databaseNamed(dialect);
  return [...up, ...down].flatMap((sql) => namesIn(tokenise(sql, language), language));
}

/** Whether two revisions touch one object. */
export function overlaps(one: Touched, other: Touched): boolean {
  if (one === 'everything') return other === 'everything' || other.length > 0;
  if (other === 'everything') return one.length > 0;
  return one.some((a) => other.some((b) => isSame(a, b)));
}

function isSame(one: TouchedObject, other: TouchedObject): boolean {
  const isTable = one.table === null || other.table === null || plain(one.table) === plain(other.table);
  return (
    isTable && (one.object === null || other.object === null || plain(one.object) === plain(other.object))
  );
}

/** Without its schema: of two that are alike, one waits without need, which is no harm. */
function plain(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1).toLowerCase();
}

/** The object itself, the columns that it is made of, and what it refers to. What has an expression may use all of its table. */
function objectsIn(change: Change): readonly TouchedObject[] {
  const { table, object } = change;
  if (change.kind.endsWith('-table')) return [{ table: object, object: null }];
  if (table === '') return [{ table: null, object }];
  // It compares the two names of one column, which the revision touches anyhow.
  if (change.kind.endsWith('-check') && object.startsWith(BRIDGE_PREFIX)) return [{ table, object }];
  const sides = [
    'live' in change ? change.live : undefined,
    'desired' in change ? change.desired : undefined,
  ];
  const used = sides.flatMap((side) => (side === undefined ? [] : usedBy(table, side as AnyPart)));
  return [{ table, object }, ...used];
}

/** A part as any of them may be. */
interface AnyPart {
  readonly name?: string | null;
  readonly type?: string;
  readonly columns?: readonly string[];
  readonly include?: readonly string[];
  readonly keys?: readonly { readonly column: string | null }[];
  readonly elements?: readonly unknown[];
  readonly where?: unknown;
  readonly expression?: unknown;
  readonly generated?: unknown;
  readonly table?: string;
  readonly references?: readonly string[];
}

function usedBy(table: string, part: AnyPart): readonly TouchedObject[] {
  const { columns = [], include = [], keys = [], elements = [], references = [] } = part;
  const hasExpression =
    elements.length > 0 ||
    keys.some(({ column }) => column === null) ||
    [part.where, part.expression, part.generated].some((one) => one !== undefined && one !== null);
  const names = [...columns, ...include, ...keys.map(({ column }) => column)];
  const { table: parent, name, type } = part;
  return [
    ...(hasExpression ? [{ table, object: null }] : []),
    ...[name, ...names].flatMap((one) => (typeof one === 'string' ? [{ table, object: one }] : [])),
    ...(parent === undefined ? [] : references.map((object) => ({ table: parent, object }))),
    ...(type?.startsWith('enum ') ? [{ table: null, object: type.slice('enum '.length) }] : []),
  ];
}

/** What a name of a table follows. */
const TABLES = ['TABLE', 'INTO', 'UPDATE', 'FROM', 'JOIN', 'ON', 'REFERENCES', 'TRUNCATE', 'ONLY'];
/** What a name of something else follows. */
const OBJECTS = ['INDEX', 'TYPE', 'VIEW', 'SEQUENCE', 'FUNCTION', 'DOMAIN'];
const BETWEEN = ['IF', 'NOT', 'EXISTS', 'ONLY', 'CONCURRENTLY'];

/** The names of tables and of other objects; those in the text of a function or a block as well. */
function namesIn(tokens: readonly Token[], language: 'postgres' | 'sqlite'): readonly TouchedObject[] {
  return tokens.flatMap((token, at): readonly TouchedObject[] => {
    const word = token.keyword ?? '';
    if (token.kind === 'literal' && token.text.startsWith('$'))
      return namesIn(tokenise(token.text.replace(/^\$\w*\$|\$\w*\$$/g, ' '), language), language);
    if (!TABLES.includes(word) && !OBJECTS.includes(word)) return [];
    const name = nameAt(tokens, at + 1);
    if (name === undefined) return [];
    return TABLES.includes(word) ? [{ table: name, object: null }] : [{ table: null, object: name }];
  });
}

/** The last part of the name that begins at a token. */
function nameAt(tokens: readonly Token[], start: number): string | undefined {
  let at = start;
  while (BETWEEN.includes(tokens[at]?.keyword ?? '')) at += 1;
  while (tokens[at + 1]?.text === '.' && tokens[at + 2] !== undefined) at += 2;
  // Every block reads catalogs, which are no objects of a revision.
  if (keyword(tokens[at - 2]) === 'PG_CATALOG') return undefined;
  const token = tokens[at];
  return token && (token.kind === 'name' || token.kind === 'word') ? token.text : undefined;
}
