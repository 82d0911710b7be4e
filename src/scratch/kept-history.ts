/** Scratch databases at head that are kept from one command to the next, under a key of all that has made them. */

import { createHash } from 'node:crypto';
import type { DataSource, MigrationInterface } from 'typeorm';
import { today } from '../clock.js';
import { databaseNamed, databaseOf, type DialectName } from '../databases/registry.js';
import type { KeptDatabases, ScratchPlace } from '../databases/scratch-place.js';
import { externalTables } from '../metadata/external-tables.js';
import type { ScratchSettings } from '../settings.js';
import { confined } from './confined.js';
import { connected } from './connected.js';
import type { ScratchSource } from './scratch-sources.js';
import { leaveOutSubscriptions } from './subscriptions.js';
import { replacesIn } from '../migrator/replaced.js';
import { checksumsOf, orderRevisions, statementsOf, type KnownRevision } from '../migrator/revision.js';

/**
 * Statements about what is beside a database, or about the database by its name: a copy does not have it. A text that
 * only looks like one is run again as well.
 */
const BESIDE =
  /\b(?:CREATE|ALTER|DROP|REASSIGN)\s+(?:ROLE|USER|GROUP|DATABASE|TABLESPACE|SUBSCRIPTION|SYSTEM|OWNED)\b|\bON\s+(?:DATABASE|TABLESPACE|ROLE)\b|\bcurrent_(?:database|catalog)\b|\breplication_(?:slot|origin)\b|\bATTACH\b(?!\s+PARTITION\b)/i;

/** How a scratch database comes to the head of the project. */
export interface AtHead {
  /** Further revisions, which are not run. */
  readonly more: readonly (new () => MigrationInterface)[];
  /** Runs the revisions of the project. */
  readonly toHead: (dataSource: DataSource) => Promise<void>;
}

/** A command, as far as it wants a history. */
interface HistoryOf {
  readonly dialect: DialectName;
  readonly settings: ScratchSettings;
  readonly signal?: AbortSignal | undefined;
}

interface KeptUnder {
  readonly kept: KeptDatabases;
  readonly key: string;
}

/** The history of a project on one kind of database. */
export class KeptHistory {
  readonly #kept: KeptDatabases;
  readonly #key: string;
  readonly #source: ScratchSource;
  readonly #of: HistoryOf;
  #isMade = false;

  private constructor({ kept, key }: KeptUnder, source: ScratchSource, of: HistoryOf) {
    this.#kept = kept;
    this.#key = key;
    this.#source = source;
    this.#of = of;
  }

  /** Undefined where it cannot be kept. */
  static of({ kept }: ScratchPlace, source: ScratchSource, of: HistoryOf): KeptHistory | undefined {
    const key = kept && historyKey(source(databaseNamed(of.dialect).offlineTarget, []));
    return kept && key !== undefined ? new KeptHistory({ kept, key }, source, of) : undefined;
  }

  /** Provides a copy; undefined where it turns out that nothing is kept. */
  async lend<T>(
    atHead: AtHead,
    use: (dataSource: DataSource) => Promise<T>,
  ): Promise<{ readonly value: T } | undefined> {
    const isRenewed = this.#of.settings.isFresh === true && !this.#isMade;
    if (isRenewed && !(await this.#isForgotten())) return undefined;
    const found = isRenewed ? undefined : await this.#lendKept(atHead, use);
    if (found || this.#isMade) return found;
    this.#isMade = true;
    await this.#make(atHead);
    return this.#lendKept(atHead, use);
  }

  /** What cannot be removed, in a folder that nobody may write to for example, is not used. */
  #isForgotten(): Promise<boolean> {
    return this.#kept.forget(this.#key).then(
      () => true,
      () => false,
    );
  }

  async #lendKept<T>(
    { more }: AtHead,
    use: (dataSource: DataSource) => Promise<T>,
  ): Promise<{ readonly value: T } | undefined> {
    const lent = await this.#kept.lend(
      this.#key,
      (target, guard, load) => {
        const dataSource = this.#source(target, more);
        guard(dataSource);
        return connected(dataSource, databaseNamed(this.#of.dialect), async () => {
          if (externalTables(dataSource).length > 0) return undefined;
          await load(dataSource);
          leaveOutSubscriptions(dataSource);
          return { value: await confined(dataSource, () => use(dataSource)) };
        });
      },
      this.#of.signal,
    );
    return lent?.value;
  }

  /** Runs the history once. */
  #make({ toHead }: AtHead): Promise<void> {
    return this.#kept.make(
      this.#key,
      (target, guard, save) => {
        const dataSource = this.#source(target, []);
        guard(dataSource);
        return connected(dataSource, databaseNamed(this.#of.dialect), async () => {
          if (await hasMore(dataSource)) return;
          leaveOutSubscriptions(dataSource);
          await confined(dataSource, () => toHead(dataSource));
          await save(dataSource);
        });
      },
      this.#of.signal,
    );
  }
}

