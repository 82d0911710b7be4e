import { databaseWords } from '../../errors/base.js';
import type { VerificationCause } from '../../errors/verification.js';
import { ExtensionMissingError } from '../../errors/extension.js';
import { RevisionFailedError } from '../../errors/migration.js';
import { StructureNotKeptError } from '../../errors/rebuild.js';
import { printed, type Statement, type UsedColumn } from '../../sql/statement.js';
import { databaseNamed } from '../../databases/registry.js';
import { factsOf, isOfNewTable, isOfPartitioned, type DatabaseRefusal } from './database-refusal.js';
import type { ConfirmedValues } from '../../databases/planning.js';
import type { RevisionPart } from '../plan/revision-part.js';
import { oneLine } from '../../text/one-line.js';
import type { BrokenLaw, FailedStep } from './verification.js';
import type { DialectReading, UndeclaredObject } from '../compare/compare-on-scratch.js';
import { revisionFileName } from '../write/write-revisions.js';
import { violatedExpression, type ViolationInput } from './violating-expression.js';
import { writtenExpressions, type WrittenExpression } from './written-expressions.js';
import { heldBy, pointedAt } from './wrong-expression.js';

/** A revision under verification. */
interface TriedRevision {
  readonly id: string;
  readonly name: string;
  readonly stamp: number;
  readonly part: RevisionPart;
}

/** The facts about revisions that failed verification. */
export interface FailureInput {
  readonly reading: DialectReading;
  readonly revisions: readonly TriedRevision[];
  readonly confirmed: ConfirmedValues;
  readonly broken: readonly BrokenLaw[];
  readonly failed: FailedStep | undefined;
}

/** A refusal of a database, and the purpose of the statement. */
interface Refusal extends DatabaseRefusal {
  readonly file: string;
  readonly reason: string | undefined;
  readonly direction: 'up' | 'down';
  /** The column that the statement fills in batches; undefined for any other statement. */
  readonly filled: UsedColumn | undefined;
}

/** The laws with the failed statement, and the cause, as far as it can be found. */
export function explainFailure(given: FailureInput): {
  readonly broken: readonly BrokenLaw[];
  readonly cause: VerificationCause;
} {
  const refusal = refusalOf(given);
  const broken = refusal ? given.broken.map((law) => retold(law, given, refusal)) : given.broken;
  return { broken: broken.map(inOneLine), cause: causeOf({ ...given, broken }, refusal) };
}

function refusalOf({ failed, revisions, reading }: FailureInput): Refusal | undefined {
  if (!(failed?.error instanceof RevisionFailedError)) return undefined;
  const { revision: id, failure, cause } = failed.error;
  const tried = revisions.find((one) => one.id === id);
  if (!tried) return undefined;
  const { query } = (cause ?? {}) as { readonly query?: unknown };
  const statement = typeof query === 'string' ? query : '';
  const groups = tried.part.groups[reading.dialect][failure.direction];
  const isFailed = (one: Statement) => printed(one) === statement;
  const group = groups.find(({ statements }) => statements.some(isFailed));
  const failing = group?.statements.find(isFailed);
  return {
    file: revisionFileName(tried.name, tried.stamp),
    reason: group?.reason,
    filled: failing?.work?.kind === 'backfill' ? failing.uses?.[0] : undefined,
    statement,
    database: databaseNamed(reading.dialect),
    reader: reading.planner.sql,
    direction: failure.direction,
    error: cause,
  };
}

/** On a scratch database it does not matter that a transaction was rolled back. */
function retold(law: BrokenLaw, { failed }: FailureInput, { file, reason, error }: Refusal): BrokenLaw {
  if (law.law !== failed?.law) return law;
  const [own = '', ...others] = [...law.details].reverse();
  const title = own.slice(0, own.indexOf(':'));
  const at = reason === undefined ? '' : `, at "${reason}"`;
  const words = `${title}: ${failed.what} failed on the scratch database in ${file}${at}: ${factOf(error)}`;
  return { ...law, details: [...others.reverse(), words] };
}

/** The advice of a rebuild is for one who migrates. */
function factOf(error: unknown): string {
  return error instanceof StructureNotKeptError ? error.fact : databaseWords(error);
}

