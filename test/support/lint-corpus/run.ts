import pg from 'pg';
import type { PostgresTarget } from '../../../src/database-url.js';
import { clientConfig } from '../../../src/databases/postgres/scratch/embedded-postgres.js';
import { lint } from '../../../src/lint/lint.js';
import type { Finding } from '../../../src/lint/finding.js';
import { stepsOf } from '../advice.js';
import { before15 } from '../older-server.js';
import { made } from '../../unit/lint/linted.js';
import type { CorpusCase, Major } from './corpus-case.js';
import { disagreements, judged, type Judgement } from './judge.js';
import { observed, observedOutside, type Observation } from './observe.js';
import { ROWS, WORLD } from './world.js';

/** What one statement came to on one server. */
export interface CorpusResult {
  readonly one: CorpusCase;
  readonly observation: Observation;
  readonly findings: readonly Finding[];
  /** Empty where lint agrees with the server. */
  readonly problems: readonly string[];
}

/** A server on which the corpus runs. */
export interface CorpusServer {
  readonly target: PostgresTarget;
  readonly major: Major;
}

/** Runs cases on a server, each on the world as it was. */
export async function runCorpus(
  server: CorpusServer,
  cases: readonly CorpusCase[],
): Promise<readonly CorpusResult[]> {
  const databases = await Databases.open(server);
  try {
    const results: CorpusResult[] = [];
    for (const one of cases.filter(({ on }) => on?.includes(server.major) ?? true))
      results.push(
        await resultOf(one, databases, server.major).catch((error: unknown) => failed(one, error)),
      );
    return results;
  } finally {
    await databases.close();
  }
}

const NOTHING: Observation = { rewritten: [], indexed: [], scanned: [], locked: [], lost: [], written: 0 };

function failed(one: CorpusCase, error: unknown): CorpusResult {
  return { one, observation: NOTHING, findings: [], problems: [`fails: ${String(error)}`] };
}

async function resultOf(one: CorpusCase, databases: Databases, major: Major): Promise<CorpusResult> {
  const findings = await findingsOf(one);
  const [observation, catalog] =
    one.outside === true ? await databases.outside(one) : await databases.inside(one);
  const judgement: Judgement = { observation, findings, major };
  const advice: AdviceOutcome[] = [];
  for (const { rule, replacement } of judged(findings))
    advice.push(await adviceOutcome({ one, rule, replacement }, catalog, databases));
  const problems = [...disagreements(one, judgement), ...adviceProblems(one, advice)];
  return { one, observation, findings, problems };
}

const said = new WeakMap<CorpusCase, Promise<readonly Finding[]>>();

/** What lint says of the statement, behind a history that makes the world; asked once, since no server matters. */
export function findingsOf(one: CorpusCase): Promise<readonly Finding[]> {
  const known = said.get(one) ?? linted(one);
  said.set(one, known);
  return known;
}

async function linted({ statement, given = [], outside }: CorpusCase): Promise<readonly Finding[]> {
  const history = made('World1000000000000', { up: [...WORLD, ...given] });
  const written = { up: [statement], ...(outside === true ? { transaction: false as const } : {}) };
  const { findings } = await lint([history, made('Change1000000001000', written)], {
    only: ['Change1000000001000'],
  });
  return findings;
}

interface Advice {
  readonly one: CorpusCase;
  readonly rule: string;
  readonly replacement: string | null;
}

/** What came of an advice; null for one that is no statement. */
type AdviceOutcome = { readonly kind: 'fails' | 'differs'; readonly words: string } | null;

/** The advice has to be accepted, and to lead to the same catalog. */
async function adviceOutcome(
  { one, rule, replacement }: Advice,
  catalog: string,
  databases: Databases,
): Promise<AdviceOutcome> {
  const filled = Object.entries(one.filled ?? {}).reduce(
    (text, [words, value]) => text.replaceAll(words, value),
    replacement ?? '',
  );
  if (filled === '' || NO_STATEMENT.test(filled)) return null;
  const reached = await databases.followed(one, filled).catch((error: unknown) => error);
  if (reached instanceof Error)
    return { kind: 'fails', words: `the advice of ${rule} fails: ${reached.message}\n${filled}` };
  if (reached === catalog) return null;
  const words = `the advice of ${rule} leads to another catalog:\n${difference(catalog, String(reached))}\n${filled}`;
  return { kind: 'differs', words };
}

