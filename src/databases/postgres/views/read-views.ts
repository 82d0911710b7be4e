/** Reads the views of a scratch database at head, and tries the texts of the entities there. */

import type { IndexModel, ViewColumn } from '../../../schema/model.js';
import { raw } from '../../../schema/model.js';
import type { Session } from '../../session.js';
import { refusalOf } from './refused-text.js';
import type {
  CompiledView,
  LiveView,
  RefusedText,
  ViewFacts,
  ViewQuery,
  ViewsAsked,
} from '../../view-facts.js';
import { PostgresNames } from '../plan/sql.js';
import { attachedSql } from './attached.js';
import { unquote } from '../../../sql/tokens.js';
import { checkOptionIn, withoutSchema } from '../../../sql/view-text.js';
import { readRecorded } from './recorded.js';
import { roughly, schemasFor } from './roughly.js';
import { definedAs, VIEWS } from './queries.js';

interface UseRow {
  readonly table: string;
  readonly kind: string;
  readonly columns: readonly string[];
}

interface QueryRow {
  readonly definition: string;
  readonly outputs: readonly ViewColumn[] | null;
  readonly uses: readonly UseRow[];
  readonly types: readonly string[];
}

interface IndexRow {
  readonly name: string;
  readonly unique: boolean;
  readonly method: string;
  readonly where: string | null;
  readonly keys: readonly string[];
}

interface ViewRow extends QueryRow {
  readonly name: string;
  readonly materialized: boolean;
  readonly indexes: readonly IndexRow[];
  readonly obstacles: readonly string[];
  readonly checkOption: string | null;
}

/** Reads in a transaction that it ends: nothing of what it tries stays. */
export async function readPostgresViews(session: Session, asked: ViewsAsked): Promise<ViewFacts> {
  await session.begin();
  try {
    const [{ version } = { version: '' }] = (await session.query(
      `SELECT (pg_catalog.current_setting('server_version_num')::integer / 10000)::text AS version`,
    )) as unknown as readonly { readonly version: string }[];
    const recorded = await readRecorded(session, asked);
    const found = await undone(session, () =>
      liveViews(session, asked, recorded?.views ?? new Map<string, string>()),
    );
    const live = await withTexts(session, found, asked.defaultSchema);
    const compiled =
      live.length + asked.declared.length === 0
        ? new Map<string, CompiledView>()
        : await compileAll(session, asked, live);
    const computed = recorded?.computed ?? new Map<string, string>();
    const records = { table: asked.table, isThere: recorded !== undefined, computed };
    return { version, live, compiled, records };
  } finally {
    await session.rollback();
  }
}

/** Whatever it does, settings included, is undone. */
async function undone<T>(session: Session, use: () => Promise<T>): Promise<T> {
  await session.query('SAVEPOINT tried');
  try {
    return await use();
  } finally {
    await session.query('ROLLBACK TO SAVEPOINT tried');
  }
}

/** Takes the recorded text where the server makes the same of it: people know that one. */
async function withTexts(
  session: Session,
  live: readonly Omit<LiveView, 'text'>[],
  defaultSchema: string,
): Promise<readonly LiveView[]> {
  const found: LiveView[] = [];
  for (const view of live) {
    const { recorded, definition, checkOption = null } = view;
    const option = checkOptionIn(recorded ?? '');
    const made =
      recorded === null
        ? undefined
        : await undone(session, () => definitionOf(session, recorded, defaultSchema));
    const isMade = recorded !== null && made === definition && (option === null || option === checkOption);
    found.push({ ...view, text: isMade ? recorded : definition });
  }
  return found;
}

const TRIED = 'orchestrator_db_tried';

async function definitionOf(
  session: Session,
  text: string,
  defaultSchema: string,
): Promise<string | undefined> {
  if (await tried(session, `CREATE TEMPORARY VIEW ${TRIED} AS ${text}`)) return undefined;
  await session.query("SET LOCAL search_path = ''");
  const [row] = (await session.query(definedAs(`pg_temp.${TRIED}`), [
    defaultSchema,
  ])) as unknown as readonly QueryRow[];
  return row && queryOf(row, defaultSchema).definition;
}

async function liveViews(
  session: Session,
  { defaultSchema }: ViewsAsked,
  recorded: ReadonlyMap<string, string>,
): Promise<readonly Omit<LiveView, 'text'>[]> {
  const names = new PostgresNames(defaultSchema);
  const path = (name: string) => names.fullPath(name, defaultSchema);
  await session.query("SET LOCAL search_path = ''");
  const rows = (await session.query(VIEWS, [defaultSchema])) as unknown as readonly ViewRow[];
  if (rows.length === 0) return [];
  const attached = (await session.query(
    attachedSql(rows.map(({ name }) => ({ path: path(name), what: 'all', withoutIndexes: [] }))),
  )) as unknown as readonly {
    readonly path: string;
    readonly sql: string;
  }[];
  return rows.map((row) => ({
    ...queryOf(row, defaultSchema),
    ...{ name: row.name, materialized: row.materialized, obstacles: row.obstacles },
    checkOption: row.checkOption,
    indexes: row.indexes.map(indexOf),
    stored: withoutSchema(row.definition, defaultSchema),
    attached: attached.filter((one) => one.path === path(row.name)).map(({ sql }) => sql.replace(/;$/, '')),
    recorded: recorded.get(row.name) ?? null,
  }));
}

