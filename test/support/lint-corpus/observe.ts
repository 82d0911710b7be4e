import type pg from 'pg';

/** What a server did with what was there before a statement. */
export interface Observation {
  /** Tables that have other files, though they keep their rows. */
  readonly rewritten: readonly string[];
  /** Indexes that were built, of tables that were there. */
  readonly indexed: readonly string[];
  /** Tables all of whose rows were read. */
  readonly scanned: readonly string[];
  /** Tables that are locked against writing at least, with the strongest mode. */
  readonly locked: readonly string[];
  /** Tables, columns and rows that are gone. */
  readonly lost: readonly string[];
  /** How many rows were changed. */
  readonly written: number;
}

/** A table or an index as it is. */
interface Relation {
  readonly oid: number;
  readonly name: string;
  /** With its schema. */
  readonly path: string;
  readonly kind: string;
  readonly file: number | null;
  readonly of: string | null;
  readonly rows: number | null;
  readonly columns: readonly number[];
  readonly scanned: number;
  readonly written: number;
}

const RELATIONS = `
  SELECT c.oid::int AS oid, c.relname AS name, c.oid::regclass::text AS path, c.relkind AS kind, pg_relation_filenode(c.oid)::int AS file,
    i.indrelid::regclass::text AS of,
    CASE WHEN c.relkind IN ('r', 'm') AND c.relispopulated THEN
      (xpath('/row/n/text()', query_to_xml(format('SELECT count(*) AS n FROM ONLY %s', c.oid::regclass), false, true, '')))[1]::text::int END AS rows,
    ARRAY(SELECT attnum::int FROM pg_attribute WHERE attrelid = c.oid AND attnum > 0 AND NOT attisdropped ORDER BY attnum) AS columns,
    pg_stat_get_xact_tuples_returned(c.oid)::int AS scanned,
    (pg_stat_get_xact_tuples_inserted(c.oid) + pg_stat_get_xact_tuples_updated(c.oid) + pg_stat_get_xact_tuples_deleted(c.oid))::int AS written
  FROM pg_class c LEFT JOIN pg_index i ON i.indexrelid = c.oid
  WHERE c.relnamespace IN (SELECT oid FROM pg_namespace WHERE nspname !~ '^(pg_|information_schema)') AND c.relkind IN ('r', 'p', 'm', 'i', 'I')
  ORDER BY c.relname`;

/** The statistics alone, since a count of rows reads them. */
const READ = `SELECT c.oid::int AS oid, pg_stat_get_xact_tuples_returned(c.oid)::int AS scanned
  FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'm')`;

/** Strongest first. */
const STRONG = ['AccessExclusiveLock', 'ExclusiveLock', 'ShareRowExclusiveLock', 'ShareLock'];

const LOCKS = `
  SELECT relation::int AS oid, mode, granted FROM pg_locks
  WHERE pid = $1 AND locktype = 'relation' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`;

interface Lock {
  readonly oid: number;
  readonly mode: string;
  readonly granted: boolean;
}

/** Runs a statement in a transaction that is rolled back, and gives what it did, and what the catalog was then. */
export async function observed(
  client: pg.Client,
  statement: string,
  atEnd: () => Promise<void>,
): Promise<Observation> {
  const notices: string[] = [];
  const listen = ({ message }: { readonly message?: string | undefined }) => void notices.push(message ?? '');
  await client.query('BEGIN');
  try {
    const before = await relations(client);
    const base = await read(client);
    client.on('notice', listen);
    await client.query('SET LOCAL client_min_messages = debug1');
    await client.query(statement);
    await client.query('SET LOCAL client_min_messages = warning');
    const locks = (await client.query<Lock>(LOCKS.replace('$1', 'pg_backend_pid()'))).rows;
    const seen = await read(client);
    const after = await relations(client);
    await atEnd();
    return observation({ before, after, locks, notices, scans: deltas(base, seen) });
  } finally {
    client.off('notice', listen);
    await client.query('ROLLBACK');
  }
}

/**
 * Runs a statement outside a transaction, while another session writes into every table: the statement then waits for
 * each lock that writers would wait for, and the lock is seen.
 */
export async function observedOutside(
  client: pg.Client,
  statement: string,
  { holder, pid }: { readonly holder: pg.Client; readonly pid: number },
): Promise<Observation> {
  const notices: string[] = [];
  client.on('notice', ({ message }) => void notices.push(message ?? ''));
  const before = await relations(client);
  const tables = before.filter(({ kind }) => kind === 'r' || kind === 'p').map(({ path }) => path);
  await holder.query(`BEGIN; LOCK TABLE ${tables.join(', ')} IN ROW EXCLUSIVE MODE`);
  await client.query('SET client_min_messages = debug1');
  let isDone = false;
  const run = client.query(statement).finally(() => (isDone = true));
  run.catch(() => undefined);
  const locks = await awaited(holder, pid, () => isDone);
  await holder.query('COMMIT');
  await run;
  await client.query('SET client_min_messages = warning');
  return observation({ before, after: await relations(client), locks, notices, scans: new Map() });
}

