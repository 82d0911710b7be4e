/** The heartbeat of a process of the application, by which contract revisions see that its release still runs. */

import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { DataSource } from 'typeorm';
import { systemClock } from '../clock.js';
import { databaseOf } from '../databases/registry.js';
import { beat, leave, type Beating } from '../databases/records/heartbeat-sql.js';
import { openTypeormSession, type TypeormSession } from '../databases/typeorm-session.js';
import { messageOf } from '../errors/base.js';
import { toolVersion } from '../package-version.js';
import { settingsOf } from './connections.js';
import { newerContract, sightOf, type Sight } from './heartbeats.js';
import { projectOf, type Project } from './state.js';

/** How often a process writes its row, milliseconds. */
const BEAT_MS = 10_000;

/** How long the end of a process waits until its row is deleted, milliseconds. */
const LEAVE_MS = 2000;

/** Writes a row through the pool of a DataSource until it is stopped. No failure of it reaches the application. */
export class Heartbeat {
  /** The key of its row. */
  readonly replica = randomUUID();
  readonly #dataSource: DataSource;
  readonly #everyMs: number;
  #timer: NodeJS.Timeout | undefined;
  /** The beat that is under way, or the last one. */
  #beat: Promise<void> = Promise.resolve();
  #session: TypeormSession | undefined;
  #project: Project | undefined;
  /** How the table was found; undefined where that has to be looked at again. */
  #sight: Sight | undefined;
  #isStopped = false;
  #isAbandoned = false;
  /** Whether the row may be there. */
  #hasBeaten = false;
  #reported: string | undefined;
  #isKnownOld = false;

  private constructor(dataSource: DataSource, everyMs: number) {
    this.#dataSource = dataSource;
    this.#everyMs = everyMs;
  }

  /**
   * Writes the row of a connected DataSource, and again every 10 s. Never fails: what prevents it is logged once.
   *
   * @param everyMs default 10 s
   */
  static async begin(dataSource: DataSource, everyMs = BEAT_MS): Promise<Heartbeat> {
    const heartbeat = new Heartbeat(dataSource, everyMs);
    await heartbeat.#next();
    return heartbeat;
  }

  /** Deletes the row and ends, within 2 s: a row that stays behind counts until it has been silent for long enough. */
  async stop(): Promise<void> {
    if (this.#isStopped) return;
    this.#isStopped = true;
    clearTimeout(this.#timer);
    const over = new AbortController();
    const late = systemClock.pause(LEAVE_MS, over.signal).then(
      () => this.#abandon(),
      () => undefined,
    );
    await Promise.race([this.#beat.then(() => this.#leave()), late]);
    over.abort();
  }

  /** The next beat begins a while after the end of this one, so there are never two. */
  async #next(): Promise<void> {
    this.#beat = this.#reportedBeat();
    await this.#beat;
    if (this.#isStopped) return;
    this.#timer = setTimeout(() => void this.#next(), this.#everyMs);
    this.#timer.unref();
  }

  async #reportedBeat(): Promise<void> {
    try {
      await this.#onSession((session) => this.#beatOn(session));
    } catch (error) {
      this.#sight = undefined;
      if (!databaseOf(this.#dataSource).migration.isRetryable(error)) this.#report(failureWords(error));
    }
  }

  /** The table may have been created, and rights given or taken, since the last time. */
  async #beatOn(session: TypeormSession): Promise<void> {
    // All of a process shares one connection of SQLite: a transaction of the application may roll back.
    if (session.openTransactions > 0) return;
    const project = (this.#project ??= projectOf(this.#dataSource));
    this.#sight ??= await sightOf(session, project);
    const { state, words } = this.#sight;
    if (state !== 'ready') {
      this.#sight = undefined;
      this.#report(words);
      return;
    }
    this.#hasBeaten = true;
    await session.send([beat(project.database.records, project.tables, this.#process(project))]);
    this.#report(undefined);
    await this.#warnIfOld(session, project);
  }

  #process({ revisions }: Project): Beating {
    const head = revisions.at(-1)?.id ?? null;
    return { replica: this.replica, head, version: toolVersion(), host: hostname(), pid: process.pid };
  }

  /** A process that was paused may wake when contract has run without it. */
  async #warnIfOld(session: TypeormSession, project: Project): Promise<void> {
    if (this.#isKnownOld || this.#sight?.contracts !== true) return;
    const contract = await newerContract(session, project).catch(() => undefined);
    if (contract === undefined) return;
    this.#isKnownOld = true;
    const head = project.revisions.at(-1)?.id ?? 'base';
    this.#log(
      'warn',
      `This process is of an older release, ${head}: the contract revision ${contract} has removed what only older releases use. Replace this process by the current release.`,
    );
  }

  async #leave(): Promise<void> {
    const project = this.#project;
    if (!this.#hasBeaten || project === undefined) return;
    const { database, tables } = project;
    await this.#onSession((session) => session.send([leave(database.records, tables, this.replica)])).catch(
      () => undefined,
    );
  }

  async #onSession(use: (session: TypeormSession) => Promise<unknown>): Promise<void> {
    const session = await openTypeormSession(this.#dataSource);
    const connection = await session.connection();
    this.#session = session;
    try {
      if (!this.#isAbandoned) await use(session);
    } finally {
      await session.close();
      databaseOf(this.#dataSource).letProcessEnd(this.#dataSource, connection);
    }
  }

  /** A statement that waits, for the lock of a contract revision for example, must not keep the pool from closing. */
  async #abandon(): Promise<void> {
    this.#isAbandoned = true;
    await this.#session?.close().catch(() => undefined);
  }

  /** @param words what prevents the heartbeat, if that is worth a warning */
  #report(words: string | undefined): void {
    if (words === this.#reported) return;
    this.#reported = words;
    if (words !== undefined) this.#log('warn', words);
  }

  #log(level: 'warn', words: string): void {
    this.#dataSource.logger.log(level, words);
  }
}

const kept = new WeakSet<DataSource>();

/**
 * Gives a connected DataSource that was not created by this package a heartbeat, which ends when it is destroyed. One
 * of `createDataSource` has its own. A second call does nothing.
 */
export async function keepHeartbeat(dataSource: DataSource): Promise<void> {
  if (settingsOf(dataSource) !== undefined || kept.has(dataSource)) return;
  kept.add(dataSource);
  const heartbeat = await Heartbeat.begin(dataSource);
  const destroy = dataSource.destroy.bind(dataSource);
  dataSource.destroy = async () => {
    await heartbeat.stop();
    kept.delete(dataSource);
    dataSource.destroy = destroy;
    await destroy();
  };
}

function failureWords(error: unknown): string {
  const why = messageOf(error).replace(/\.$/, '');
  return `The heartbeat of this process could not be written: ${why}. It is tried again every ${BEAT_MS / 1000} s. If that lasts, contract revisions do not wait for this process.`;
}