function queryOf({ definition, outputs, uses, types }: QueryRow, defaultSchema: string): ViewQuery {
  const isView = ({ kind }: UseRow) => kind === 'v' || kind === 'm';
  return {
    definition: definition.trim().replace(/;$/, ''),
    outputs: (outputs ?? []).map(({ name, type }) => ({ name, type: withoutSchema(type, defaultSchema) })),
    uses: uses.filter((one) => !isView(one)).map(({ table, columns }) => ({ table, columns })),
    types,
    views: uses.filter(isView).map(({ table }) => table),
  };
}

/** As an entity can declare one: anything else shows as a key that no column is. */
function indexOf({ name, unique, method, where, keys }: IndexRow): IndexModel {
  return {
    ...{ name, unique, method, include: [], nulls: 'distinct' as const, valid: true },
    where: where === null ? null : raw(where),
    keys: keys.map((key) => ({
      column: unquote(key),
      ...{ expression: null, order: 'ASC', nulls: 'LAST', opclass: null, collation: null },
    })),
  };
}

/** Changes the tables as far as columns go, then makes every view again: those of the entities by their texts. */
async function compileAll(
  session: Session,
  asked: ViewsAsked,
  live: readonly LiveView[],
): Promise<ReadonlyMap<string, CompiledView>> {
  const { declared, gone, defaultSchema } = asked;
  const names = new PostgresNames(defaultSchema);
  const path = (name: string) => names.fullPath(name, defaultSchema);
  const isSure = await simulate(session, asked, live);
  const others = live.filter(
    ({ name }) => !declared.some((one) => one.name === name) && !gone.includes(name),
  );
  const left = [...others.map(({ name, definition }) => ({ name, text: definition })), ...declared];
  const refused = refusedViews(await createInAnyOrder(session, left, path), asked, isSure);
  await session.query("SET LOCAL search_path = ''");
  const rows = (await session.query(VIEWS, [defaultSchema])) as unknown as readonly ViewRow[];
  return new Map<string, CompiledView>([
    ...rows.map((row) => [row.name, queryOf(row, defaultSchema)] as const),
    ...refused,
  ]);
}

/** What is missing may be missing because a change could not be tried; what concerns views alone is certain. */
function refusedViews(
  views: readonly { readonly name: string; readonly text: RefusedText }[],
  { gone, defaultSchema }: ViewsAsked,
  isSure: boolean,
): readonly (readonly [string, CompiledView])[] {
  const missing = new Map(
    views.map(({ name, text }) => [
      name,
      text.kind === 'relation' ? withoutSchema(text.missing ?? '', defaultSchema) : undefined,
    ]),
  );
  return views.map(({ name, text }) => {
    const other = missing.get(name);
    if (isCircular(name, missing)) return [name, { refused: { ...text, kind: 'itself' } }];
    if (other !== undefined && gone.includes(other))
      return [name, { refused: { ...text, kind: 'gone-view', missing: other } }];
    return [name, { refused: { ...text, kind: isSure ? text.kind : 'other' } }];
  });
}

/** Whether what a view misses leads back to it. */
function isCircular(name: string, missing: ReadonlyMap<string, string | undefined>): boolean {
  const seen = new Set<string>();
  let next = missing.get(name);
  while (next !== undefined && next !== name && !seen.has(next)) {
    seen.add(next);
    next = missing.get(next);
  }
  return next === name;
}

/** A view may use another one: each round creates those that it can, until none is created. @returns the others */
async function createInAnyOrder(
  session: Session,
  views: readonly { readonly name: string; readonly text: string }[],
  path: (name: string) => string,
): Promise<readonly { readonly name: string; readonly text: RefusedText }[]> {
  const failed = [];
  for (const { name, text } of views) {
    const refusal = await tried(session, `CREATE VIEW ${path(name)} AS ${text}`);
    if (refusal) failed.push({ name, text, refusal });
  }
  return failed.length === 0 || failed.length === views.length
    ? failed.map(({ name, refusal }) => ({ name, text: refusal }))
    : createInAnyOrder(session, failed, path);
}

/** @returns why the server refuses it; undefined where it does not */
async function tried(session: Session, sql: string): Promise<RefusedText | undefined> {
  await session.query('SAVEPOINT tried');
  try {
    await session.query(sql);
    return undefined;
  } catch (error) {
    await session.query('ROLLBACK TO SAVEPOINT tried');
    return refusalOf(error);
  }
}

/** @returns whether every change of columns could be made */
async function simulate(
  session: Session,
  { changes, declared, defaultSchema }: ViewsAsked,
  live: readonly LiveView[],
): Promise<boolean> {
  const names = new PostgresNames(defaultSchema);
  let isSure = true;
  const drops = live.map(
    ({ name, materialized }) =>
      `DROP ${materialized ? 'MATERIALIZED ' : ''}VIEW IF EXISTS ${names.fullPath(name, defaultSchema)} CASCADE`,
  );
  const created = [
    ...declared.map(({ name }) => name),
    ...changes.map(({ table, object }) => table || object),
  ];
  const once = [...schemasFor(created), ...drops].map((one) => [one]);
  for (const [sql, otherwise] of [...once, ...roughly(changes, names)]) {
    const isRefused = (await tried(session, sql ?? '')) !== undefined;
    if (isRefused && (otherwise === undefined || (await tried(session, otherwise)))) isSure = false;
  }
  return isSure || declared.length === 0;
}