/** The locks for which a session waits; none when it ends, or waits for transactions to end. */
async function awaited(holder: pg.Client, pid: number, isDone: () => boolean): Promise<readonly Lock[]> {
  while (!isDone()) {
    const { rows } = await holder.query<Lock>(LOCKS, [pid]);
    const waiting = rows.filter(({ granted }) => !granted);
    if (waiting.length > 0) return waiting;
    const { rows: others } = await holder.query(
      `SELECT FROM pg_locks WHERE pid = $1 AND NOT granted AND locktype IN ('virtualxid', 'transactionid')`,
      [pid],
    );
    if (others.length > 0) return [];
  }
  return [];
}

async function relations(client: pg.Client): Promise<readonly Relation[]> {
  return (await client.query<Relation>(RELATIONS)).rows;
}

type Scans = ReadonlyMap<number, number>;

async function read(client: pg.Client): Promise<Scans> {
  const { rows } = await client.query<Pick<Relation, 'oid' | 'scanned'>>(READ);
  return new Map(rows.map(({ oid, scanned }) => [oid, scanned]));
}

function deltas(base: Scans, seen: Scans): Scans {
  return new Map([...seen].map(([oid, scanned]) => [oid, scanned - (base.get(oid) ?? 0)]));
}

interface Evidence {
  readonly before: readonly Relation[];
  readonly after: readonly Relation[];
  readonly locks: readonly Lock[];
  readonly notices: readonly string[];
  readonly scans: Scans;
}

function observation(evidence: Evidence): Observation {
  const { before, after, locks, scans } = evidence;
  const now = new Map(after.map((one) => [one.oid, one]));
  const tables = before.filter(({ kind }) => 'rpm'.includes(kind));
  const isEmptied = ({ oid, rows }: Relation) => (now.get(oid)?.rows ?? 0) < (rows ?? 0);
  const rewritten = tables.filter(
    (one) => one.file !== null && now.get(one.oid)?.file !== one.file && now.has(one.oid) && !isEmptied(one),
  );
  const strongest = (oid: number) =>
    STRONG.find((mode) => locks.some((lock) => lock.oid === oid && lock.mode === mode));
  return {
    rewritten: rewritten.map(({ name }) => name),
    indexed: indexesBuilt(evidence, new Set(rewritten.map(({ name }) => name))),
    scanned: [
      ...new Set([
        ...tables.filter(({ oid }) => (scans.get(oid) ?? 0) > 0).map(({ name }) => name),
        ...verified(evidence),
      ]),
    ],
    locked: tables.flatMap(({ oid, name }) => {
      const mode = strongest(oid);
      return mode === undefined ? [] : [`${name} ${mode}`];
    }),
    lost: lostIn(tables, now),
    written: writtenIn(after) - writtenIn(before),
  };
}

function writtenIn(relations: readonly Relation[]): number {
  return relations.reduce((sum, { written }) => sum + written, 0);
}

/** By the words of the server's log. */
function verified({ before, notices }: Evidence): readonly string[] {
  const names = new Set(before.map(({ name }) => name));
  const words = notices.flatMap((notice) => /^verifying table "(.*)"$/.exec(notice)?.[1] ?? []);
  return words.filter((name) => names.has(name));
}

/** Indexes with new files, of tables that keep theirs; a new index may take over the file of one that goes. */
function indexesBuilt({ before, after }: Evidence, rewritten: ReadonlySet<string>): readonly string[] {
  const former = new Set(before.map((one) => one.file));
  const tables = new Map(before.map((one) => [one.name, one]));
  return after.flatMap(({ name, kind, file, of }) => {
    const table = tables.get((of ?? '').replaceAll('"', ''));
    const isLive =
      table !== undefined &&
      after.some((one) => one.oid === table.oid && (one.rows ?? 0) >= (table.rows ?? 0));
    if (kind !== 'i' || !isLive || rewritten.has(table.name)) return [];
    return former.has(file) ? [] : [name];
  });
}

function lostIn(tables: readonly Relation[], now: ReadonlyMap<number, Relation>): readonly string[] {
  return tables.flatMap(({ oid, name, rows, columns }) => {
    const later = now.get(oid);
    if (!later) return [`table ${name}`];
    const gone = columns.filter((column) => !later.columns.includes(column));
    const fewer = (rows ?? 0) - (later.rows ?? 0);
    return [
      ...gone.map((column) => `column ${column} of ${name}`),
      ...(fewer > 0 ? [`${fewer} rows of ${name}`] : []),
    ];
  });
}
