/** Compares, confirms, plans and verifies. Writes nothing: that is src/generate/write. */

import type { DataSource } from 'typeorm';
import type { DialectName } from '../databases/registry.js';
import { verifyAll } from './verify/verify-all.js';
import { stampOf } from '../migrator/revision.js';
import { GenerateAbortedError } from '../errors/generate.js';
import type { Session } from '../databases/session.js';
import type { Change } from '../schema/change.js';
import type { ScratchSettings } from '../settings.js';
import { assertKept } from './confirm/assert-kept.js';
import { confirmChanges } from './confirm/confirm-changes.js';
import { assertPossible } from './confirm/impossible-changes.js';
import { assertListed, remainsOf } from './compare/revision-list.js';
import type { ConfirmedValues, DestructiveChange } from '../databases/planning.js';
import { partNames } from './plan/part-name.js';
import { plansOf, stepsOf, type StepOptions, type Steps } from './plan/steps.js';
import type { GeneratedRevision } from './plan/generated-revision.js';
import type { RevisionPart } from './plan/revision-part.js';
import { oneLine } from '../text/one-line.js';
import { leaderOf, mainChanges, splitRevisions } from './plan/split-revisions.js';
import { readAtHead, type DialectReading, type ReadingInput } from './compare/compare-on-scratch.js';
import { statementsIn, toHead } from './compare/to-head.js';
import { sentBy } from './compare/installed-extensions.js';
import { reasonOf } from '../schema/describe-change.js';
import { repeatedValues } from './confirm/repeated-values.js';
import { GAP_MS } from './write/write-revisions.js';
import { proofOf } from './write/revision-class.js';
import { NO_CONFIRMATIONS, type ConfirmationOptions } from './confirm/confirmations.js';
import { withScratchDatabases, type ScratchDatabases } from '../scratch/scratch-databases.js';
import type { ScratchSources } from '../scratch/scratch-sources.js';
import { assertCurrent, readSnapshot, type Snapshot } from './compare/snapshot.js';
import { summaryOf } from './plan/summary.js';
import { estimated, type Estimate } from './estimate.js';
import { headsOf } from './compare/heads.js';
import { withChanges } from './verify/measure-changes.js';
import { warningsOf } from './compare/reading-words.js';
import { leftBehindWords } from './warning-words.js';

/** The sides of the comparison: the entities, and the schema of the revisions of a folder. */
export interface CompareRequest {
  readonly sources: ScratchSources;
  readonly settings: ScratchSettings;
  /** The folder of the revisions and the snapshot. */
  readonly folder: string;
  /** Aborts it with a GenerateAbortedError; the scratch databases are dropped first. */
  readonly signal?: AbortSignal | undefined;
}

/** The input of a new revision. */
export interface GenerateRequest extends CompareRequest {
  /** PascalCase, without the stamp. */
  readonly name: string;
  /** Of the first revision; the others follow it by a millisecond each. */
  readonly stamp: number;
  readonly words: ConfirmationOptions;
  readonly steps?: StepOptions;
  /** Whether rows of every table are proved to survive; default those of the tables near the change. */
  readonly isThorough?: boolean | undefined;
  /** A live database, which is only read: how long the change takes there is estimated. */
  readonly live?: Session | undefined;
}

/** What leads from head to the entities, verified and not written yet. */
export interface Generated {
  /** None when the revisions already match the entities. */
  readonly revisions: readonly GeneratedRevision[];
  /** The differences after all confirmed renames, by dialect. */
  readonly changes: Readonly<Partial<Record<DialectName, readonly Change[]>>>;
  /** The schema at the new head. */
  readonly snapshot: Snapshot;
  /** Checksum of the statements that were verified, all revisions together. */
  readonly proof: string;
  /** The questions about the changes, whether options have answered them or not; those that renames settle are left out. */
  readonly asked: readonly DestructiveChange[];
  /** Warnings for the person who generates. */
  readonly warnings: readonly string[];
  /** Only with a live database. */
  readonly estimate?: Estimate;
}

/** The changes of the entities that the revisions lack. */
export interface MissingChanges {
  /** In words, by dialect; empty where no revision is missing. */
  readonly changes: Readonly<Partial<Record<DialectName, readonly string[]>>>;
  readonly warnings: readonly string[];
}

/**
 * Generates what leads from head to the entities: one revision, or several with consecutive stamps where an online
 * change requires several on PostgreSQL. It is verified on scratch databases, and connects to no other database.
 *
 * @throws UnconfirmedChangesError for an unconfirmed change that may lose data, or lock a table for long
 * @throws PhasesUnknownError, PhasesRefusedError for one that two releases cannot use at once
 * @throws DependentsLostError, VerificationFailedError, SnapshotStaleError, SnapshotUnknownError,
 *   RevisionNotListedError, ScratchDatabaseError, WrongScratchDatabaseError, GenerateError, GenerateAbortedError,
 *   UsageError
 */
