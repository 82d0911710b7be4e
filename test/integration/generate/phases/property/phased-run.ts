import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NO_CONFIRMATIONS } from '../../../../../src/generate/confirm/confirmations.js';
import { SNAPSHOT_FILE, snapshotText } from '../../../../../src/generate/compare/snapshot.js';
import { generate, type Generated } from '../../../../../src/generate/propose.js';
import { postgresServer } from '../../../../support/servers.js';
import { classesOf, dataSourceOn, type Pair, type Revisions } from '../../property/run.js';

/** A first history, and the same change after it in phases and in one step. */
export interface PhasedHistory {
  readonly first: Revisions;
  readonly phased: Generated;
  readonly plain: Generated;
}

const FIRST_STAMP = 1_700_000_000_000;

interface PhasedRun extends Omit<Pair, 'server' | 'byHand'> {
  /** In phases. A rewrite that is allowed takes the place of a second column. */
  readonly allowRewrite: boolean;
}

/** Generates both. @throws ConfirmationRequiredError @throws PhasesRefusedError */
export async function generatePhased({
  before,
  after,
  words,
  dialects,
  allowRewrite,
}: PhasedRun): Promise<PhasedHistory> {
  const folder = await mkdtemp(join(tmpdir(), 'orchestrator-db-phased-'));
  const common = { settings: { scratch: postgresServer() }, folder };
  const sources = (entities: Pair['before'], history: Revisions) =>
    Object.fromEntries(
      dialects.map((dialect) => [
        dialect,
        (target: Parameters<typeof dataSourceOn>[0], more: Revisions) =>
          dataSourceOn(target, entities, [...history, ...more]),
      ]),
    );
  try {
    const initial = await generate({
      ...common,
      sources: sources(before, []),
      name: 'First',
      stamp: FIRST_STAMP,
      words: NO_CONFIRMATIONS,
      steps: { phases: true },
    });
    await writeFile(join(folder, SNAPSHOT_FILE), snapshotText(initial.snapshot));
    const first = classesOf(initial);
    const next = { ...common, sources: sources(after, first), stamp: FIRST_STAMP + 1000 };
    const inPhases = { ...words, allowRewrite };
    const phased = await generate({ ...next, words: inPhases, name: 'Next', steps: {} });
    const plain = await generate({ ...next, words, name: 'Plain', steps: { oneStep: true } });
    return { first, phased, plain };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
