import { foldSqliteName } from '../../../sql/identifiers.js';
import { valueLiteral } from '../../../sql/quote.js';
import { readSqliteStatement } from '../../../sql/sqlite-statement.js';
import type { RunningRevision } from '../../running-revision.js';
import { formerTable, isOpaque } from './lost-parts.js';
import type { Part, PartKind } from './part.js';
import { DeclaredTables } from './declared-tables.js';
import { columnKeys, constraintKeys, propertyKeys, WORDS, wordsOf } from './script-facts.js';
import { TableNames, type DroppedTable } from './table-names.js';

/** A condition of a script, and its message where it does not hold. */
export interface Condition {
  readonly words: string;
  /** SQL. */
  readonly holds: string;
}

/** The guard of a statement. */
export interface Guard {
  /** Statements that prepare the conditions. */
  readonly before: readonly string[];
  readonly conditions: readonly Condition[];
  readonly after: readonly string[];
}

/** A revision of a script. */
interface GuardedStep {
  readonly id: string;
  readonly statements: readonly string[];
  readonly running: RunningRevision | undefined;
}

/** The parts that a table may have in the script's database. */
interface Allowed {
  readonly table: DroppedTable;
  /** The parts that the revision creates. */
  readonly after: readonly Part[];
  /** The former parts that it knows. */
  readonly former: readonly Part[];
  /** Columns that a class written by hand may concern, in lower case. */
  readonly names: ReadonlySet<string>;
}

/**
 * The conditions before each statement of a revision that drops a table which it rebuilds, by its position: the table
 * has only what the revision knows. A script cannot know an expression, so it counts some of what it cannot read.
 *
 * @param created tables that the script has created, in lower case; those of the revision are added
 */
export function structureGuards(
  step: GuardedStep,
  migrations: readonly object[],
  created: Set<string>,
): ReadonlyMap<number, Guard> {
  const tables = new TableNames(created);
  const dropped = step.statements.flatMap((sql, at) => {
    const table = tables.read(readSqliteStatement(sql));
    return table ? [{ table, at }] : [];
  });
  if (isOpaque(step.running)) return new Map();
  const rebuilt = dropped.filter(({ table }) => table.names.some((name) => tables.isCreated(name)));
  const guards = rebuilt.flatMap(({ table, at }) => {
    const allowed = allowedOf(table, step, migrations);
    return allowed ? [[at, guardOf(allowed, step.id)] as const] : [];
  });
  return new Map(guards);
}

/** Undefined for a table that is created from what a query finds, whose columns the script does not contain. */
function allowedOf(
  table: DroppedTable,
  { statements, running }: GuardedStep,
  migrations: readonly object[],
): Allowed | undefined {
  const { names } = table;
  const confirmed = new DeclaredTables();
  confirmed.read(statements, names);
  const after = confirmed.of(names);
  if (!after.some(({ kind }) => kind === 'column')) return undefined;
  const former = formerTable({ names, after }, { running, migrations });
  return { table, after, former: former.parts, names: former.names };
}