/** Words of TypeScript, of entities, and the definition of a column. */
const NO_STATEMENT = /^(override |"|type: |@)/;

function adviceProblems({ differs }: CorpusCase, advice: readonly AdviceOutcome[]): readonly string[] {
  const isNeeded = advice.some((one) => one?.kind === 'differs');
  return [
    ...advice.flatMap((one) => (one && (one.kind === 'fails' || differs === undefined) ? [one.words] : [])),
    ...(differs !== undefined && !isNeeded ? ['the reason for another catalog is not needed'] : []),
  ];
}

function difference(one: string, other: string): string {
  const [former, later] = [one.split('\n'), other.split('\n')];
  return [
    ...former.filter((line) => !later.includes(line)).map((line) => `  - ${line}`),
    ...later.filter((line) => !former.includes(line)).map((line) => `  + ${line}`),
  ].join('\n');
}

/** Databases with the world in them: one for all statements that are rolled back, and copies for all others. */
class Databases {
  readonly #server: PostgresTarget;
  readonly #admin: pg.Client;
  readonly #isOld: boolean;
  readonly #strategy: string;
  readonly #worlds = new Map<string, { readonly name: string; readonly client: pg.Client }>();
  #copies = 0;

  private constructor({ target, major }: CorpusServer, admin: pg.Client) {
    this.#server = target;
    // Copies files, which costs less than the log; before PostgreSQL 15 there is nothing else.
    this.#isOld = major < 15;
    this.#strategy = this.#isOld ? '' : ' STRATEGY FILE_COPY';
    this.#admin = admin;
  }

  static async open(server: CorpusServer): Promise<Databases> {
    const admin = await connected(server.target);
    const databases = new Databases(server, admin);
    await admin.query('DROP DATABASE IF EXISTS corpus_world WITH (FORCE)');
    await admin.query('CREATE DATABASE corpus_world TEMPLATE template0');
    const client = await connected({ ...server.target, database: 'corpus_world' });
    for (const sql of [...WORLD, ...ROWS]) await client.query(sql);
    await client.end();
    return databases;
  }

  async close(): Promise<void> {
    for (const { name, client } of this.#worlds.values()) {
      await client.end();
      await this.#drop(name);
    }
    await this.#drop('corpus_world');
    await this.#admin.end();
  }

  /** Runs it in a transaction; also what the catalog is at its end. */
  async inside(one: CorpusCase): Promise<readonly [Observation, string]> {
    const { client } = await this.#world(one.given ?? []);
    let catalog = '';
    const observation = await observed(client, one.statement, async () => {
      catalog = await catalogOf(client);
    });
    return [observation, catalog];
  }

  async outside(one: CorpusCase): Promise<readonly [Observation, string]> {
    return this.#onCopy(one.given ?? [], async (client, name) => {
      const holder = await connected({ ...this.#server, database: name });
      const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
      const observation = await observedOutside(client, one.statement, { holder, pid: rows[0]?.pid ?? 0 });
      await holder.end();
      return [observation, await catalogOf(client)] as const;
    });
  }

  /** The catalog after the steps of an advice. */
  async followed({ given = [] }: CorpusCase, advice: string): Promise<string> {
    const steps = await stepsOf(this.#isOld ? before15(advice) : advice);
    const statements = steps.flatMap((step) => step.statements);
    if (steps.every(({ transaction }) => transaction)) return this.#rolledBack(given, statements);
    return this.#onCopy(given, async (client) => {
      for (const { statements: own, transaction } of steps)
        for (const sql of transaction ? ['BEGIN', ...own, 'COMMIT'] : own) await client.query(sql);
      return catalogOf(client);
    });
  }

  async #rolledBack(given: readonly string[], statements: readonly string[]): Promise<string> {
    const { client } = await this.#world(given);
    await client.query('BEGIN');
    try {
      for (const sql of statements) await client.query(sql);
      return await catalogOf(client);
    } finally {
      await client.query('ROLLBACK');
    }
  }

  async #world(given: readonly string[]): Promise<{ readonly name: string; readonly client: pg.Client }> {
    const key = given.join(';');
    const known = this.#worlds.get(key);
    if (known) return known;
    const name = await this.#copy();
    const client = await connected({ ...this.#server, database: name });
    for (const sql of given) await client.query(sql);
    const world = { name, client };
    this.#worlds.set(key, world);
    return world;
  }

  async #onCopy<T>(
    given: readonly string[],
    use: (client: pg.Client, name: string) => Promise<T>,
  ): Promise<T> {
    const name = await this.#copy();
    const client = await connected({ ...this.#server, database: name });
    try {
      for (const sql of given) await client.query(sql);
      return await use(client, name);
    } finally {
      await client.end();
      await this.#drop(name);
    }
  }

  async #copy(): Promise<string> {
    const name = `corpus_${(this.#copies += 1)}`;
    await this.#admin.query(`CREATE DATABASE ${name} TEMPLATE corpus_world${this.#strategy}`);
    return name;
  }

  #drop(name: string): Promise<unknown> {
    return this.#admin.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
  }
}