export function generate(request: GenerateRequest): Promise<Generated> {
  return comparing(request, request.words, async (compared) => {
    compared.readings.forEach(assertPossible);
    const steps = stepsOf(compared, request.steps);
    const { values: confirmed, asked } = confirmChanges(compared.readings, request.words, steps.isPhased);
    assertKept(compared.readings, confirmed);
    const parts = render(compared.readings, confirmed, steps);
    const place = { name: request.name, stamp: stampBehind(compared.head, request.stamp) };
    const revisions = named(place, parts.revisions);
    const changes = Object.fromEntries(
      compared.readings.map((reading) => [reading.dialect, reading.changes]),
    );
    const head = revisions.at(-1)?.id ?? compared.head;
    if (revisions.length === 0)
      return {
        revisions,
        changes,
        snapshot: { head, ...steps.mark, schemas: headsOf(compared.readings) },
        proof: proofOf([]),
        asked,
        warnings: compared.warnings,
      };
    const allowRewrite = request.words.allowRewrite !== false;
    const verified = await verifyAll(compared, revisions, {
      confirmed,
      allowRewrite,
      isPhased: steps.isPhased,
      isThorough: request.isThorough === true,
      ...{ sources: request.sources, signal: request.signal },
    });
    return {
      revisions: withChanges(revisions, verified.measured, compared.readings),
      changes,
      snapshot: { head, ...steps.mark, schemas: verified.schemas },
      proof: verified.proof,
      asked,
      ...(await estimated({ ...compared, live: request.live }, revisions)),
      warnings: [
        ...new Set([
          ...compared.warnings,
          ...parts.warnings,
          ...compared.readings.flatMap((reading) => repeatedValues(reading, confirmed)).map(oneLine),
          ...verified.warnings,
        ]),
      ],
    };
  });
}

/**
 * Reports whether a revision is missing, and for which changes. Verifies nothing.
 *
 * @throws SnapshotStaleError, ScratchDatabaseError, GenerateError, GenerateAbortedError
 */
export function findMissing(request: CompareRequest): Promise<MissingChanges> {
  return comparing(request, NO_CONFIRMATIONS, ({ readings, warnings }) => {
    const changes = readings.map((reading) => {
      const words = reading.changes.map((change) => oneLine(reasonOf([change])));
      return [reading.dialect, words] as const;
    });
    return Promise.resolve({ changes: Object.fromEntries(changes), warnings });
  });
}

/** Both sides, read on scratch databases that exist until the comparison is no longer needed. */
interface Compared {
  readonly snapshot: Snapshot | undefined;
  readonly databases: ScratchDatabases;
  readonly readings: readonly DialectReading[];
  /** The newest revision. */
  readonly head: string | null;
  readonly warnings: readonly string[];
}

async function comparing<T>(
  { settings, sources, folder, signal }: CompareRequest,
  words: ConfirmationOptions,
  use: (compared: Compared) => Promise<T>,
): Promise<T> {
  const snapshot = await readSnapshot(folder);
  try {
    return await withScratchDatabases({ settings, sources, signal }, async (databases) => {
      const given = { snapshot, words, signal };
      const readings = await databases.forEach((dialect) => readOne(databases, dialect, given));
      const ids = readings[0]?.revisions ?? [];
      const replaced = readings[0]?.replaced ?? [];
      const notListed = await assertListed(folder, [...ids, ...replaced], snapshot?.head ?? null);
      const canonical = readings.flatMap(({ beside }) => beside ?? []);
      if (snapshot) {
        const remains = await remainsOf(folder, ids, snapshot.head);
        assertCurrent(snapshot, ids, { folder, canonical, remains });
      }
      const warnings = [...notListed, ...databases.leftBehind.map(leftBehindWords), ...warningsOf(readings)];
      return await use({ snapshot, databases, readings, head: ids.at(-1) ?? null, warnings });
    });
  } catch (error) {
    // An aborted comparison has failed with its own error.
    throw signal?.aborted ? new GenerateAbortedError() : error;
  }
}

async function readOne(
  databases: ScratchDatabases,
  dialect: DialectName,
  given: ReadingInput,
): Promise<DialectReading> {
  let sent: readonly string[] | undefined;
  const run = async (dataSource: DataSource) => {
    sent = await sentBy(dataSource, () => toHead(dataSource, given));
  };
  return databases.lendAtHead(dialect, { more: [], toHead: run }, (dataSource) =>
    // Only statements that are known are not run again.
    readAtHead(dataSource, { ...given, sent: sent ?? statementsIn(dataSource) }),
  );
}

/** The revisions without their names, and what the person has to know of them. */
interface Rendered {
  readonly revisions: readonly RevisionPart[];
  readonly warnings: readonly string[];
}

function render(readings: readonly DialectReading[], confirmed: ConfirmedValues, steps: Steps): Rendered {
  const { plans, warnings } = plansOf(readings, confirmed, steps);
  const planned = readings.map((reading, index) => ({ ...reading, parts: plans[index] ?? [] }));
  const leader = leaderOf(planned);
  const summary = summaryOf(mainChanges(planned), leader?.renames ?? []);
  return { revisions: splitRevisions(planned, summary), warnings };
}

/** A listed revision may be in another folder, and from a clock that is ahead of this one. */
function stampBehind(head: string | null, stamp: number): number {
  return head === null ? stamp : Math.max(stamp, stampOf(head) + GAP_MS);
}

function named(
  { name, stamp }: Pick<GenerateRequest, 'name' | 'stamp'>,
  parts: readonly RevisionPart[],
): readonly GeneratedRevision[] {
  const names = partNames(
    name,
    parts.map(({ suffix }) => suffix),
  );
  return parts.map((part, index) => {
    const own = { name: names[index] ?? name, stamp: stamp + index };
    return { ...own, id: `${own.name}${own.stamp}`, part };
  });
}
