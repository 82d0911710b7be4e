/** Compares the views of the entities: by the snapshot or the text in the database, or else by what TypeORM records. */

import type { DataSource } from 'typeorm';
import type { LiveDefinitions } from '../databases/catalog.js';
import { isView, type LiveSchema } from '../databases/live-schema.js';
import { databaseOf } from '../databases/registry.js';
import type { Row } from '../databases/row.js';
import type { Session } from '../databases/session.js';
import { messageOf } from '../errors/base.js';
import type { Description } from '../metadata/describe.js';
import { readRows } from '../migrator/records/read-rows.js';
import type { ViewChange } from '../schema/change.js';
import type { Uncomparable, UnmanagedObject, ViewModel } from '../schema/model.js';
import type { SqlLanguage } from '../sql/lexer.js';
import { viewTokens } from '../sql/view-text.js';
import { knownViews, type KnownView } from './known-views.js';
import { compareDefinition } from './view-definitions.js';

/** The views that differ, and those of which it is unknown. */
export interface ComparedViews {
  readonly changes: readonly ViewChange[];
  readonly uncomparable: readonly Uncomparable[];
}

/** What views are compared in. */
export interface ViewSides {
  readonly found: LiveSchema;
  readonly description: Description;
}

/** What TypeORM records of a view. */
type RecordedView = Pick<ViewModel, 'name' | 'text' | 'materialized'>;

/** The views that TypeORM has recorded, or why its records cannot be read. */
type Recorded = { readonly views: readonly RecordedView[] } | { readonly unreadable: string };

/** Reads TypeORM's records where the entities declare a view, and compares the views with them. */
export async function compareViews(
  dataSource: DataSource,
  session: Session,
  { found, description }: ViewSides,
): Promise<ComparedViews> {
  if (description.views.length === 0) return { changes: [], uncomparable: [] };
  const { metadataTableName: table } = dataSource;
  const database = databaseOf(dataSource);
  const { language } = database;
  const names = description.views.map(({ name }) => name);
  const live = await database.catalog.views(
    database.readAll(session),
    names,
    database.defaultSchema(dataSource),
  );
  const snapshot = await knownViews(dataSource, database.name);
  const recorded = await recordedIn(found, table, () => readRecorded(dataSource, session, description));
  const compared = description.views.map((view) =>
    compareView(view, { found, recorded, table, language, live, snapshot, title: database.title }),
  );
  return {
    changes: compared.flatMap(({ changes }) => changes),
    uncomparable: compared.flatMap(({ uncomparable }) => uncomparable),
  };
}

/** The functions of policies would run as whoever reads, and policies may leave rows out. */
async function recordedIn(
  { schema, unmanaged }: LiveSchema,
  table: string,
  read: () => Promise<Recorded>,
): Promise<Recorded> {
  if (unmanaged.some(({ kind, owner }) => kind === 'row-security' && owner === table))
    return { unreadable: 'it has row-level security, whose policies would run as this role' };
  return schema.tables.some(({ name }) => name === table) ? read() : { views: [] };
}

async function readRecorded(
  dataSource: DataSource,
  session: Session,
  { schemas: [schema = ''] }: Description,
): Promise<Recorded> {
  const quoted = (name: string) => dataSource.driver.escape(name);
  const place = [schema, dataSource.metadataTableName].filter((part) => part !== '').map(quoted);
  const columns = ['type', 'schema', 'name', 'value'].map(quoted);
  try {
    const rows = await readRows(session, `SELECT ${columns.join(', ')} FROM ${place.join('.')}`);
    return { views: rows.flatMap((row) => recordedView(row, schema)) };
  } catch (error) {
    if (databaseOf(dataSource).errorKind(error) !== 'denied') throw error;
    return { unreadable: messageOf(error) };
  }
}

/** https://github.com/typeorm/typeorm/blob/master/src/driver/types/MetadataTableType.ts */
function recordedView({ type, schema, name, value }: Row, defaultSchema: string): readonly RecordedView[] {
  if (type !== 'VIEW' && type !== 'MATERIALIZED_VIEW') return [];
  const path = typeof schema === 'string' && schema !== defaultSchema ? [schema, name] : [name];
  return [
    {
      name: path.join('.'),
      text: typeof value === 'string' ? value.trim() : '',
      materialized: type === 'MATERIALIZED_VIEW',
    },
  ];
}

interface Known {
  readonly found: LiveSchema;
  readonly recorded: Recorded;
  readonly table: string;
  readonly language: SqlLanguage;
  readonly live: LiveDefinitions;
  readonly snapshot: readonly KnownView[] | undefined;
  /** Of the database. */
  readonly title: string;
}

function compareView(desired: ViewModel, given: Known): ComparedViews {
  const { found, live, snapshot, language } = given;
  const { name } = desired;
  const there = found.unmanaged.find((one) => isView(one) && one.object === name);
  if (!there) return { changes: [{ kind: 'add-view', table: '', object: name, desired }], uncomparable: [] };
  // One that a contract revision changes later has its former definitions.
  const isFormer = Object.keys(desired.definitions).length > 0;
  const known = isFormer ? desired : snapshot?.find((one) => one.name === name);
  const own = live.views.find((one) => one.name === name);
  const changes = own && compareDefinition({ desired, live: own, version: live.version, known, language });
  if (changes) return { changes, uncomparable: [] };
  return compareRecord(desired, there, { ...given, known });
}

/** By the text that TypeORM has recorded, for a view that the snapshot does not know on this server. */
function compareRecord(
  desired: ViewModel,
  there: UnmanagedObject,
  { recorded, table, language, live, known, title }: Known & { readonly known: KnownView | undefined },
): ComparedViews {
  const missing = known
    ? `the snapshot has no definition of it for ${title} ${live.version ?? ''} and this text, and `
    : '';
  const what = known
    ? 'it with a scratch server of that version'
    : `its definition to the snapshot with a scratch server of ${title} ${live.version ?? ''}`;
  const remedy = `. Add ${what}: SCRATCH_DATABASE_URL=<address> npx orchestrator-db generate Views -d <file>`;
  if ('unreadable' in recorded)
    return unknown(
      desired,
      `${missing}the table ${table}, which has its text, cannot be read: ${recorded.unreadable}${remedy}`,
    );
  const records = recorded.views.filter((view) => view.name === desired.name);
  const record =
    records.find(({ text }) => viewTokens(text, language) === viewTokens(desired.text, language)) ??
    records[0];
  if (!record)
    return unknown(
      desired,
      `${missing}TypeORM has not recorded its text in ${table}, and the database keeps another form${remedy}`,
    );
  const former = { ...desired, text: record.text, materialized: there.kind === 'materialized-view' };
  return { changes: alterations(former, desired, language), uncomparable: [] };
}

function unknown({ name, text }: ViewModel, reason: string): ComparedViews {
  return {
    changes: [],
    uncomparable: [{ kind: 'view', table: '', object: name, desired: text, live: null, reason }],
  };
}

function alterations(live: ViewModel, desired: ViewModel, language: SqlLanguage): readonly ViewChange[] {
  const isText = viewTokens(live.text, language) === viewTokens(desired.text, language);
  const isKind = live.materialized === desired.materialized;
  const aspects = [...(isText ? [] : ['text']), ...(isKind ? [] : ['materialized'])];
  const [table, object] = ['', desired.name] as const;
  return aspects.length === 0 ? [] : [{ kind: 'alter-view', table, object, aspects, live, desired }];
}
