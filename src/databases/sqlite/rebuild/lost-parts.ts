import { foldSqliteName } from '../../../sql/identifiers.js';
import { readSqliteStatement } from '../../../sql/sqlite-statement.js';
import type { RunningRevision } from '../../running-revision.js';
import type { Part } from './part.js';
import { stampIn, textsOf } from './revision-texts.js';
import { DeclaredTables } from './declared-tables.js';

/** A table that a revision rebuilds. */
interface RebuiltTable {
  /** All that it has in the revision, in lower case. */
  readonly names: readonly string[];
  /** The parts of the new table. */
  readonly after: readonly Part[];
}

/** The revision that rebuilds, and all that the DataSource has. */
interface RebuildContext {
  readonly running: RunningRevision | undefined;
  readonly migrations: readonly object[];
}

/** The known parts of a table before the revision. */
interface FormerTable {
  readonly parts: readonly Part[];
  /** In the sources of classes written by hand, which may concern a part of one of the names; in lower case. */
  readonly names: ReadonlySet<string>;
}

/**
 * The parts of the former table that the new one lacks and the revision does not know: no decision to drop them exists.
 */
export function lostParts(
  former: readonly Part[],
  table: RebuiltTable,
  context: RebuildContext,
): readonly Part[] {
  const made = new Set(table.after.map(({ key }) => key));
  const missing = former.filter((part) => !made.has(part.key) && !goesWithColumns(part, table.after));
  if (missing.length === 0 || isOpaque(context.running)) return [];
  const { parts, names } = formerTable(table, context);
  const known = new Set(parts.map(({ key }) => key));
  return missing.filter(
    ({ key, name, columns }) => !known.has(key) && ![name ?? '', ...columns].some((one) => names.has(one)),
  );
}

/**
 * A revision knows the former table from its own `down`: the generator has verified that it leads to exactly that. The
 * `down` of any other revision may be empty or inexact, so everything that it and earlier revisions specify for the
 * table counts too.
 */
export function formerTable(
  { names, after }: RebuiltTable,
  { running, migrations }: RebuildContext,
): FormerTable {
  const confirmed = new DeclaredTables();
  const back = running ? textsOf(running.migration).statements[opposite(running)] : [];
  const isTold = back.some((sql) => concerns(sql, names));
  const isExact = running?.generated === true && isTold;
  const texts = isExact ? [] : before(running, migrations).map(textsOf);
  // A `down` that alters the new table in place leads to the parts of that table.
  if (isTold && !back.some((sql) => makes(sql, names)))
    for (const name of names) confirmed.add(name, () => after);
  for (const { statements } of texts)
    for (const list of [statements.up, statements.down]) confirmed.read(list, names);
  confirmed.read(back, names);
  return { parts: confirmed.of(names), names: new Set(texts.flatMap((text) => [...text.names])) };
}

/** The author of such a class decided on its removals, by TypeORM's methods or by functions of its own. */
export function isOpaque(running: RunningRevision | undefined): boolean {
  return running !== undefined && textsOf(running.migration).opaque;
}

function opposite({ direction }: RunningRevision): RunningRevision['direction'] {
  return direction === 'up' ? 'down' : 'up';
}

function before(running: RunningRevision | undefined, migrations: readonly object[]): readonly object[] {
  const sorted = migrations.toSorted((a, b) => (stampIn(a) < stampIn(b) ? -1 : 1));
  return running ? sorted.filter((one) => stampIn(one) < stampIn(running.migration)) : sorted;
}

function concerns(sql: string, names: readonly string[]): boolean {
  const statement = readSqliteStatement(sql);
  return statement !== undefined && 'table' in statement && names.includes(foldSqliteName(statement.table));
}

/** Whether a statement creates the table, or renames a created table to its name. */
function makes(sql: string, names: readonly string[]): boolean {
  const statement = readSqliteStatement(sql);
  if (statement?.kind === 'rename-table')
    return names.includes(foldSqliteName(statement.to)) && !names.includes(foldSqliteName(statement.table));
  return statement?.kind === 'create-table' && concerns(sql, names);
}

/** The other parts of a column whose loss is reported by itself. */
function goesWithColumns({ kind, columns }: Part, after: readonly Part[]): boolean {
  if (kind === 'column' || columns.length === 0) return false;
  return !after.some((part) => part.kind === 'column' && columns.includes(part.columns[0] ?? ''));
}
