import { expect } from 'chai';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DataSource } from 'typeorm';
import type { DialectName } from '../../../../../src/databases/registry.js';
import { checkDrift } from '../../../../../src/drift/check-drift.js';
import { readRawCatalog } from '../../../../../src/generate/verify/raw-catalog.js';
import type { RevisionDocument } from '../../../../../src/generate/write/write-generated.js';
import { migrateDown, migrateUp } from '../../../../../src/migrator/migrate.js';
import { describeChange } from '../../../../../src/schema/describe-change.js';
import { newDatabase, type ChainDatabase } from '../../../../support/chain-database.js';
import { generatedClass } from '../../../../support/generated-class.js';
import { statementsOf, type ChainRun } from '../../../../support/kill-points.js';
import { plainDataSource } from '../../../drift/no-false-alarm-database.js';
import { History } from '../../history.js';
import type { KilledGroup } from './groups.js';

/** What is in a database: records, objects, rows. */
export interface State {
  readonly records: readonly string[];
  readonly catalog: readonly string[];
  readonly rows: readonly string[];
}

/** A run that is killed, from where, through which states, and where it ends. */
export interface Way {
  readonly start: ChainDatabase;
  readonly args: readonly string[];
  /** By how many revisions are recorded. */
  readonly states: ReadonlyMap<number, State>;
  readonly end: State;
}

type Direction = 'up' | 'down';

interface Made {
  readonly dialect: DialectName;
  readonly given: KilledGroup;
  readonly documents: readonly RevisionDocument[];
  /** How many of them are from before the group. */
  readonly former: number;
  readonly folder: string;
}

/** The generated revisions of a group on a database, with the file that a process reads them from. */
export class Group {
  private constructor(private readonly made: Made) {}

  static async lend<T>(
    dialect: DialectName,
    given: KilledGroup,
    use: (group: Group) => Promise<T>,
  ): Promise<T> {
    const folder = await mkdtemp(join(tmpdir(), 'orchestrator-db-killed-'));
    try {
      return await History.lend(dialect, async (history) => {
        history.isPhased = true;
        const first = await history.generate(given.before, { name: 'Initial', phases: true });
        const next = await history.generate(given.after, { name: 'Change', ...given.words });
        const documents = [...first.revisions, ...next.revisions];
        await writeFile(join(folder, 'documents.json'), JSON.stringify(documents));
        const former = first.revisions.length;
        return use(new Group({ dialect, given, documents, former, folder }));
      });
    } finally {
      await rm(folder, { recursive: true });
    }
  }

  /** For the process. */
  get source(): NonNullable<ChainRun['source']> {
    return {
      file: 'data-sources/documents',
      env: { DOCUMENTS_FILE: join(this.made.folder, 'documents.json') },
    };
  }

  /** Whether a revision is one transaction: killed within it, it is undone. */
  isWhole(index: number): boolean {
    return this.made.documents[index]?.transaction !== false;
  }

  /** A database from before the group, or behind it, and what a run comes through. */
  async way(direction: Direction): Promise<Way> {
    const start = await newDatabase(this.made.dialect);
    const ids = this.made.documents.map(({ id }) => id);
    const former = ids[this.made.former - 1] ?? '';
    await this.begin(start);
    if (direction === 'down') await this.use(start, (dataSource) => migrateUp(dataSource));
    const path = ids.slice(this.made.former - 1);
    const states = await this.#states(start, direction === 'up' ? path : path.toReversed());
    const end = states.get(direction === 'up' ? ids.length : this.made.former);
    if (!end) throw new Error('The run has no end.');
    const args = direction === 'up' ? ['up'] : ['down', former];
    return { start, args, states, end };
  }

  /** A database from before the group, with rows. */
  begin(database: Pick<ChainDatabase, 'target'>): Promise<void> {
    return this.use(database, async (dataSource) => {
      await migrateUp(dataSource, { target: this.made.documents[this.made.former - 1]?.id ?? '' });
      for (const sql of this.made.given.rows) await dataSource.query(sql);
    });
  }

  async #states(start: ChainDatabase, path: readonly string[]): Promise<ReadonlyMap<number, State>> {
    const database = await start.copy();
    const states = new Map<number, State>();
    try {
      for (const target of path) {
        await this.use(database, async (dataSource) => {
          const { records } = await stateOf(dataSource);
          const move = records.includes(target) ? migrateDown : migrateUp;
          if (records.at(-1) !== target) await move(dataSource, { target });
          const state = await stateOf(dataSource);
          states.set(state.records.length, state);
        });
      }
      return states;
    } finally {
      await database.remove();
    }
  }

  /** The statements of a run that is not killed. */
  async statements({ start, args, end }: Way): Promise<readonly string[]> {
    const database = await start.copy();
    try {
      const statements = await statementsOf({ database, args, source: this.source });
      expect(await this.use(database, stateOf)).to.deep.equal(end);
      return statements;
    } finally {
      await database.remove();
    }
  }

  /** Every recorded revision has run and no other one; one that is no transaction may be half done. */
  async expectWhole(database: Pick<ChainDatabase, 'target'>, { states, args }: Way): Promise<void> {
    const state = await this.use(database, stateOf);
    const count = state.records.length;
    const next = args[0] === 'up' ? count : count - 1;
    if (this.isWhole(next)) expect(state).to.deep.equal(states.get(count));
  }

  /** Where the run was to come to, in sync for the release that is there then. */
  async expectEnd(database: Pick<ChainDatabase, 'target'>, { end, args }: Way): Promise<void> {
    expect(await this.use(database, stateOf)).to.deep.equal(end);
    const { before, after } = this.made.given;
    const [entities, length] = args[0] === 'up' ? [after, undefined] : [before, this.made.former];
    const drift = await this.use(database, checkDrift, { entities, length });
    expect(drift.changes.map(describeChange)).to.deep.equal([]);
  }

  async use<T>(
    { target }: Pick<ChainDatabase, 'target'>,
    use: (dataSource: DataSource) => Promise<T>,
    {
      entities = [],
      length,
    }: { readonly entities?: KilledGroup['before']; readonly length?: number | undefined } = {},
  ): Promise<T> {
    const classes = this.made.documents.slice(0, length).map(generatedClass);
    // As the history is generated: createDataSource gives numbered columns a type of its own.
    const dataSource = plainDataSource({ target }, { entities: [...entities], migrations: classes });
    await dataSource.initialize();
    try {
      return await use(dataSource);
    } finally {
      await dataSource.destroy();
    }
  }
}

const TABLES = ['job', 'chore', 'log'];

async function stateOf(dataSource: DataSource): Promise<State> {
  const runner = dataSource.createQueryRunner();
  try {
    const rows: string[] = [];
    for (const table of TABLES)
      if (await runner.hasTable(table)) rows.push(...(await rowsOf(dataSource, table)));
    const records = await dataSource.query<readonly { readonly name: string }[]>(
      'SELECT "name" FROM "migrations" ORDER BY "id"',
    );
    return { records: records.map(({ name }) => name), catalog: await readRawCatalog(runner), rows };
  } finally {
    await runner.release();
  }
}

/** Columns by name, since a column that comes back is the last one. */
async function rowsOf(dataSource: DataSource, table: string): Promise<readonly string[]> {
  const rows = await dataSource.query<readonly Record<string, unknown>[]>(
    `SELECT * FROM "${table}" ORDER BY "id"`,
  );
  return rows.map((row) => `${table} ${JSON.stringify(Object.entries(row).sort())}`);
}
