import type { GeneratedRevision } from '../generate/generate.js';
import type { DialectGroups } from '../generate/move.js';

/** Statements as text for people, with what each is for. */
export function sqlLines(revisions: readonly GeneratedRevision[]): readonly string[] {
  return revisions.flatMap(({ id, part }) => [
    `-- ${id}: ${part.description}${part.transaction ? '' : ' Not in a transaction.'}`,
    ...dialectLines('PostgreSQL', part.groups.postgres),
    ...dialectLines('SQLite', part.groups.sqlite),
    '',
  ]);
}

function dialectLines(name: string, groups: DialectGroups): readonly string[] {
  return (['up', 'down'] as const).flatMap((direction) => [
    `-- ${name}, ${direction}${groups[direction].length === 0 ? ': nothing to do' : ''}`,
    ...groups[direction].flatMap(({ reason, statements }) => [
      `-- ${reason}`,
      ...statements.map((sql) => `${sql};`),
    ]),
  ]);
}
