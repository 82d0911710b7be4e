/** Verifies new revisions on a scratch database at head: checks the laws of verification.ts, reads the new head. */

import type { DataSource, QueryRunner } from 'typeorm';
import { databaseNamed, databaseOf } from '../../databases/registry.js';
import { TypeormSession } from '../../databases/typeorm-session.js';
import { repeatedComparison, type Comparison } from '../../drift/compare.js';
import { subjectOf } from '../../drift/entities-subject.js';
import type { Finding } from '../../lint/finding.js';
import { migrateDown, migrateUp } from '../../migrator/migrate.js';
import { orderRevisions } from '../../migrator/revision.js';
import { describeChange } from '../../schema/describe-change.js';
import type { SchemaModel, Uncomparable } from '../../schema/model.js';
import type { SpecialTable } from '../../schema/special-tables.js';
import { withPolicies } from '../../schema/live-partitions.js';
import { withoutParts } from '../../schema/undeclared.js';
import { readSchema } from '../compare/read-schema.js';
import { definedViews } from '../compare/read-views.js';
import { concernedTables } from './concerned-tables.js';
import { convertedColumns } from './converted-columns.js';
import { withParents } from './external-parents.js';
import { exclusionsToFill, keysToFill, schemaToFill } from './fill-schema.js';
import { firstPartitionHints, hintsOf } from './hints.js';
import { measuredUp, type MeasuredRevision } from './measure-changes.js';
import { counterChanges, preservedData } from './preserved-data.js';
import { verify, type BrokenLaw, type Verification, type VerificationSteps } from './verification.js';
import type { DialectReading } from '../compare/compare-on-scratch.js';

/** A verification, the schema at the new head, and the findings of lint in the revisions. */
export interface DialectVerification extends Verification {
  readonly schema: SchemaModel;
  readonly findings: readonly Finding[];
  /** What each revision changes; undefined where that was not measured. */
  readonly measured: readonly MeasuredRevision[] | undefined;
}

/** The options of the verification. */
interface VerificationOptions {
  /** Whether every table has rows, also one that the change cannot reach. */
  readonly isThorough: boolean;
  /** Whether to measure what each revision changes. */
  readonly isMeasured: boolean;
  /** Columns that a backfill fills, by `table.column` in the names of the entities. */
  readonly filled: ReadonlySet<string>;
  /** Expressions that convert values on the way up, by `table.column`. */
  readonly usings: ReadonlyMap<string, string>;
  /** Indexes that the revisions build on purpose; undefined where they may rewrite anything. */
  readonly plannedIndexes: ReadonlySet<string> | undefined;
  /** What lint reports. It reads the SQL of every database, so one of the verifications gets it. */
  readonly findings: readonly Finding[];
  readonly signal?: AbortSignal | undefined;
}

/**
 * Verifies the revisions after those of a reading on a scratch database at head.
 *
 * @param dataSource with all of them
 */
export async function verifyRevisions(
  dataSource: DataSource,
  reading: DialectReading,
  { filled, usings, plannedIndexes, findings, signal, isMeasured, isThorough }: VerificationOptions,
): Promise<DialectVerification> {
  const { head, to, changes, renames, revisions, planner, description, kept, specials, formerViews } =
    reading;
  const fresh = freshIn(dataSource, revisions);
  const options = signal ? { signal } : {};
  const sides = { head: withoutForeign(head, specials), desired: withoutForeign(to, specials) };
  const own = isThorough ? sides : concernedTables({ ...sides, changes, renames });
  const of = { ...(await withParents(dataSource, own)), renames, filled };
  const queryRunner = dataSource.createQueryRunner();
  const steps = runsOf(dataSource, reading, { fresh, options, isMeasured });
  try {
    const compared = repeatedComparison(subjectOf(dataSource), description);
    const texts = await planner.readableTexts(new TypeormSession(queryRunner), convertedColumns(of, usings));
    const verification = await verify(
      queryRunner,
      {
        schema: schemaToFill(of, planner.sql),
        preserved: preservedData(of),
        counters: counterChanges(of),
        hints: new Map([...hintsOf(of), ...texts, ...(await partitionHints(queryRunner, reading))]),
        keys: keysToFill(of),
        exclusions: exclusionsToFill(of, planner.sql),
        plannedIndexes,
      },
      {
        ...steps,
        drift: async () => differences(await compared()),
      },
    );
    const { schema } = await readSchema(dataSource, description, new Set());
    const views = await definedViews(dataSource, planner, {
      declared: description.views,
      former: formerViews,
    });
    const scans = plannedIndexes ? findings.filter(isScan) : [];
    return {
      ...verification,
      measured: steps.measured(),
      broken: [...verification.broken, ...lawOfScans(scans)],
      schema: { ...withPolicies(withoutParts(schema, kept), to), ...(views.length === 0 ? {} : { views }) },
      findings: findings.filter((finding) => !scans.includes(finding)),
    };
  } finally {
    await queryRunner.release();
  }
}

