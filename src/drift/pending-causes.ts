/** Which pending revisions explain a difference, as far as their statements show. */

import { namesAll, textsOf } from '../migrator/origin.js';
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
  const texts = revisions.map(({ id, ...rest }) => ({ id, texts: textsOf({ id, ...rest }, dialect) }));
  return changes.flatMap((change) => {
    const pending = texts.filter((revision) => revision.texts.some(explains(change))).map(({ id }) => id);
    return pending.length > 0 ? [{ change, pending }] : [];
  });
}

/** An index, a backfill or a check that names a column does not change it. */
const USES_COLUMNS =
  /^\s*(?:CREATE\s+(?:UNIQUE\s+)?INDEX|UPDATE|DELETE)\b|\b(?:ADD|VALIDATE)\s+CONSTRAINT\b/i;

function explains(change: Difference): (text: string) => boolean {
  const { object } = change;
  switch (changedPart(change)) {
    case 'table':
      return (text) => TABLE_ITSELF.test(text) && namesAll(text, [object]);
    case 'column':
      return (text) => isOfTable(change, text) && (namesAll(text, [object]) || isLeftOut(change, text));
    case 'primary-key':
      return (text) => /\b(?:PRIMARY\s+KEY|CONSTRAINT)\b/i.test(text) && namesTable(change, text);
    default:
      return (text) =>
        (namesTable(change, text) && namesAll(text, columnsIn(change))) || namesAll(text, [object]);
  }
}

const TABLE_ITSELF = /\b(?:CREATE|DROP|ALTER)\s+TABLE\b|\bRENAME\s+TO\b/i;

/** SQLite changes a table by way of a copy. */
function namesTable({ table }: Difference, text: string): boolean {
  return namesAll(text, [table]) || namesAll(text, [`temporary_${table}`]);
}

function isOfTable(change: Difference, text: string): boolean {
  return !USES_COLUMNS.test(text) && namesTable(change, text);
}

/** A part without a name is known by its columns; no text has the name of a part that has one among them. */
function columnsIn({ object }: Difference): readonly string[] {
  const columns = [...object.matchAll(/"((?:[^"]|"")+)"/g)].map(([, name = '']) =>
    name.replaceAll('""', '"'),
  );
  return columns.length > 0 ? columns : [object];
}

/** The copy of a table lacks the columns that are dropped. */
function isLeftOut({ kind, table, object }: Difference, text: string): boolean {
  const copies = /^\s*INSERT\s+INTO\b/i.test(text) && namesAll(text, [table, `temporary_${table}`]);
  return kind === 'drop-column' && copies && !namesAll(text, [object]);
}
