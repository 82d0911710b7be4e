/** Verifies new revisions on scratch databases of all dialects. */

import type { DataSource, MigrationInterface } from 'typeorm';
import { databaseNamed } from '../../databases/registry.js';
import type { ConfirmedValues } from '../../databases/planning.js';
import { VerificationFailedError } from '../../errors/verification.js';
import type { Finding } from '../../lint/finding.js';
import type { ScratchDatabases } from '../../scratch/scratch-databases.js';
import type { ScratchSources } from '../../scratch/scratch-sources.js';
import type { DialectReading } from '../compare/compare-on-scratch.js';
import { toHead } from '../compare/to-head.js';
import type { Snapshot } from '../compare/snapshot.js';
import type { GeneratedRevision } from '../plan/generated-revision.js';
import type { Steps } from '../plan/steps.js';
import { emptyWords, findingWords } from '../warning-words.js';
import { proofOf, revisionClass } from '../write/revision-class.js';
import { revisionFileName } from '../write/write-revisions.js';
import { findingsIn } from './findings.js';
import { isMeasured, type MeasuredChanges } from './measure-changes.js';
import { explainFailure, type FailureInput } from './verification-failure.js';
import { verifyRevisions, type DialectVerification } from './verify-revisions.js';

/** The revisions of both databases, verified. */
interface Verified {
  /** Checksum of the statements that were verified, all revisions together. */
  readonly proof: string;
  readonly schemas: Snapshot['schemas'];
  readonly warnings: readonly string[];
  readonly measured: MeasuredChanges;
}

/** What they are verified with. */
interface VerifiedWith extends Pick<Steps, 'isPhased'> {
  readonly sources: ScratchSources;
  readonly signal?: AbortSignal | undefined;
  readonly confirmed: ConfirmedValues;
  /** Whether a table may be rewritten. */
  readonly allowRewrite: boolean;
  readonly isThorough: boolean;
}

interface Places {
  readonly databases: ScratchDatabases;
  readonly readings: readonly DialectReading[];
}

/**
 * Verifies revisions on the scratch databases of all dialects.
 *
 * @throws VerificationFailedError
 */
export async function verifyAll(
  { databases, readings }: Places,
  revisions: readonly GeneratedRevision[],
  given: VerifiedWith,
): Promise<Verified> {
  const proof = proofOf(revisions.map(({ part }) => part));
  const classes = revisions.map(({ id, part }) => revisionClass(id, part, { proof }));
  const [first] = databases.dialects;
  const findings = first === undefined ? [] : await findingsIn(classes, given.sources, first);
  const found = await databases.forEach(async (dialect) => {
    const reading = readings.find((one) => one.dialect === dialect);
    if (!reading) throw new TypeError(`Nothing was read for ${dialect}.`);
    const own = { classes, readings, findings: dialect === first ? findings : [] };
    return { reading, verification: await verifyOne(databases, reading, { ...given, ...own }) };
  });
  const { confirmed } = given;
  const measured: MeasuredChanges = new Map();
  for (const { reading, verification } of found) {
    given.signal?.throwIfAborted();
    if (verification.broken.length > 0)
      throw notVerified({ reading, revisions, confirmed, ...verification, failed: verification.failed });
    if (verification.measured) measured.set(reading.dialect, verification.measured);
  }
  const schemas = found.map(({ reading, verification }) => [reading.dialect, verification.schema] as const);
  const warnings = found.flatMap(({ verification: { empty, findings: own } }) => [
    ...empty.map(emptyWords),
    ...own.map(findingWords),
  ]);
  return { schemas: Object.fromEntries(schemas), proof, warnings, measured };
}

interface VerifiedOne extends VerifiedWith {
  readonly classes: readonly (new () => MigrationInterface)[];
  readonly readings: readonly DialectReading[];
  readonly findings: readonly Finding[];
}

function verifyOne(
  databases: ScratchDatabases,
  reading: DialectReading,
  { confirmed, allowRewrite, isThorough, isPhased, signal, classes, readings, findings }: VerifiedOne,
): Promise<DialectVerification> {
  const last = reading.revisions.at(-1);
  const run = async (dataSource: DataSource) => {
    if (last !== undefined) await toHead(dataSource, { signal, last });
  };
  return databases.lendAtHead(reading.dialect, { more: classes, toHead: run }, (dataSource) =>
    verifyRevisions(dataSource, reading, {
      ...{ filled: new Set(confirmed.backfills.keys()), usings: confirmed.usings },
      ...{ signal, findings, isThorough },
      isMeasured: isPhased && isMeasured(readings),
      plannedIndexes: allowRewrite ? undefined : reading.planner.builtIndexes(reading, confirmed),
    }),
  );
}

function notVerified(given: FailureInput): VerificationFailedError {
  const { broken, cause } = explainFailure(given);
  const { revisions, reading } = given;
  const tried = revisions.map(({ name, stamp, part }) => ({
    file: revisionFileName(name, stamp),
    description: part.description,
  }));
  return new VerificationFailedError(broken, {
    database: databaseNamed(reading.dialect).title,
    revisions: tried,
    cause,
  });
}
