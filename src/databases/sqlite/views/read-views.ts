/** Reads the views of a scratch database at head, and tries the texts of the entities there. */

import { messageOf } from '../../../errors/base.js';
import type { Change } from '../../../schema/change.js';
import type { ViewModel } from '../../../schema/model.js';
import { quoteIdentifier, quoteLiteral } from '../../../sql/quote.js';
import { tokenise } from '../../../sql/tokens.js';
import { readRecorded } from './recorded.js';
import { ofText } from './unreadable.js';
import { textOfView } from './view-text.js';
import type { Session } from '../../session.js';
import type { CompiledView, LiveView, RefusedText, ViewFacts, ViewsAsked } from '../../view-facts.js';

interface ViewRow {
  readonly name: string;
  readonly sql: string;
}

/** Reads in a transaction that it ends: nothing of what it tries stays. */
export async function readSqliteViews(session: Session, asked: ViewsAsked): Promise<ViewFacts> {
  await session.begin();
  try {
    const recorded = await readRecorded(session, asked.table);
    const rows = await query<ViewRow>(
      session,
      `SELECT name, sql FROM sqlite_schema WHERE type = 'view' ORDER BY name`,
    );
    const live = await liveViews(session, rows, recorded?.views ?? new Map<string, string>());
    const compiled =
      live.length + asked.declared.length === 0
        ? new Map<string, CompiledView>()
        : await compileAll(session, asked, rows);
    const computed = recorded?.computed ?? new Map<string, string>();
    const records = { table: asked.table, isThere: recorded !== undefined, computed };
    return { version: 'sqlite', live, compiled, records };
  } finally {
    await session.rollback();
  }
}

async function query<T>(session: Session, sql: string): Promise<readonly T[]> {
  return (await session.query(sql)) as unknown as readonly T[];
}

async function liveViews(
  session: Session,
  rows: readonly ViewRow[],
  recorded: ReadonlyMap<string, string>,
): Promise<readonly LiveView[]> {
  const triggers = await query<{ readonly owner: string; readonly sql: string }>(
    session,
    `SELECT tbl_name AS owner, sql FROM sqlite_schema WHERE type = 'trigger' ORDER BY rowid`,
  );
  return rows.map(({ name, sql }) => ({
    ...{
      name,
      materialized: false,
      definition: textOfView(sql),
      text: textOfView(sql),
      stored: textOfView(sql),
      indexes: [],
      obstacles: [],
    },
    ...{ outputs: [], uses: [], types: [], views: [] },
    attached: triggers.filter(({ owner }) => owner === name).map((trigger) => trigger.sql),
    recorded: recorded.get(name) ?? null,
  }));
}

/** Changes the tables as far as columns go, makes every view again, and reads each. */
async function compileAll(
  session: Session,
  { declared, gone, changes }: ViewsAsked,
  rows: readonly ViewRow[],
): Promise<ReadonlyMap<string, CompiledView>> {
  await session.query('PRAGMA defer_foreign_keys = ON');
  for (const { name } of rows) await session.query(`DROP VIEW ${quoteIdentifier(name)}`);
  for (const table of new Set(changes.map((change) => change.table)))
    if (table !== '')
      await simulate(
        session,
        table,
        changes.filter((change) => change.table === table),
      );
  const all = allViews(declared, gone, rows);
  const refused = new Map<string, RefusedText>();
  const before = new Map(rows.map(({ name, sql }) => [name, textOfView(sql)]));
  const refuse = (one: Pick<ViewModel, 'name' | 'text'>, refusal: RefusedText) =>
    refused.set(
      one.name,
      declared.some(({ name }) => name === one.name) ? ofText(one, refusal, { before, refused }) : refusal,
    );
  for (const { name, sql, text } of all) {
    await attempt(session, sql, (words) => refuse({ name, text }, refusalOf(words)));
    await attempt(session, `SELECT * FROM (${withBrackets(text)}\n) LIMIT 0`, (words) => {
      const refusal = refusalOf(words);
      if (refusal.kind === 'column' && isDropped(changes, refusal.missing)) refuse({ name, text }, refusal);
    });
  }
  for (const { name, text } of all.filter((view) => !refused.has(view.name)))
    await attempt(session, `SELECT * FROM ${quoteIdentifier(name)} LIMIT 0`, (words) =>
      refuse({ name, text }, refusalOfView({ name, text }, words, gone)),
    );
  return new Map(
    all.map(({ name, text }) => {
      const refusal = refused.get(name);
      return [
        name,
        refusal ? { refused: refusal } : { definition: text, outputs: [], uses: [], types: [], views: [] },
      ];
    }),
  );
}

