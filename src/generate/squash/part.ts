/** The statements of several revisions as those of one. */

import type { DataSource } from 'typeorm';
import type { DialectGroups, StatementGroup } from '../../databases/planning.js';
import { byDialect, databaseOf, DATABASES, type DialectName } from '../../databases/registry.js';
import { NotOffline } from '../../databases/inlining.js';
import type { Direction } from '../../databases/direction.js';
import { messageOf } from '../../errors/base.js';
import type { SquashProblem } from '../../errors/replaced.js';
import { recordBody, type Recorded } from '../../migrator/offline-body.js';
import { preparation } from '../../migrator/preparation.js';
import {
  isWritten,
  runsOutside,
  statementsOf,
  type DialectStatements,
  type KnownRevision,
} from '../../migrator/revision.js';
import { questionIn } from '../../sql/question.js';
import { dollarQuote } from '../../sql/quote.js';
import { allowing, NEXT_LINE, statement } from '../../sql/statement.js';
import type { RuleId } from '../../lint/rule-id.js';
import { proofIn } from '../../migrator/proof-checksum.js';
import { oneLine, shortLine } from '../../text/one-line.js';
import type { RevisionPart } from '../plan/revision-part.js';

/** The statements of a revision, by dialect; none for a dialect that a class written by hand is not for. */
export type RevisionTexts = Readonly<Partial<Record<DialectName, DialectStatements>>>;

/** A statement of the one revision, by its place. */
interface StatementPlace {
  readonly dialect: DialectName;
  readonly direction: Direction;
  /** Counted from 1. */
  readonly statement: number;
}

/** A rule that a statement breaks because it is in one transaction with the others now. */
export interface Allowed extends StatementPlace {
  readonly rule: RuleId;
  /** Why that is accepted. */
  readonly reason: string;
}

/** Lists the statements of a revision; those of a class written by hand are recorded. */
export async function textsOf(
  dataSource: DataSource,
  revision: KnownRevision,
): Promise<DialectStatements | SquashProblem> {
  const database = databaseOf(dataSource);
  const texts = async (direction: Direction) =>
    statementsOf(revision, database.name, direction) ??
    withRecords(
      { dataSource, database },
      direction,
      await recordBody({ dataSource, database }, revision, direction),
    );
  try {
    return inTransaction(revision, database.name, { up: await texts('up'), down: await texts('down') });
  } catch (error) {
    const why =
      error instanceof NotOffline ? error.message : `it fails without a connection (${messageOf(error)})`;
    return {
      revision: revision.id,
      ...(proofIn(revision.migration) === ''
        ? {
            problem: `it is written by hand, and its statements cannot be recorded: ${wordsOf(why)}`,
            isByHand: true,
          }
        : { problem: `it was generated with statements that depend on the rows: ${wordsOf(why)}` }),
    };
  }
}

function wordsOf(why: string): string {
  return `${why.replace(/\.$/, '')}.`;
}

/** TypeORM creates its table for texts of views before it runs a class; a list of statements has to do that itself. */
async function withRecords(
  of: Recorded,
  direction: Direction,
  statements: readonly string[],
): Promise<readonly string[]> {
  const isUsed = statements.some((sql) => sql.includes(of.dataSource.metadataTableName));
  return direction === 'up' && isUsed ? [...(await preparation(of)), ...statements] : statements;
}

/** Comments, then an index that is built or dropped while others write. */
const CONCURRENTLY =
  /^((?:\s*--[^\n]*\n)*\s*(?:CREATE\s+(?:UNIQUE\s+)?INDEX|DROP\s+INDEX))\s+CONCURRENTLY\b/i;

/** In a transaction, an index is built without CONCURRENTLY. Any other statement has to stay alone. */
function inTransaction(
  revision: KnownRevision,
  dialect: DialectName,
  { up, down }: DialectStatements,
): DialectStatements | SquashProblem {
  const isOutside = (direction: Direction) => runsOutside(revision, dialect, direction);
  const outside = [...(isOutside('up') ? up : []), ...(isOutside('down') ? down : [])];
  const alone = outside.find((sql) => !CONCURRENTLY.test(sql) && questionIn(sql) === undefined);
  if (alone !== undefined)
    return {
      revision: revision.id,
      problem: `it runs outside a transaction (${shortLine(alone, 80)}), and the others run inside one.`,
    };
  const within = (sql: string) => (outside.includes(sql) ? joining(sql) : sql);
  return { up: up.map(within), down: down.map(within) };
}

