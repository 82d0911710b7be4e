import { databaseWords, OrchestratorDbError } from './base.js';
import { quoteIdentifier } from '../sql/quote.js';

/** A column, a constraint or a property of a table, as a message names it. */
export interface LostPart {
  readonly kind: string;
  readonly words: string;
  readonly columns: readonly string[];
}

/**
 * A revision rebuilds a table on SQLite. The new table lacks parts of the former one that the revision does not name.
 */
export class StructureNotKeptError extends OrchestratorDbError {
  readonly code = 'STRUCTURE_NOT_KEPT';
  /** In words: `the column "note"`. */
  readonly lost: readonly string[];
  /** The message without advice. */
  readonly fact: string;

  constructor(
    readonly table: string,
    parts: readonly LostPart[],
  ) {
    const lost = [...new Set(parts.map(({ words }) => words))];
    const it = lost.length > 1 ? 'them' : 'it';
    const fact = `the revision rebuilds the table ${quoteIdentifier(table)} and would lose ${lost.join(', ')}.`;
    super(
      `${fact} The revision does not contain ${it}, neither up nor down. ` +
        `To keep ${it}, ${waysToKeep(it, parts)} To lose ${it}, ${waysToLose(table, parts)}`,
    );
    this.lost = lost;
    this.fact = fact;
  }
}

/** A revision by hand that makes the table as it is records what entities cannot declare: the generator then keeps it. */
function waysToKeep(it: string, parts: readonly LostPart[]): string {
  return parts.some(isBeyondEntities)
    ? `which entities cannot declare, remove this revision, create the table again with ${it} in a revision by hand (npx orchestrator-db create Name), and generate the revision again: it keeps ${it}.`
    : `add ${it} to the entity and generate the revision again.`;
}

function isBeyondEntities({ kind, words }: LostPart): boolean {
  return kind === 'conflict' || (kind === 'option' && words === 'STRICT');
}

/** SQLite can remove a column without rebuilding the table, and no other part. */
function waysToLose(table: string, parts: readonly LostPart[]): string {
  const columns = parts.filter(({ kind }) => kind === 'column').flatMap((part) => part.columns);
  const drops = columns.map(
    (column) => `ALTER TABLE ${quoteIdentifier(table)} DROP COLUMN ${quoteIdentifier(column)};`,
  );
  const others =
    'write the rebuild by hand, with the table as it is now in the statements of the other direction.';
  if (drops.length === 0) return others;
  const first = `first execute ${drops.join(' ')}`;
  return columns.length === parts.length ? first : `${first} For the rest, ${others}`;
}

/** A trigger, or a view or a virtual table, for which `table` is itself. */
export interface BrokenUser {
  readonly type: 'trigger' | 'view' | 'virtual table';
  readonly name: string;
  readonly table: string;
}

/** After a revision on SQLite, a trigger of another table, a view or a virtual table uses what is gone. */
export class DependentBrokenError extends OrchestratorDbError {
  readonly code = 'DEPENDENT_BROKEN';

  constructor(
    readonly objects: readonly BrokenUser[],
    cause: unknown,
  ) {
    const words = objects.map(({ type, name, table }) =>
      type === 'trigger' ? `the trigger ${name} of ${table}` : `the ${type} ${name}`,
    );
    const drops = objects.map(
      ({ type, name }) =>
        `DROP ${type.replace('virtual ', '').toUpperCase()} IF EXISTS ${quoteIdentifier(name)}`,
    );
    super(
      `the revision breaks ${words.join(' and ')}: ${databaseWords(cause)}. ` +
        `Drop it before the change in the revision, and create it again for the new columns: ${drops.join('; ')}`,
      { cause },
    );
  }
}
