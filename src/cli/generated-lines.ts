import type { GeneratedRevision } from '../generate/plan/generated-revision.js';
import { databaseNamed, type DialectName } from '../databases/registry.js';
import type { DialectGroups } from '../databases/planning.js';
import { NEXT_LINE, printed } from '../sql/statement.js';
import { shownLines } from '../sql/text.js';

/** Statements as text for people, each with its purpose; dialects without generated statements are left out. */
export function sqlLines(
  revisions: readonly GeneratedRevision[],
  dialects: readonly DialectName[],
): readonly string[] {
  return revisions.flatMap(({ id, part }, index) => [
    ...(index === 0 ? [] : ['']),
    `-- ${id}: ${part.description}${part.transaction ? '' : ' Runs outside a transaction.'}`,
    ...dialects.flatMap((dialect) => dialectLines(dialect, part.groups[dialect])),
  ]);
}

function dialectLines(dialect: DialectName, groups: DialectGroups): readonly string[] {
  return (['up', 'down'] as const).flatMap((direction) => [
    `-- ${databaseNamed(dialect).title}, ${direction}${groups[direction].length === 0 ? ': nothing to do' : ''}`,
    ...groups[direction].flatMap(({ reason, statements }) => [
      `-- ${reason}`,
      ...statements.flatMap((one) => shownLines(`${printed(one).replaceAll(NEXT_LINE, '\n')};`, dialect)),
    ]),
  ]);
}

/** The missing changes, one line each; a change of one dialect alone names that dialect. */
export function missingLines(
  changes: Readonly<Partial<Record<DialectName, readonly string[]>>>,
): readonly string[] {
  const lists = Object.entries(changes) as readonly (readonly [DialectName, readonly string[]])[];
  const words = [...new Set(lists.flatMap(([, list]) => list))];
  return words.map((one) => {
    const [[only, ...others], all] = [lists.filter(([, list]) => list.includes(one)), lists.length];
    const where = only && others.length === 0 && all > 1 ? ` (${databaseNamed(only[0]).title})` : '';
    return `  ${one}${where}`;
  });
}