async function connected(target: PostgresTarget): Promise<pg.Client> {
  const client = new pg.Client(clientConfig(target));
  client.on('error', () => undefined);
  await client.connect();
  // A zone in which it matters whether a value is an instant.
  await client.query(`SET timezone = 'America/New_York'`);
  return client;
}

const CATALOG = `
  SELECT words FROM (
    SELECT format('column %s.%s %s%s%s default %s identity %s generated %s', c.relname, a.attname, format_type(a.atttypid, a.atttypmod),
      CASE WHEN a.attnotnull THEN ' not null' ELSE '' END, CASE WHEN a.attcollation <> t.typcollation THEN ' collate ' || a.attcollation::regcollation ELSE '' END,
      pg_get_expr(d.adbin, d.adrelid), a.attidentity, a.attgenerated) AS words
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_type t ON t.oid = a.atttypid
    LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'm', 'v') AND a.attnum > 0 AND NOT a.attisdropped
    UNION ALL SELECT format('relation %s %s %s %s', relname, relkind, relpersistence, pg_get_expr(relpartbound, oid))
    FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind NOT IN ('i', 'I', 'c')
    UNION ALL SELECT format('constraint %s of %s: %s %s', conname, coalesce(conrelid::regclass::text, contypid::regtype::text), pg_get_constraintdef(oid), condeferrable)
    FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND contype NOT IN ('n', 't')
    UNION ALL SELECT format('index %s valid %s', pg_get_indexdef(indexrelid), indisvalid)
    FROM pg_index JOIN pg_class c ON c.oid = indexrelid WHERE c.relnamespace = 'public'::regnamespace
    UNION ALL SELECT format('type %s', typname) FROM pg_type WHERE typnamespace = 'public'::regnamespace AND typrelid = 0 AND typelem = 0
    UNION ALL SELECT format('function %s', proname) FROM pg_proc WHERE pronamespace = 'public'::regnamespace
    UNION ALL SELECT format('trigger %s of %s', tgname, tgrelid::regclass) FROM pg_trigger WHERE NOT tgisinternal
  ) AS catalog ORDER BY words`;

async function catalogOf(client: pg.Client): Promise<string> {
  const { rows } = await client.query<{ readonly words: string }>(CATALOG);
  return rows.map(({ words }) => words).join('\n');
}

/** Every disagreement with the statement that it is about. */
export function problemsIn(results: readonly CorpusResult[]): readonly string[] {
  return results.flatMap(({ one: { statement, given = [] }, problems }) =>
    problems.map((problem) => `${[...given, statement].join('; ')}\n  ${problem}`),
  );
}