/** Rows in several partitions: a value that no partition takes is refused. */
async function partitionHints(
  queryRunner: QueryRunner,
  reading: DialectReading,
): Promise<readonly (readonly [place: string, texts: readonly string[]])[]> {
  const { fixtures } = databaseOf(queryRunner.connection);
  const found = await fixtures.readBounds(new TypeormSession(queryRunner));
  return [...found.map(({ place, texts }) => [place, texts] as const), ...firstPartitionHints(reading)];
}

interface Running {
  readonly fresh: readonly string[];
  readonly options: { readonly signal?: AbortSignal };
  readonly isMeasured: boolean;
}

/** The runs of the revisions; the first one up also measures what each revision changes. */
function runsOf(dataSource: DataSource, reading: DialectReading, { fresh, options, isMeasured }: Running) {
  let measured: DialectVerification['measured'];
  const target = reading.revisions.at(-1) ?? 'base';
  return {
    up: async () => {
      if (isMeasured && !measured) measured = await measuredUp(dataSource, reading, { ids: fresh, options });
      else await migrateUp(dataSource, options);
    },
    down: () => migrateDown(dataSource, { ...options, target }).then(nothing),
    partial: partialSteps(dataSource, fresh, options),
    measured: () => measured,
  };
}

function nothing(): void {
  // A step has no result.
}

/** The new revisions, in their order. */
function freshIn({ migrations }: DataSource, former: readonly string[]): readonly string[] {
  return orderRevisions(migrations)
    .slice(former.length)
    .map(({ id }) => id);
}

/** Reverts the last one and runs it again, then the last two, and so on; all of them are another step. */
function partialSteps(
  dataSource: DataSource,
  fresh: readonly string[],
  options: { readonly signal?: AbortSignal },
): Required<VerificationSteps>['partial'] {
  return fresh
    .slice(0, -1)
    .reverse()
    .map((target) => ({
      what: `down to ${target} and up`,
      step: async () => {
        await migrateDown(dataSource, { ...options, target });
        await migrateUp(dataSource, options);
      },
    }));
}

/** The rows of a foreign table are on a server that a scratch server cannot reach. */
function withoutForeign(schema: SchemaModel, specials: readonly SpecialTable[]): SchemaModel {
  const foreign = specials.filter(({ kind }) => kind === 'foreign table').map(({ name }) => name);
  return { ...schema, tables: schema.tables.filter(({ name }) => !foreign.includes(name)) };
}

/** The plan knows the parts of a table; a partition may have others of its own, which lint has seen being created. */
function isScan({ rule, direction }: Finding): boolean {
  return rule === 'change-type-rebuild' && direction === 'up';
}

function lawOfScans(scans: readonly Finding[]): readonly BrokenLaw[] {
  const details = scans.map(({ dialect, message }) => `${databaseNamed(dialect).title}: ${message}`);
  return details.length === 0 ? [] : [{ law: 'no scan by up', details }];
}

function differences({ changes, uncomparable, views }: Comparison): readonly string[] {
  return [
    ...[...changes, ...views.changes].map(describeChange),
    ...[...uncomparable, ...views.uncomparable].filter(isOfEntities).map(inWords),
  ];
}

/** Objects that entities cannot declare existed before. */
function isOfEntities({ desired }: Uncomparable): boolean {
  return desired !== null;
}

function inWords({ kind, table, object, reason }: Uncomparable): string {
  return `${kind} ${table}.${object} cannot be compared: ${reason}`;
}
