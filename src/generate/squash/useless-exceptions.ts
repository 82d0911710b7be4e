/** Exceptions that nothing needs in the one revision: it also creates the table of the statement, for example. */

import type { Direction } from '../../databases/direction.js';
import type { DialectName } from '../../databases/registry.js';
import { uselessWords } from '../../lint/run-rules.js';
import { withoutLintExceptions } from '../../migrator/lint-exception.js';
import type { DialectStatements } from '../../migrator/revision.js';
import type { RevisionTexts } from './part.js';

/** What lint reports of an exception, and the statement that has it. */
interface Useless {
  readonly finding: {
    readonly dialect: DialectName;
    readonly direction: Direction;
    readonly message: string;
  };
  readonly origin: { readonly id: string; readonly statement: number };
}

/** The statements of several revisions without these exceptions. */
export function withoutUseless(
  texts: ReadonlyMap<string, RevisionTexts>,
  useless: readonly Useless[],
): ReadonlyMap<string, RevisionTexts> {
  const wordsAt = new Map<string, string[]>();
  for (const { finding, origin } of useless) {
    const key = keyOf(origin.id, finding.dialect, finding.direction, origin.statement);
    wordsAt.set(key, [...(wordsAt.get(key) ?? []), finding.message]);
  }
  const cleaned = (id: string, dialect: string, { up, down }: DialectStatements): DialectStatements => {
    const list = (statements: readonly string[], direction: Direction) =>
      statements.map((sql, index) => {
        const words = wordsAt.get(keyOf(id, dialect, direction, index + 1)) ?? [];
        return withoutLintExceptions(sql, ({ rule }) => words.includes(uselessWords(rule)));
      });
    return { up: list(up, 'up'), down: list(down, 'down') };
  };
  return new Map(
    [...texts].map(([id, lists]) => [
      id,
      Object.fromEntries(Object.entries(lists).map(([dialect, of]) => [dialect, cleaned(id, dialect, of)])),
    ]),
  );
}

function keyOf(...place: readonly (string | number)[]): string {
  return JSON.stringify(place);
}
