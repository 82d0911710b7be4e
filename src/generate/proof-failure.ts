import { databaseWords } from '../errors.js';
import type { ProofCause } from '../errors/generate.js';
import { RevisionFailedError } from '../errors/migration.js';
import { expressionsOf } from '../schema/expressions-of.js';
import { tokenise } from '../sql/tokens.js';
import { enumCheckOf } from './enum-check.js';
import type { RevisionPart, Said } from './move.js';
import { oneLine } from './one-line.js';
import type { BrokenLaw, FailedStep } from './prove/prove.js';
import type { DialectReading, UndeclaredObject } from './read-dialect.js';
import { revisionFileName } from './revision-file.js';

/** A revision that was tried. */
interface TriedRevision {
  readonly id: string;
  readonly name: string;
  readonly stamp: number;
  readonly part: RevisionPart;
}

/** What is known of revisions that were not proved. */
export interface FailureGiven {
  readonly reading: DialectReading;
  readonly revisions: readonly TriedRevision[];
  readonly said: Said;
  readonly broken: readonly BrokenLaw[];
  readonly failed: FailedStep | undefined;
}

/** What a database has refused, and what that statement is for. */
interface Refusal {
  readonly file: string;
  readonly reason: string | undefined;
  readonly statement: string;
  readonly error: unknown;
}

/** The laws with the statement that has failed, and why, as far as that can be found out. */
export function explainFailure(given: FailureGiven): {
  readonly broken: readonly BrokenLaw[];
  readonly cause: ProofCause;
} {
  const refusal = refusalOf(given);
  const broken = refusal ? given.broken.map((law) => retold(law, given, refusal)) : given.broken;
  return { broken: broken.map(inOneLine), cause: causeOf({ ...given, broken }, refusal) };
}

function refusalOf({ failed, revisions, reading }: FailureGiven): Refusal | undefined {
  if (!(failed?.error instanceof RevisionFailedError)) return undefined;
  const { revision: id, failure, cause } = failed.error;
  const tried = revisions.find((one) => one.id === id);
  if (!tried) return undefined;
  const { query } = (cause ?? {}) as { readonly query?: unknown };
  const statement = typeof query === 'string' ? query : '';
  const groups = tried.part.groups[reading.dialect][failure.direction];
  return {
    file: revisionFileName(tried.name, tried.stamp),
    reason: groups.find(({ statements }) => statements.includes(statement))?.reason,
    statement,
    error: cause,
  };
}

/** That a transaction was rolled back concerns nobody on a scratch database. */
function retold(law: BrokenLaw, { failed }: FailureGiven, { file, reason, error }: Refusal): BrokenLaw {
  if (law.law !== failed?.law) return law;
  const [own = '', ...others] = [...law.details].reverse();
  const title = own.slice(0, own.indexOf(':'));
  const at = reason === undefined ? '' : `, at "${reason}"`;
  const words = `${title}: ${failed.what} failed on the scratch database in ${file}${at}: ${databaseWords(error)}`;
  return { ...law, details: [...others.reverse(), words] };
}

function inOneLine({ law, details }: BrokenLaw): BrokenLaw {
  return { law, details: details.map(oneLine) };
}

function causeOf(given: FailureGiven, refusal: Refusal | undefined): ProofCause {
  const expression = refusal && wrongExpression(given, refusal);
  if (expression) return expression;
  const objects = undeclaredIn(given);
  if (objects.length > 0) return { kind: 'undeclared', objects };
  const isOnlyBack = given.broken.every(({ law }) => law === 'same schema after down');
  return !refusal && isOnlyBack ? { kind: 'not-restored' } : { kind: 'fault' };
}

/** An expression that somebody has written, and the statement with it that has failed. */
function wrongExpression(
  { said, reading }: FailureGiven,
  { statement, error }: Refusal,
): ProofCause | undefined {
  const given = [
    ...optionsOf('--backfill', said.backfills),
    ...optionsOf('--using', said.usings),
    ...optionsOf('--using-down', said.usingsDown),
  ];
  const declared = reading.to.tables.flatMap((table) => [
    ...expressionsOf(table)
      .filter(({ sql, owner }) => !isOfEnum(sql, owner))
      .map(({ sql, owner }) => ({ sql, of: `${owner} of ${table.name}`, isSaid: false })),
    ...table.indexes.flatMap(({ name, keys }) =>
      keys.flatMap(({ expression }) =>
        expression === null ? [] : [{ sql: expression, of: `index ${name} of ${table.name}`, isSaid: false }],
      ),
    ),
  ]);
  const found = [...given, ...declared].find(({ sql }) => isBlamed(sql, statement, error));
  return found && { kind: 'expression', expression: oneLine(found.sql), of: found.of, isSaid: found.isSaid };
}

/** Each expression of an option that takes `table.column=expression`. */
function optionsOf(option: string, expressions: ReadonlyMap<string, string>) {
  return [...expressions].map(([column, sql]) => ({ sql, of: `${option} ${column}`, isSaid: true }));
}

/** Values of an enumerated column are no expression of anybody's. */
function isOfEnum(sql: string, owner: string): boolean {
  return (
    owner.startsWith('check') &&
    enumCheckOf({ name: null, expression: { sql, canonical: sql }, validated: true }) !== null
  );
}

/** PostgreSQL says where in the statement, but not in a block; SQLite says a word of it. A value may be at fault too. */
function isBlamed(sql: string, statement: string, error: unknown): boolean {
  const start = sql.trim() === '' ? -1 : statement.indexOf(sql);
  if (start < 0 || isLiteral(sql)) return false;
  const { position, code } = (error ?? {}) as { readonly position?: unknown; readonly code?: unknown };
  const at = Number(position) - 1;
  if (at >= 0) return at >= start && at <= start + sql.length + 1;
  if (typeof code === 'string' && code.startsWith('22')) return true;
  const words = databaseWords(error);
  const named = [...words.matchAll(BLAMED)].flatMap(([, quoted, bare]) => quoted ?? bare ?? []);
  return named.some((word) => sql.includes(word) || /^[),;]/.test(word));
}

/** `column "a" does not exist`, `function nope(integer) does not exist`, `near ")": syntax error`, `no such column: a` */
const BLAMED = /"([^"]+)"|(?:no such (?:column|function): |function )(\w+)/g;

function isLiteral(sql: string): boolean {
  return tokenise(sql, 'postgres').every(({ kind, text }) => kind === 'literal' || /^[()+-]$/.test(text));
}

/** Objects that entities do not declare, and that the database speaks of. */
function undeclaredIn({ broken, reading }: FailureGiven): readonly UndeclaredObject[] {
  const words = new Set(
    broken.flatMap(({ details }) =>
      details.flatMap((line) => tokenise(line, 'postgres').map(({ text }) => text.toLowerCase())),
    ),
  );
  return reading.undeclared.filter(({ name }) => words.has(name.toLowerCase()));
}