function inOneLine({ law, details }: BrokenLaw): BrokenLaw {
  return { law, details: details.map(oneLine) };
}

function causeOf(given: FailureInput, refusal: Refusal | undefined): VerificationCause {
  const written = refusal
    ? ofFilled(writtenExpressions({ ...given, direction: refusal.direction }), refusal.filled)
    : [];
  const known =
    refusal && (pointedAt(written, refusal) ?? violatedExpression(violationGiven(given, written), refusal));
  if (known) return expressionCause([known]);
  if (refusal && isOfPartitioned(factsOf(refusal), refusal.statement)) return { kind: 'partitioned' };
  if (isMissing(given, refusal)) return { kind: 'missing' };
  if (given.broken.every(({ law }) => law === 'no rewrite by up' || law === 'no scan by up'))
    return { kind: 'rewrite' };
  if (refusal?.error instanceof StructureNotKeptError) return { kind: 'not-kept' };
  const objects = undeclaredIn(given);
  if (objects.length > 0) return { kind: 'undeclared', objects };
  const held = refusal ? heldBy(written, refusal) : [];
  if (held.length > 0) return expressionCause(held);
  return otherCause(given, refusal);
}

/** A backfill computes the value of one column, so the options for others are not in it. */
function ofFilled(
  written: readonly WrittenExpression[],
  filled: UsedColumn | undefined,
): readonly WrittenExpression[] {
  const isOwn = ({ isFromOption, table, column }: WrittenExpression) =>
    isFromOption && table === filled?.table && column === filled.column;
  return written.some(isOwn) ? written.filter((one) => !one.isFromOption || isOwn(one)) : written;
}

function isMissing({ failed }: FailureInput, refusal: Refusal | undefined): boolean {
  if (failed?.error instanceof ExtensionMissingError) return failed.error.refused.reason === 'files';
  return refusal !== undefined && factsOf(refusal).kind === 'missing';
}

function otherCause({ broken }: FailureInput, refusal: Refusal | undefined): VerificationCause {
  if (refusal) return { kind: isOfNewTable(refusal.statement) ? 'declared' : 'fault' };
  const isOnlyBack = broken.every(({ law }) => law === 'same schema after down');
  return { kind: isOnlyBack ? 'not-restored' : 'fault' };
}

function violationGiven(
  { reading, revisions }: FailureInput,
  written: readonly WrittenExpression[],
): ViolationInput {
  const groups = revisions.map(({ part }) => part.groups[reading.dialect]);
  const all = groups.flatMap(({ up, down }) => [...up, ...down]);
  return { written, reading, statements: all.flatMap(({ statements }) => statements.map(({ sql }) => sql)) };
}

/** With several expressions, nothing shows which of them is the cause. */
function expressionCause(written: readonly WrittenExpression[]): VerificationCause {
  const [first, ...others] = written.map(({ sql, of, isFromOption, undeclared }) => ({
    ...{ expression: oneLine(sql), of, isFromOption },
    ...(undeclared === undefined ? {} : { undeclared }),
  }));
  if (!first) return { kind: 'fault' };
  return { kind: 'expression', ...first, ...(others.length === 0 ? {} : { others }) };
}

/** The words of a message, which is no SQL, in lower case; a quoted text is one word, `"a b"`. */
function namesIn(message: string): readonly string[] {
  const found = message.toLowerCase().matchAll(/"((?:[^"]|"")+)"|[\w$\u0080-\uffff]+/g);
  return [...found].map(([word, quoted]) => quoted?.replaceAll('""', '"') ?? word);
}

/** Objects that entities do not declare, and that the message of the database names. */
function undeclaredIn({ broken, reading }: FailureInput): readonly UndeclaredObject[] {
  const lines = broken.flatMap(({ details }) => details);
  const words = new Set(lines.flatMap(namesIn));
  const found = [
    ...reading.undeclared.filter(({ name }) => words.has(name.toLowerCase())),
    ...reading.dependents.filter((one) => reading.planner.isNamedIn(lines.join('\n'), one)),
  ];
  // A rule and a policy are read in both ways.
  return [...new Map(found.map((one) => [`${one.kind} ${one.name}`, one])).values()];
}
