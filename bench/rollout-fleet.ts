import type { DataSource } from 'typeorm';
import type { PostgresTarget } from '../src/database-url.js';
import { messageOf } from '../src/errors/base.js';
import { Heartbeat } from '../src/migrator/heartbeat.js';
import { query } from './online-databases.js';
import { watchLocks } from './online-watch.js';
import type { RolloutKind } from './rollout-kinds.js';
import { Ledger } from './rollout-ledger.js';
import { judgeAll, startClient, type Client, type Watched } from './rollout-release.js';
import type { Rolled } from './rollout-report.js';
import type { Way } from './rollout-ways.js';

/** Processes at a time. */
const SLOTS = 4;

/** What a fleet is started with. */
interface FleetOptions {
  readonly kind: RolloutKind;
  readonly way: Way;
  readonly rows: number;
  readonly rate: number;
}

type Age = 'old' | 'new';

interface Running {
  readonly client: Client;
  readonly dataSource: DataSource;
  readonly heartbeat: Heartbeat;
}

/** The processes of an application, each of one release. */
export class Fleet {
  readonly size = SLOTS;
  readonly #running: (Running | undefined)[] = [];
  readonly #ledger = new Ledger();
  #watched: Watched = { latencies: [], failures: new Map() };
  #baseP99Ms = NaN;
  #names = 0;
  #changingMs = 0;
  #errors: string[] = [];
  #walFrom = '0/0';
  #locks: Awaited<ReturnType<typeof watchLocks>> | undefined;
  #kept = '';

  private constructor(
    private readonly target: PostgresTarget,
    private readonly options: FleetOptions,
  ) {}

  /** Four processes of the old release. */
  static async start(target: PostgresTarget, options: FleetOptions): Promise<Fleet> {
    const fleet = new Fleet(target, options);
    fleet.#kept = await fleet.#untouched('old');
    await options.way.prepare(target);
    for (let slot = 0; slot < SLOTS; slot += 1) await fleet.#begin(slot, 'old');
    return fleet;
  }

  /** From now on it is the change that is measured; before it the noise of the machine was. */
  async beginChange(): Promise<void> {
    this.#baseP99Ms = percentile(this.#watched.latencies, 0.99);
    this.#watched.latencies = [];
    this.#locks = await watchLocks(this.target);
    this.#walFrom = await this.#wal();
  }

  /** Measures how long a part of the change takes. */
  async changing(change: () => Promise<void>): Promise<void> {
    const started = performance.now();
    try {
      await change();
    } catch (error) {
      this.#errors.push(messageOf(error));
    }
    this.#changingMs += performance.now() - started;
  }

  /** Ends the process of a slot, and starts one of a release in its place, with the check of its start. */
  async restart(slot: number, age: Age): Promise<void> {
    await this.#stop(slot);
    await this.#begin(slot, age);
  }

  /** Stops all, compares every row that was written, and those that nobody touched. */
  async end(title: string, age: Age): Promise<Rolled> {
    const bytes = await this.#walSince();
    const blockedMs = (await this.#locks?.stop()) ?? NaN;
    this.#locks = undefined;
    await this.close();
    const dataSource = await this.options.way.connect(this.target, age);
    try {
      await judgeAll(dataSource, this.options.kind[age], this.#ledger);
    } catch (error) {
      this.#errors.push(`the last look at every row: ${messageOf(error)}`);
    } finally {
      await dataSource.destroy();
    }
    const { latencies, failures } = this.#watched;
    return {
      kind: this.options.kind,
      title,
      failures,
      errors: this.#errors,
      blockedMs,
      longestMs: Math.max(0, ...latencies),
      baseP99Ms: this.#baseP99Ms,
      p99Ms: percentile(latencies, 0.99),
      seconds: this.#changingMs / 1000,
      walBytes: bytes,
      statements: latencies.length,
      ...this.#ledger.result,
      keptRows: (await this.#untouched(age).catch(() => '')) === this.#kept,
    };
  }

  /** Stops whatever runs. */
  async close(): Promise<void> {
    for (let slot = 0; slot < SLOTS; slot += 1) await this.#stop(slot);
    await this.#locks?.stop();
    this.#locks = undefined;
  }

  async #begin(slot: number, age: Age): Promise<void> {
    const { kind, way, rows, rate } = this.options;
    const dataSource = await way.connect(this.target, age);
    const heartbeat = await Heartbeat.begin(dataSource);
    const problem = await way.startCheck(dataSource);
    if (problem !== undefined) this.#errors.push(`an ${age} process does not start: ${problem}`);
    this.#names += 1;
    const client = startClient({
      ...{ dataSource, slot, slots: SLOTS, rate: rate / SLOTS, ledger: this.#ledger, watched: this.#watched },
      release: kind[age],
      used: Math.floor(rows / 2),
      name: `${age}-${this.#names}`,
    });
    this.#running[slot] = { client, dataSource, heartbeat };
  }

  async #stop(slot: number): Promise<void> {
    const running = this.#running[slot];
    this.#running[slot] = undefined;
    if (!running) return;
    await running.client.stop();
    await running.heartbeat.stop();
    await running.dataSource.destroy();
  }

  /** One value over the rows that no process writes. */
  async #untouched(age: Age): Promise<string> {
    const { kept, [age]: release } = this.options.kind;
    const table = release.tables['jobs']?.tableName ?? 'jobs';
    const [row] = (await query(
      this.target,
      `SELECT count(*) || ' ' || sum(hashtextextended(coalesce((${kept[age]})::text, '-'), id)) AS kept
        FROM ${table} WHERE id > ${Math.floor(this.options.rows / 2)} AND id <= ${this.options.rows}`,
    )) as readonly { readonly kept: string }[];
    return row?.kept ?? '';
  }

  async #wal(): Promise<string> {
    const [row] = (await query(this.target, 'SELECT pg_current_wal_lsn()::text AS lsn')) as readonly {
      readonly lsn: string;
    }[];
    return row?.lsn ?? '0/0';
  }

  async #walSince(): Promise<number> {
    const [row] = (await query(
      this.target,
      `SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '${this.#walFrom}')::float AS bytes`,
    )) as readonly { readonly bytes: number }[];
    return row?.bytes ?? NaN;
  }
}

function percentile(values: readonly number[], share: number): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length * share)] ?? NaN;
}
