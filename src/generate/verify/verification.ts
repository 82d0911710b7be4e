/** The laws that new revisions keep: up, down, up again, no row lost, no drift. */

import type { QueryRunner } from 'typeorm';
import { databaseWords } from '../../errors/base.js';
import type { SchemaModel } from '../../schema/model.js';
import {
  advanceCounters,
  compareCounters,
  countersAfter,
  keptCounters,
  readCounters,
  type CounterChanges,
  type Counters,
} from './counters.js';
import { rewrittenTables } from './reload-files.js';
import { fillTables, type EmptyTable, type FillOptions } from './fixtures/fill-tables.js';
import { compareAfterDown, compareCatalogs, readRawCatalog } from './raw-catalog.js';
import type { StoredRelation, TableColumns } from '../../databases/fixture-syntax.js';
import { databaseOf } from '../../databases/registry.js';
import { TypeormSession } from '../../databases/typeorm-session.js';
import { compareRows, readRows, type TableRows } from './rows.js';

/** The steps of the revisions under verification; none of them in a transaction of the connection that observes. */
export interface VerificationSteps {
  readonly up: () => Promise<void>;
  readonly down: () => Promise<void>;
  /** The differences between the entities and the database, in words; empty where they are in sync. */
  readonly drift: () => Promise<readonly string[]>;
  /** Each reverts the last revisions, fewer than all of them, and runs these again. */
  readonly partial?: readonly PartialStep[];
}

interface PartialStep {
  readonly what: string;
  readonly step: () => Promise<void>;
}

/** The laws that every revision keeps. */
type Law =
  | 'up succeeds'
  | 'in-sync after up'
  | 'down succeeds'
  | 'same schema after down'
  | 'no row lost by up'
  | 'no rewrite by up'
  | 'no scan by up'
  | 'no row lost by down'
  | 'up again after down'
  | 'up again after a partial down';

/** A law that does not hold, and the evidence; each line names the database. */
export interface BrokenLaw {
  readonly law: Law;
  readonly details: readonly string[];
}

/** The outcome of a verification. */
export interface Verification {
  /** Empty when the revisions are verified. */
  readonly broken: readonly BrokenLaw[];
  /** Tables without a row: the verification does not cover their rows. */
  readonly empty: readonly EmptyTable[];
  /** The step that failed, where one did. */
  readonly failed?: FailedStep;
}

/** A step that failed; the last line of its law describes it. */
export interface FailedStep {
  readonly law: Law;
  /** `up`, `down`, `the second up`, or the words of a partial step. */
  readonly what: string;
  readonly error: unknown;
}

/** A table at head, and the columns of it whose values must stay; without any, the number of rows must. */
export interface PreservedTable extends TableColumns {
  /** The names of the table and its columns after up, in the same order, where they differ. */
  readonly renamed?: TableColumns;
}

/** What is verified, and the requirements for its rows. */
export interface VerificationInput extends Pick<FillOptions, 'hints' | 'keys' | 'exclusions'> {
  /** The live schema at head, with the conditions that rows have to meet later. */
  readonly schema: SchemaModel;
  readonly preserved: {
    /** Through up: neither dropped nor converted by it. */
    readonly up: readonly PreservedTable[];
    /** Through up and down: what up drops, down cannot restore. */
    readonly down: readonly TableColumns[];
  };
  readonly counters?: CounterChanges;
  /** Indexes that up builds on purpose, where nothing else may be rewritten; undefined where anything may. */
  readonly plannedIndexes?: ReadonlySet<string> | undefined;
}

/** The input of a verification. */
interface Trial {
  readonly queryRunner: QueryRunner;
  readonly given: VerificationInput;
  readonly steps: VerificationSteps;
}

/** What up has to keep. */
interface Preserved {
  readonly up: readonly TableRows[];
  readonly counters: Counters;
}

/** Everything that may be lost. */
interface Snapshot extends Preserved {
  readonly catalog: readonly string[];
  readonly files: readonly StoredRelation[];
  readonly down: readonly TableRows[];
}

/** A law, and the violations of it; none where it holds. */
type Finding = readonly [law: Law, found: readonly string[]];

/**
 * Verifies revisions on a scratch database at head: fills its tables, runs up, down, and up again, and checks after
 * each whether the laws hold. A step that fails breaks its law, and ends the verification.
 *
 * @param queryRunner of the scratch database, in no transaction
 */
export async function verify(
  queryRunner: QueryRunner,
  given: VerificationInput,
  steps: VerificationSteps,
): Promise<Verification> {
  const { empty } = await fillTables(queryRunner, given.schema, given);
  await advanceCounters(queryRunner);
  const { findings, failed } = await findingsOf({ queryRunner, given, steps });
  const { title } = databaseOf(queryRunner.connection);
  return { broken: brokenLaws(findings, title), empty, ...(failed ? { failed } : {}) };
}