/** The views that will be there: those that no entity declares, then those of the entities in their order. */
function allViews(
  declared: readonly ViewModel[],
  gone: readonly string[],
  rows: readonly ViewRow[],
): readonly (ViewRow & Pick<ViewModel, 'text'>)[] {
  const others = rows.filter(
    ({ name }) => !declared.some((view) => view.name === name) && !gone.includes(name),
  );
  return [
    ...others.map(({ name, sql }) => ({ name, sql, text: textOfView(sql) })),
    ...declared.map(({ name, text }) => ({
      name,
      text,
      sql: `CREATE VIEW ${quoteIdentifier(name)} AS ${text}`,
    })),
  ];
}

/** SQLite reads a name in double quotes that no column has as a text; one in brackets is always a name. */
function withBrackets(text: string): string {
  return tokenise(text, 'sqlite').reduceRight(
    (sql, { kind, text: name, start, end }) =>
      kind === 'name' && !name.includes(']') ? `${sql.slice(0, start)}[${name}]${sql.slice(end)}` : sql,
    text,
  );
}

function isDropped(changes: readonly Change[], missing: string | null): boolean {
  const column = missing?.split('.').at(-1);
  return changes.some(({ kind, object }) => kind === 'drop-column' && object === column);
}

async function attempt(session: Session, sql: string, onRefusal: (words: string) => void): Promise<void> {
  try {
    await session.query(sql);
  } catch (error) {
    onRefusal(messageOf(error).replace(/^SQLITE_\w+: /, ''));
  }
}

/** A table with the columns that it will have, and nothing else of it. */
async function simulate(session: Session, table: string, changes: readonly Change[]): Promise<void> {
  const there = await query<{ readonly name: string }>(
    session,
    `SELECT name FROM pragma_table_xinfo(${quoteLiteral(table)})`,
  );
  const created = changes.flatMap((change) => (change.kind === 'create-table' ? change.desired.columns : []));
  const columns = [
    ...there.filter(
      ({ name }) => !changes.some(({ kind, object }) => kind === 'drop-column' && object === name),
    ),
    ...created,
    ...changes.flatMap((change) => (change.kind === 'add-column' ? [change.desired] : [])),
  ];
  await session.query(`DROP TABLE IF EXISTS ${quoteIdentifier(table)}`);
  const isGone = changes.some(({ kind }) => kind === 'drop-table') || columns.length === 0;
  if (!isGone)
    await session.query(
      `CREATE TABLE ${quoteIdentifier(table)} (${columns.map(({ name }) => quoteIdentifier(name)).join(', ')})`,
    );
}

/** SQLite creates any view, and looks for what it reads with the first query. */
function refusalOfView(
  { name: view, text }: Pick<ViewModel, 'name' | 'text'>,
  words: string,
  gone: readonly string[],
): RefusedText {
  const isSame = (one: string, other: string) => one.toLowerCase() === other.toLowerCase();
  const [, circular] = /\bview (.+) is circularly defined$/.exec(words) ?? [];
  if (circular !== undefined)
    return { kind: isSame(circular, view) ? 'itself' : 'relation', missing: circular, words };
  const refusal = refusalOf(words);
  const { kind, missing } = refusal;
  const other = kind === 'relation' ? gone.find((name) => isSame(name, missing ?? '')) : undefined;
  if (other === undefined) return refusal;
  // Also a view that reads one which reads it has these words.
  const isDirect = tokenise(text, 'sqlite').some((token) => isSame(token.text, other));
  return { kind: isDirect ? 'gone-view' : 'other', missing: other, words };
}

/** https://www.sqlite.org/c3ref/errcode.html has one code for all of them: the words tell. */
function refusalOf(words: string): RefusedText {
  const [, what, missing = null] = /no such (column|table): (?:main\.)?(.+)$/.exec(words) ?? [];
  if (what === 'column') return { kind: 'column', missing, words };
  if (what === 'table') return { kind: 'relation', missing, words };
  return { kind: /syntax error|incomplete input/.test(words) ? 'syntax' : 'other', missing: null, words };
}
