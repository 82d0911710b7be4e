/** Reads loaded revisions into groups of statements, with their exceptions and whether they are verified. */

import { byDialect, databaseNamed, DATABASES, type DialectName } from '../databases/registry.js';
import { lintExceptions, type LintException } from '../migrator/lint-exception.js';
import { proofChecksum, proofIn, type VerifiedStatements } from '../migrator/proof-checksum.js';
import type { Direction } from '../databases/direction.js';
import { runsOutside, statementsOf, type KnownRevision } from '../migrator/revision.js';
import type { Parser } from '../databases/postgres/parse/parser.js';
import { classExceptions, type ClassExceptions } from './class-exceptions.js';
import type { ClassRecordings, Gap } from './record/recording.js';
import { readSql } from './sql/read-sql.js';
import type { StatementFacts } from './sql/read-statement.js';

/** A statement of a revision, read. */
export interface LintStatement {
  readonly revision: string;
  readonly dialect: DialectName;
  readonly direction: Direction;
  /** Counted from 1. */
  readonly number: number;
  /** How many statements the list has. */
  readonly of: number;
  readonly sql: string;
  /** Whether it is run inside a transaction. */
  readonly transactional: boolean;
  readonly facts: StatementFacts;
  readonly exceptions: readonly LintException[];
}

/** A way of a class whose statements are not, or not all, known. */
interface LintGap {
  readonly dialect: DialectName;
  readonly direction: Direction;
  /** `elsewhere`: the class was recorded for the database of its DataSource, and not for this one. */
  readonly kind: Gap['kind'] | 'elsewhere';
  readonly reason: string;
}

/** The statements of a revision, by dialect and direction, as far as they are known. */
export interface LintRevision {
  readonly id: string;
  readonly stamp: number;
  /** Whether it runs in a transaction. */
  readonly transaction: boolean;
  /** What the generator noted when it verified the group; empty where it did not. */
  readonly proof: string;
  readonly statements: Readonly<Record<DialectName, Readonly<Record<Direction, readonly LintStatement[]>>>>;
  /** None for a revision with lists. */
  readonly gaps: readonly LintGap[];
  readonly exceptions: ClassExceptions;
}

/** Revisions that belong together: their stamps follow each other by exactly one millisecond. */
export type LintGroup = readonly LintRevision[];

/**
 * Reads every statement of a revision, when it is asked for; those of a class written by hand are its recordings. The way
 * down of what is not linted is never read.
 */
export function readRevision(
  revision: KnownRevision,
  parser: Parser,
  recordings: ClassRecordings | undefined,
): LintRevision {
  const gaps: LintGap[] = [];
  const read = (dialect: DialectName, direction: Direction) => {
    const { statements, gap } = textsOf(revision, { dialect, direction }, recordings);
    if (gap) gaps.push({ dialect, direction, ...gap });
    const transactional = !runsOutside(revision, dialect, direction);
    const { language } = databaseNamed(dialect);
    return statements.map((sql, index) => {
      const facts = once(() => readSql(language, parser, sql));
      return {
        ...{ revision: revision.id, dialect, direction, number: index + 1, of: statements.length },
        ...{ sql, transactional, exceptions: lintExceptions(sql) },
        get facts() {
          return facts();
        },
      };
    });
  };
  return {
    id: revision.id,
    stamp: revision.stamp,
    transaction: revision.migration.transaction !== false,
    proof: proofIn(revision.migration),
    statements: byDialect(({ name }) => ({ up: read(name, 'up'), down: read(name, 'down') })),
    gaps,
    exceptions: classExceptions(revision),
  };
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}

interface Texts {
  readonly statements: readonly string[];
  readonly gap: Pick<LintGap, 'kind' | 'reason'> | null;
}

const UNRECORDED: Texts = {
  statements: [],
  gap: {
    kind: 'unknown',
    reason: 'it is written by hand, and only lintDataSource records the statements of such a class',
  },
};

const ELSEWHERE: Texts = { statements: [], gap: { kind: 'elsewhere', reason: '' } };

function textsOf(
  revision: KnownRevision,
  { dialect, direction }: Pick<LintGap, 'dialect' | 'direction'>,
  recordings: ClassRecordings | undefined,
): Texts {
  const statements = statementsOf(revision, dialect, direction);
  if (statements !== undefined) return { statements, gap: null };
  if (recordings === undefined) return UNRECORDED;
  return recordings[dialect]?.[direction] ?? ELSEWHERE;
}

/** Cuts a history into groups. A change of an entity may need several consecutive revisions. */
export function columnGroups(revisions: readonly LintRevision[]): readonly LintGroup[] {
  const groups: LintRevision[][] = [];
  for (const revision of revisions) {
    const last = groups.at(-1);
    if (last && last.at(-1)?.stamp === revision.stamp - 1) last.push(revision);
    else groups.push([revision]);
  }
  return groups;
}

/** The statements of a group in the order in which they run; downwards the newest revision comes first. */
export function statementsIn(
  group: LintGroup,
  dialect: DialectName,
  direction: Direction,
): readonly LintStatement[] {
  const ordered = direction === 'up' ? group : [...group].reverse();
  return ordered.flatMap(({ statements }) => statements[dialect][direction]);
}

/**
 * Whether the generator verified a group just as it is: up and down on databases with rows, for both dialects. What
 * such a group comes to is known, and not to be guessed from its text.
 */
export function isVerified(group: LintGroup): boolean {
  const [first] = group;
  if (!first?.proof || !DATABASES.every(({ name }) => isReadable(group, name))) return false;
  return (
    group.every(({ proof }) => proof === first.proof) &&
    proofChecksum(group.map(verifiedTexts)) === first.proof
  );
}

function verifiedTexts({ transaction, statements }: LintRevision): VerifiedStatements {
  const texts = (dialect: DialectName, direction: Direction) =>
    statements[dialect][direction].map(({ sql }) => sql);
  return { transaction, ...byDialect(({ name }) => ({ up: texts(name, 'up'), down: texts(name, 'down') })) };
}

/** Whether all of a group is known in one dialect: no gap, and no statement that cannot be parsed. */
export function isReadable(group: LintGroup, dialect: DialectName): boolean {
  return (
    group.every(({ gaps }) => gaps.every((gap) => gap.dialect !== dialect)) &&
    (['up', 'down'] as const).every((direction) =>
      statementsIn(group, dialect, direction).every(({ facts }) => facts.problem === null),
    )
  );
}