/**
 * Whether entities add something to it: tables of their own, and extensions that TypeORM creates for them when it
 * connects. PostgreSQL itself has one.
 */
async function hasMore(dataSource: DataSource): Promise<boolean> {
  if (externalTables(dataSource).length > 0) return true;
  const planner = await databaseOf(dataSource).planner();
  return (await planner.readExtensions(dataSource)).some((name) => name !== 'plpgsql');
}

/**
 * The key of a history; undefined where statements alone do not tell what it does: a class written by hand may use
 * other modules. Of a project that names files in place of classes nothing is known before it is connected.
 *
 * @param dataSource need not be connected
 */
function historyKey(dataSource: DataSource): string | undefined {
  const known = revisionsIn(dataSource);
  if (known === undefined || known.length === 0) return undefined;
  const { name } = databaseOf(dataSource);
  if (!known.every((revision) => isCovered(revision, name))) return undefined;
  const { type, migrationsTableName, metadataTableName, schema } = dataSource.options as Named;
  const facts = known.map((revision) => [
    ...[revision.id, revision.description, revision.phase, revision.changes],
    ...[checksumsOf(revision, name), replacesIn(revision.migration), revision.migration.transaction],
  ]);
  const content = [type, migrationsTableName, metadataTableName, schema, facts, dayOf(known, name)];
  return createHash('sha256').update(JSON.stringify(content)).digest('hex');
}

/** Partitions by the present time: a database of another day has others. */
const BY_TIME =
  /\b(?:now|(?:clock|statement|transaction)_timestamp|current_(?:date|timestamp)|localtimestamp)\b/i;
const DAY_MS = 86_400_000;

function dayOf(known: readonly KnownRevision[], dialect: string): number | null {
  const isByTime = (sql: string) => /\bPARTITION\b/i.test(sql) && BY_TIME.test(sql);
  const statements = known.flatMap((revision) => statementsOf(revision, dialect, 'up') ?? []);
  return statements.some(isByTime) ? Math.floor(today() / DAY_MS) : null;
}

/**
 * Whether all revisions are lists of statements, which run nothing else.
 *
 * @param dataSource need not be connected
 */
export function areLists(dataSource: DataSource): boolean {
  const { name } = databaseOf(dataSource);
  return (
    revisionsIn(dataSource)?.every((revision) => statementsOf(revision, name, 'up') !== undefined) ?? false
  );
}

/** Options whose names are in the database. */
interface Named {
  readonly type: string;
  readonly migrationsTableName?: string;
  readonly metadataTableName?: string;
  readonly schema?: string;
}

function revisionsIn({ options }: DataSource): readonly KnownRevision[] | undefined {
  const listed = Object.values(options.migrations ?? {}) as readonly unknown[];
  if (!listed.every((one) => typeof one === 'function')) return undefined;
  return orderRevisions(listed.map((one) => new (one as new () => MigrationInterface)()));
}

function isCovered(revision: KnownRevision, dialect: string): boolean {
  const statements = statementsOf(revision, dialect, 'up');
  const isKnown = statements !== undefined && checksumsOf(revision, dialect) !== null;
  return isKnown && !statements.some((sql) => BESIDE.test(sql));
}
