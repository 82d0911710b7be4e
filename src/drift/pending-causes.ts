/** Which pending revisions explain a difference, as far as their statements show. */

import { naming, textsOf } from '../migrator/origin.js';
import type { KnownRevision } from '../migrator/revision.js';
import { changedPart, type Difference } from '../schema/change.js';

/** A difference that goes when pending revisions run. */
export interface ExplainedDifference {
  readonly change: Difference;
  /** Ids of pending revisions that name the object, oldest first. */
  readonly pending: readonly string[];
}

/** Revisions that are not applied, and whose statements they are. */
interface PendingTexts {
  readonly revisions: readonly KnownRevision[];
  readonly dialect: string;
}

/** The differences whose object a statement of a pending revision creates, changes or drops by its name. */
export function explainedBy(
  changes: readonly Difference[],
  { revisions, dialect }: PendingTexts,
): readonly ExplainedDifference[] {
  const pieces = revisions.map((revision) => ({ id: revision.id, texts: textsOf(revision, dialect) }));
  return changes.flatMap((change) => {
    const isCause = explains(change);
    const pending = pieces.filter(({ texts }) => texts.some(isCause)).map(({ id }) => id);
    return pending.length > 0 ? [{ change, pending }] : [];
  });
}

/** An index, a backfill or a check that names a column does not change it. */
const USES_COLUMNS =
  /^\s*(?:CREATE\s+(?:UNIQUE\s+)?INDEX|UPDATE|DELETE)\b|\b(?:ADD|VALIDATE)\s+CONSTRAINT\b/i;

function explains(change: Difference): (text: string) => boolean {
  const { kind, table, object } = change;
  const [namesTable, namesObject] = [tableNamed(table), naming([object])];
  switch (changedPart(change)) {
    case 'table':
      return (text) => TABLE_ITSELF.test(text) && namesObject(text);
    case 'column': {
      const isLeftOut = kind === 'drop-column' ? copiesWithout(table, namesObject) : () => false;
      return (text) => !USES_COLUMNS.test(text) && namesTable(text) && (namesObject(text) || isLeftOut(text));
    }
    case 'primary-key':
      return (text) => /\b(?:PRIMARY\s+KEY|CONSTRAINT)\b/i.test(text) && namesTable(text);
    default: {
      const namesColumns = naming(columnsIn(object));
      return (text) => (namesTable(text) && namesColumns(text)) || namesObject(text);
    }
  }
}

const TABLE_ITSELF = /\b(?:CREATE|DROP|ALTER)\s+TABLE\b|\bRENAME\s+TO\b/i;

/** SQLite changes a table by way of a copy. */
function copyOf(table: string): string {
  return `temporary_${table}`;
}

function tableNamed(table: string): (text: string) => boolean {
  const [itself, copy] = [naming([table]), naming([copyOf(table)])];
  return (text) => itself(text) || copy(text);
}

/** A part without a name is known by its columns; no text has the name of a part that has one among them. */
function columnsIn(object: string): readonly string[] {
  const columns = [...object.matchAll(/"((?:[^"]|"")+)"/g)].map(([, name = '']) =>
    name.replaceAll('""', '"'),
  );
  return columns.length > 0 ? columns : [object];
}

/** The copy of a table lacks the columns that are dropped. */
function copiesWithout(table: string, namesObject: (text: string) => boolean): (text: string) => boolean {
  const copies = naming([table, copyOf(table)]);
  return (text) => /^\s*INSERT\s+INTO\b/i.test(text) && copies(text) && !namesObject(text);
}