/** A query whose answers are statements becomes a block that runs them. */
function joining(sql: string): string {
  const asked = questionIn(sql);
  if (asked === undefined) return sql.replace(CONCURRENTLY, '$1');
  const body = [
    'DECLARE answer pg_catalog.text;',
    `BEGIN FOR answer IN ${asked}`,
    `  LOOP EXECUTE pg_catalog.regexp_replace(answer, '^((CREATE (UNIQUE )?|DROP )INDEX) CONCURRENTLY', '\\1'); END LOOP; END`,
  ].join(NEXT_LINE);
  const tag = dollarQuote('each', body);
  return `DO ${tag} ${body} ${tag}`;
}

/** The lists of a class as it is. */
export function listsIn(revision: KnownRevision): RevisionTexts {
  const entries = DATABASES.flatMap(({ name }) => {
    if (!isWritten(revision, name)) return [];
    const [up, down] = (['up', 'down'] as const).map((way) => statementsOf(revision, name, way));
    const texts = up && down && inTransaction(revision, name, { up, down });
    return texts && !isProblem(texts) ? [[name, texts] as const] : [];
  });
  return Object.fromEntries(entries);
}

/** Whether the statements could not be listed. */
export function isProblem(texts: DialectStatements | SquashProblem): texts is SquashProblem {
  return 'problem' in texts;
}

/** One revision, with the statements of all, each group below the name of its own. */
export function squashedPart(
  revisions: readonly KnownRevision[],
  texts: ReadonlyMap<string, RevisionTexts>,
  allowed: readonly Allowed[] = [],
): Omit<RevisionPart, 'suffix'> {
  const [first, last] = [revisions[0]?.id ?? '', revisions.at(-1)?.id ?? ''];
  const groups = (dialect: DialectName, direction: Direction): readonly StatementGroup[] => {
    let number = 0;
    return inOrder(revisions, direction).flatMap(({ id, description }) => {
      const statements = (texts.get(id)?.[dialect]?.[direction] ?? []).map((sql) => {
        number += 1;
        const place = { dialect, direction, statement: number };
        return exceptionsAt(allowed, place).reduceRight(
          (of, { rule, reason }) => allowing(rule, reason, of),
          statement(sql),
        );
      });
      const reason = oneLine(description === '' ? id : `${id}: ${description}`);
      return statements.length === 0 ? [] : [{ reason, statements }];
    });
  };
  return {
    description: `Replaces ${revisions.length} revisions, ${first} to ${last}.`,
    transaction: true,
    groups: byDialect(({ name }): DialectGroups => ({ up: groups(name, 'up'), down: groups(name, 'down') })),
  };
}

/** The revision that a statement of the one comes from. */
export function originOf(
  revisions: readonly KnownRevision[],
  texts: ReadonlyMap<string, RevisionTexts>,
  { dialect, direction, statement: number }: StatementPlace,
): { readonly id: string; readonly statement: number } {
  let left = number;
  for (const { id } of inOrder(revisions, direction)) {
    const count = texts.get(id)?.[dialect]?.[direction].length ?? 0;
    if (left <= count) return { id, statement: left };
    left -= count;
  }
  return { id: revisions.at(-1)?.id ?? '', statement: left };
}

function inOrder(revisions: readonly KnownRevision[], direction: Direction): readonly KnownRevision[] {
  return direction === 'up' ? revisions : [...revisions].reverse();
}

function exceptionsAt(allowed: readonly Allowed[], place: StatementPlace): readonly Allowed[] {
  return allowed.filter(
    ({ dialect, direction, statement: number }) =>
      dialect === place.dialect && direction === place.direction && number === place.statement,
  );
}
