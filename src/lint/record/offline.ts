import { NotOffline } from '../../databases/inlining.js';
import type { Direction } from '../../databases/direction.js';
import { messageOf } from '../../errors/base.js';
import { recordWith, type Recorded } from '../../migrator/offline-body.js';
import type { KnownRevision } from '../../migrator/revision.js';
import { shortLine } from '../../text/one-line.js';
import { unknown, type Recording } from './recording.js';
import { watchedAnswer } from './watched-answer.js';

/** How much of a statement or an error a reason shows, in characters. */
export const SHOWN = 80;

/**
 * What a class sends one way, without a database: a query has no answer, and a class that looks at one ends there. The
 * statements before that are certain.
 */
export async function recordOffline(
  of: Recorded,
  { migration }: KnownRevision,
  direction: Direction,
): Promise<Recording> {
  // TypeORM's interface demands it, what was compiled without looking may lack it.
  if (typeof migration[direction] !== 'function') return missing(direction);
  const statements: string[] = [];
  let asked: string | undefined;
  const answer = (sql: string) => () => {
    asked ??= sql;
    throw new NotOffline(readingWords(sql));
  };
  const recorder = {
    keep: (sql: string) => statements.push(sql),
    read: (sql: string) => {
      statements.push(sql);
      return Promise.resolve(watchedAnswer([], answer(sql)));
    },
  };
  try {
    await recordWith(of, recorder, (runner) => migration[direction](runner));
  } catch (error) {
    if (asked === undefined) return failedOffline(statements, direction, error);
  }
  if (asked === undefined) return { statements, gap: null };
  return { statements: before(statements, asked), gap: { kind: 'unknown', reason: readingWords(asked) } };
}

/** How many statements of a class that fails are of use. */
const MOST_KEPT = 1000;

/** The reason of a class that asks the database something. */
function readingWords(sql: string): string {
  return `it reads the database: ${shortLine(sql, SHOWN)}`;
}

function missing(direction: Direction): Recording {
  return direction === 'up'
    ? unknown('it has no up')
    : { statements: [], gap: { kind: 'refused', reason: 'it has no down' } };
}

/** A class may catch what ends it at the question, and go on. */
function before(statements: readonly string[], asked: string): readonly string[] {
  return statements.slice(0, statements.indexOf(asked));
}

function failedOffline(statements: readonly string[], direction: Direction, error: unknown): Recording {
  const words = shortLine(messageOf(error), SHOWN).replace(/\.$/, '');
  if (direction === 'down' && statements.length === 0 && isThrownByHand(error))
    return { statements, gap: { kind: 'refused', reason: `its down throws: ${words}` } };
  const reason = error instanceof NotOffline ? words : `it fails without a connection: ${words}`;
  // One that waits in a loop has sent the same again and again.
  return statements.length > MOST_KEPT ? unknown(reason) : { statements, gap: { kind: 'unknown', reason } };
}

/** Errors of JavaScript and TypeORM show that something is missing here; others are meant. */
function isThrownByHand(error: unknown): boolean {
  const isOfLanguage = error instanceof TypeError || error instanceof ReferenceError;
  return error instanceof Error && !isOfLanguage && !(error instanceof NotOffline) && !isOfTypeorm(error);
}

/** By its constructors' names, since there may be another copy of it. */
function isOfTypeorm(error: object): boolean {
  for (let at: object | null = error; at !== null; at = Object.getPrototypeOf(at) as object | null)
    if (at.constructor.name === 'TypeORMError') return true;
  return false;
}