function guardOf(allowed: Allowed, id: string): Guard {
  const { table } = allowed;
  const name = table.names[0] ?? '';
  const condition = (lost: string, holds: string): Condition => ({
    words: `${id} rebuilds ${name} and would lose ${lost} that the revision does not contain. Migrate online, which names them, or remove them first`,
    holds,
  });
  const keys = (sql: string, kinds: readonly PartKind[]) =>
    `NOT EXISTS (SELECT 1 FROM (${sql}) WHERE "key" NOT IN (${keysOf(allowed, kinds).map(valueLiteral).join(', ')}))`;
  const columns = keptColumns(allowed);
  return {
    before: [wordsOf(table.table)],
    conditions: [
      condition('columns', keys(columnKeys(table.table), ['column'])),
      condition(
        'types, NOT NULL, defaults or expressions of columns',
        keys(propertyKeys(table.table, columns), ['type', 'not-null', 'default', 'generated']),
      ),
      condition(
        'keys, unique constraints or foreign keys',
        keys(constraintKeys(table), ['primary-key', 'unique', 'foreign-key']),
      ),
      condition('checks', countOf(allowed, 'check', count('CHECK'))),
      condition(
        'collations or conflict clauses',
        `${countOf(allowed, 'collation', `${count('COLLATE')} - ${count('COLLATE BINARY')} - ${count('COLLATE <BINARY>')}`)} AND ${countOf(allowed, 'conflict', `${count('ON CONFLICT')} - ${count('ON CONFLICT ABORT')}`)}`,
      ),
      condition('AUTOINCREMENT, STRICT, WITHOUT ROWID or INITIALLY DEFERRED', options(allowed)),
    ],
    after: ['DROP TABLE temp."orchestrator_db_words"'],
  };
}

/** Columns of the new table; the parts of any other column are lost with it. */
function keptColumns({ after }: Allowed): readonly string[] {
  return after.filter(({ kind }) => kind === 'column').flatMap(({ columns }) => columns);
}

/** The keys in the form of the pragmas, without values of defaults and without expressions. */
function keysOf({ after, former, names }: Allowed, kinds: readonly PartKind[]): readonly string[] {
  const parts = [...after, ...former].filter(({ kind }) => kinds.includes(kind));
  const byName = [...names].flatMap((name) => kinds.map((kind) => `${kind} ${quoted(name)}`));
  return [...new Set([...parts.map(pragmaKey), ...byName])].sort();
}

function pragmaKey({ kind, key, columns }: Part): string {
  if (kind === 'default' || kind === 'generated') return `${kind} ${columns.map(quoted).join(', ')}`;
  return key.replace(/ deferred$/, '');
}

function quoted(name: string): string {
  return `"${foldSqliteName(name).replaceAll('"', '""')}"`;
}

/** How often words occur in the table's text, outside parentheses of a column or a constraint. */
function count(words: string): string {
  const text = valueLiteral(` ${words} `);
  return `(length("words") - length(replace("words", ${text}, ''))) / ${words.length + 2}`;
}

/** No more than the former parts, plus those that the new table adds where the text already has them. */
function countOf({ table, after, former, names }: Allowed, kind: PartKind, found: string): string {
  if (table.names.some((name) => names.has(name))) return '1';
  const known = new Set(former.filter((part) => part.kind === kind).map(({ key }) => key));
  const added = after.filter((part) => part.kind === kind && !known.has(part.key));
  const there = added.map(({ words }) => `(instr("bare", ${valueLiteral(bare(words))}) > 0)`);
  return `(SELECT ${found} <= ${[String(known.size), ...there].join(' + ')} FROM ${WORDS})`;
}

/** The text of a part between `the check (` and `)`, or after `the collation`. */
function bare(words: string): string {
  const text = words.replace(/^the check /, '').replace(/^the collation (\S+) of .*$/, 'collate$1');
  return text.toLowerCase().replace(/[\s"'`()[\]]/g, '');
}

function options({ after, former }: Allowed): string {
  const parts = [...after, ...former];
  const has = (key: string) => parts.some((part) => part.key === key);
  const deferred = new Set(parts.filter(({ key }) => / deferred$/.test(key)).map(({ key }) => key));
  const conditions = [
    ...(has('autoincrement') ? [] : [`upper("words") NOT LIKE '% AUTOINCREMENT %'`]),
    ...(has('option STRICT') ? [] : [`"tail" NOT LIKE '% STRICT %'`]),
    ...(has('option WITHOUT ROWID') ? [] : [`"tail" NOT LIKE '% WITHOUT ROWID %'`]),
    `${count('INITIALLY DEFERRED')} <= ${deferred.size}`,
  ];
  return `(SELECT ${conditions.join(' AND ')} FROM ${WORDS})`;
}
