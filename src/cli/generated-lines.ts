import type { GeneratedRevision } from '../generate/propose.js';
import { databaseNamed, type DialectName } from '../databases/registry.js';
import type { DialectGroups } from '../databases/planning.js';
import { NEXT_LINE, printed } from '../sql/statement.js';
import { shownLines } from '../sql/text.js';

/** Statements as text for people, with what each is for; a dialect that nothing is generated for is not spoken of. */
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

/** What is missing, a line each; what is one dialect's alone says so. */
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
