import type { ConstraintFact } from '../sql/action.js';
import { quote } from '../sql/names.js';

/** What stands between statements that must not share a transaction. */
export const NEXT_REVISION = '-- in the next revision:';

/** What stands above a statement that cannot run inside a transaction. */
export const ALONE = '-- alone in a revision with transaction = false:';

/** Statements as one text. */
export function script(...lines: readonly string[]): string {
  return lines.map((line) => (line.startsWith('--') ? line : `${line};`)).join('\n');
}

/** A constraint that holds for new rows at once and is checked on the others later. */
export function notValidThenValidate(table: string, constraint: ConstraintFact): string {
  return script(
    `ALTER TABLE ${quote(table)} ADD ${namedText(constraint)} NOT VALID`,
    NEXT_REVISION,
    `ALTER TABLE ${quote(table)} VALIDATE CONSTRAINT ${quote(constraint.name)}`,
  );
}

/** The constraint as it is written, with a name in any case. */
export function namedText({ name, text }: ConstraintFact): string {
  return /^CONSTRAINT\b/i.test(text) ? text : `CONSTRAINT ${quote(name)} ${text}`;
}

/** A statement that is right as it is once something has been made sure of. */
export function withException(rule: string, reason: string, statement: string): string {
  return `-- lint-allow ${rule}: ${reason}\n${statement};`;
}
