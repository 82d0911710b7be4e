/** The steps of a plan with what they run. */

import { databaseOf, type DialectName } from '../databases/registry.js';
import type { Session } from '../databases/session.js';
import { TypeormSession } from '../databases/typeorm-session.js';
import type { PlannedStep } from './plan.js';
import { preparation } from './preparation.js';
import { proofIn } from './proof-checksum.js';
import { statementsOf, type KnownRevision } from './revision.js';
import type { Step } from './run-session.js';
import type { Project } from './state.js';

/** A record of a revision that the code does not have can be taken away, without running anything. */
export function resolveSteps({ revisions, facts }: Project, steps: readonly PlannedStep[]): readonly Step[] {
  const known = new Map(revisions.map((revision) => [revision.id, revision]));
  const checksums = new Map(facts.map((fact) => [fact.id, fact.checksums]));
  const following = followersOf(revisions);
  return steps.map(({ revision: id, ...step }) => ({
    revision: known.get(id) ?? unknownRevision(id),
    checksums: checksums.get(id) ?? null,
    followsContract: following.has(id),
    ...step,
  }));
}

/** The contract revisions that have one of their own group right before them. */
function followersOf(revisions: readonly KnownRevision[]): ReadonlySet<string> {
  const sorted = [...revisions].sort((a, b) => a.stamp - b.stamp);
  const following = sorted.filter((one, index) => {
    const before = sorted[index - 1];
    if (before?.phase !== 'contract' || one.phase !== 'contract') return false;
    const proof = proofIn(one.migration);
    return proof !== '' && proof === proofIn(before.migration);
  });
  return new Set(following.map(({ id }) => id));
}

/**
 * With what TypeORM would do before its first migration. A bare driver runs lists of statements only, which rely on
 * nothing.
 */
export async function preparedSteps(session: Session, steps: readonly Step[]): Promise<readonly Step[]> {
  if (!(session instanceof TypeormSession)) return steps;
  const { connection: dataSource } = session.queryRunner;
  const database = databaseOf(dataSource);
  const first = steps.find((step) => isOfTypeorm(step, database.name));
  if (!first) return steps;
  const statements = await preparation({ dataSource, database });
  return steps.map((step) => (step === first ? { ...step, preparation: statements } : step));
}

function isOfTypeorm({ kind, direction, revision }: Step, dialect: DialectName): boolean {
  return kind === 'run' && direction === 'up' && statementsOf(revision, dialect, direction) === undefined;
}

function unknownRevision(id: string): KnownRevision {
  const migration = { up: noBody, down: noBody };
  return { id, stamp: 0, description: '', phase: 'expand', changes: {}, migration };
}

function noBody(): Promise<void> {
  return Promise.resolve();
}
