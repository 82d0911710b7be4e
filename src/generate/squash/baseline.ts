/** One revision that creates the whole schema of the entities, in the place of what a database records. Writes nothing. */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DataSource } from 'typeorm';
import type { AcceptedDrift } from '../../drift/accepted/accepted-file.js';
import { checkAgainst } from '../../drift/check-drift.js';
import type { DriftReport } from '../../drift/drift-report.js';
import { GenerateError } from '../../errors/base.js';
import { BaselineRefusedError } from '../../errors/replaced.js';
import { assertWhole } from '../../migrator/plan.js';
import { readRecorded } from '../../migrator/recorded.js';
import { replacedIds, replacesIn, type Replaced } from '../../migrator/replaced.js';
import { listRevisions, stampOf } from '../../migrator/revision.js';
import { describeChange } from '../../schema/describe-change.js';
import type { ScratchSources } from '../../scratch/scratch-sources.js';
import type { ScratchSettings } from '../../settings.js';
import { NO_CONFIRMATIONS } from '../confirm/confirmations.js';
import { generate, type Generated } from '../propose.js';

/** What a live database says, which has the schema of the entities but for accepted differences. */
interface LiveSchema {
  /** What it records, oldest first. */
  readonly replaces: readonly Replaced[];
}

/** What the baseline is made from. */
interface BaselineRequest {
  /** Without the revisions of the project. */
  readonly sources: ScratchSources;
  readonly settings: ScratchSettings;
  /** PascalCase, without the stamp. */
  readonly name: string;
  /** For a database that records nothing; milliseconds since 1970. */
  readonly stamp: number;
  readonly live: LiveSchema;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Reads a connected live database.
 *
 * @param accepted differences that are none
 * @throws BaselineRefusedError where it differs from the entities, or has not run all revisions of the code
 */
export async function readLive(
  dataSource: DataSource,
  accepted?: AcceptedDrift,
): Promise<LiveSchema & { readonly report: DriftReport }> {
  const replaces = await readReplaced(dataSource);
  const report = await checkAgainst(dataSource, { accepted });
  const differences = report.changes.map(describeChange);
  if (differences.length > 0)
    throw new BaselineRefusedError(
      differences,
      `This database differs from the entities: ${differences.join(' ')} Nothing was written. ` +
        'A baseline holds what the entities declare: change them or the database, until this finds nothing: npm run -s db:check. ' +
        'Or accept the differences (check --accept), or take the schema of the database: --from-database',
    );
  return { replaces, report };
}

/**
 * What a baseline replaces: all that a connected live database records, oldest first.
 *
 * @throws BaselineRefusedError where it has not run all revisions of the code
 * @throws RevisionPartlyReplacedError where it cannot
 */
export async function readReplaced(dataSource: DataSource): Promise<readonly Replaced[]> {
  const { recorded, partly, pending } = await readRecorded(dataSource);
  assertWhole({ partly });
  if (pending.length > 0)
    throw new BaselineRefusedError(
      pending,
      `This database has not run ${pending.join(', ')}. Nothing was written. Run: npm run -s db:up`,
    );
  return replacedOf(dataSource, recorded);
}

/** What a revision of the code replaces stays behind it. */
function replacedOf(dataSource: DataSource, recorded: readonly string[]): readonly Replaced[] {
  const lists = new Map(listRevisions(dataSource).map(({ id, migration }) => [id, replacesIn(migration)]));
  const behind = new Set([...lists.values()].flatMap(replacedIds));
  return recorded
    .filter((id) => !behind.has(id))
    .map((id) => {
      const replaces = lists.get(id) ?? [];
      return replaces.length === 0 ? id : { id, replaces };
    });
}

/** That of the newest revision that it replaces, or else the given one. */
export function baselineStamp(replaces: readonly Replaced[], otherwise: number): number {
  const stamps = replacedIds(replaces).map(stampOf);
  return stamps.length === 0 ? otherwise : Math.max(...stamps);
}

/**
 * @returns the revision and the schema, verified on scratch databases
 * @throws as generate does
 */
export async function baseline(request: BaselineRequest): Promise<Generated> {
  const stamp = baselineStamp(request.live.replaces, request.stamp);
  const folder = await mkdtemp(join(tmpdir(), 'orchestrator-db-baseline-'));
  try {
    const { sources, settings, name, signal } = request;
    const generated = await generate({
      sources,
      settings,
      folder,
      name,
      stamp,
      words: NO_CONFIRMATIONS,
      signal,
    });
    if (generated.revisions.length !== 1)
      throw new GenerateError(
        generated.revisions.length === 0
          ? 'The entities declare no table, so a baseline would be empty. Nothing was written.'
          : `The schema of the entities needs ${generated.revisions.length} revisions, and a baseline is one. Nothing was written.`,
      );
    return generated;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