/** Ends at a step that fails; after any other violation the next step is tried. */
async function findingsOf(trial: Trial): Promise<Findings> {
  const before = await snapshot(trial);
  const findings: Finding[] = [];
  for (const stage of stagesOf(trial, before)) {
    const failure = await failureOf(stage.step);
    if (failure) {
      const { law, what } = stage;
      findings.push([law, [`${what} failed: ${firstLine(failure.error)}`]]);
      return { findings, failed: { law, what, error: failure.error } };
    }
    for (const [law, look] of stage.looks) findings.push([law, await found(look)]);
  }
  return { findings };
}

interface Findings {
  readonly findings: readonly Finding[];
  readonly failed?: FailedStep;
}

/** A step, the law that it breaks when it fails, and the checks after it. */
interface Stage {
  readonly what: string;
  readonly law: Law;
  readonly step: () => Promise<void>;
  readonly looks: readonly (readonly [law: Law, look: Look])[];
}

type Look = () => Promise<readonly string[]>;

/** The second up has to keep what the first one has kept; losses of the first one are already reported. */
function stagesOf(trial: Trial, before: Snapshot): readonly Stage[] {
  const { up, down, drift } = trial.steps;
  const again: Law = 'up again after down';
  let first: Preserved = before;
  return [
    {
      what: 'up',
      law: 'up succeeds',
      step: up,
      looks: [
        ['in-sync after up', drift],
        [
          'no row lost by up',
          async () => {
            first = await preservedByUp(trial);
            return lost({ ...before, counters: countersAfter(before.counters, trial.given.counters) }, first);
          },
        ],
        ['no rewrite by up', () => unplanned(trial, before)],
      ],
    },
    {
      what: 'down',
      law: 'down succeeds',
      step: down,
      looks: [
        ['same schema after down', () => changedSchema(trial, before)],
        ['no row lost by down', () => lostByDown(trial, before)],
      ],
    },
    {
      what: 'the second up',
      law: again,
      step: up,
      looks: [
        [again, drift],
        [again, async () => lost(first, await preservedByUp(trial))],
      ],
    },
    ...partialStages(trial, async () => lost(first, await preservedByUp(trial))),
  ];
}

/** Whoever reverts one revision of several goes on from there. */
function partialStages({ queryRunner, steps }: Trial, lostRows: Look): readonly Stage[] {
  const law: Law = 'up again after a partial down';
  let head: readonly string[] | undefined;
  const other: Look = async () => compareCatalogs(head ?? [], await readRawCatalog(queryRunner));
  return (steps.partial ?? []).map(({ what, step }) => ({
    ...{ what, law },
    step: async () => {
      head ??= await readRawCatalog(queryRunner);
      await step();
    },
    looks: [
      [law, other],
      [law, lostRows],
    ],
  }));
}

async function preservedByUp({ queryRunner, given }: Trial): Promise<Preserved> {
  const tables = given.preserved.up.map((table) => table.renamed ?? table);
  return { up: await readRows(queryRunner, tables), counters: await readCounters(queryRunner) };
}

function lost(before: Preserved, after: Preserved): readonly string[] {
  return [...compareRows(before.up, after.up), ...compareCounters(before.counters, after.counters, false)];
}

async function unplanned({ queryRunner, given }: Trial, before: Snapshot): Promise<readonly string[]> {
  const { plannedIndexes } = given;
  return plannedIndexes
    ? rewrittenTables(
        before.files,
        await databaseOf(queryRunner.connection).fixtures.readFiles(new TypeormSession(queryRunner)),
        plannedIndexes,
      )
    : [];
}

async function changedSchema({ queryRunner }: Trial, before: Snapshot): Promise<readonly string[]> {
  return compareAfterDown(before.catalog, await readRawCatalog(queryRunner));
}

async function lostByDown({ queryRunner, given }: Trial, before: Snapshot): Promise<readonly string[]> {
  const rows = compareRows(before.down, await readRows(queryRunner, given.preserved.down));
  return [...rows, ...compareCounters(before.counters, await readCounters(queryRunner), true)];
}

async function snapshot({ queryRunner, given }: Trial): Promise<Snapshot> {
  return {
    catalog: await readRawCatalog(queryRunner),
    files: await databaseOf(queryRunner.connection).fixtures.readFiles(new TypeormSession(queryRunner)),
    up: await readRows(queryRunner, given.preserved.up),
    down: await readRows(queryRunner, given.preserved.down),
    counters: keptCounters(await readCounters(queryRunner), given.counters),
  };
}

async function failureOf(step: () => Promise<void>): Promise<{ readonly error: unknown } | undefined> {
  try {
    await step();
    return undefined;
  } catch (error) {
    return { error };
  }
}

/** What cannot be read, because a table or a column is missing, is a violation as well. */
async function found(look: Look): Promise<readonly string[]> {
  try {
    return await look();
  } catch (error) {
    return [firstLine(error)];
  }
}

function firstLine(error: unknown): string {
  return databaseWords(error).split('\n')[0] ?? '';
}

/** A law that was checked twice is reported once. */
function brokenLaws(findings: readonly Finding[], shown: string): readonly BrokenLaw[] {
  const laws = [...new Set(findings.map(([law]) => law))];
  return laws.flatMap((law) => {
    const details = findings.flatMap(([one, words]) => (one === law ? words : []));
    return details.length === 0 ? [] : [{ law, details: details.map((words) => `${shown}: ${words}`) }];
  });
}
