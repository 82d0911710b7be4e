import { objectOf, type AlterChange, type Change } from '../../../schema/change.js';
import type { Parts, TableModel } from '../../../schema/model.js';
import { enumCheckOf } from '../../../schema/enum-check.js';
import { reasonOf } from '../../../schema/describe-change.js';
import { NOUNS, type NamedPart } from '../../../schema/describe-fragments.js';
import { mentions } from '../../../sql/mentions.js';
import type { TableSides } from './sides.js';

/** What of a column differs, in one or two words. */
const ASPECTS: Readonly<Record<string, string>> = {
  identity: 'numbering',
  generated: 'computation',
};

/** What a table is built anew for: `jobs: built anew for status (values) and depth (new column, new check ck_jobs_depth)`. */
export function rebuildReason({ from, to }: TableSides, changes: readonly Change[]): string {
  if (changes.length === 1) return `${reasonOf(changes)}; the table is built anew`;
  const topics = new Map<string, readonly string[]>();
  for (const change of changes) {
    const { subject, words } = topicOf(change, { from, to });
    topics.set(subject, [...(topics.get(subject) ?? []), words]);
  }
  const shown = [...topics].map(([subject, words]) => `${subject} (${words.join(', ')})`);
  return `${to.name}: built anew for ${enumerate(shown)}`;
}

function enumerate(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1) ?? ''}`;
}

interface Topic {
  readonly subject: string;
  readonly words: string;
}

function topicOf(change: Change, sides: TableSides): Topic {
  switch (change.kind) {
    case 'add-column':
      return { subject: change.object, words: 'new column' };
    case 'drop-column':
      return { subject: change.object, words: 'dropped' };
    case 'alter-column':
      return { subject: change.object, words: aspectsOf(change) };
    case 'alter-table':
      return { subject: 'options', words: change.desired.options ?? 'none' };
    default:
      return constraintTopic(change, sides);
  }
}

function aspectsOf({ aspects, desired }: AlterChange<'column'>): string {
  const words = aspects.map((aspect) =>
    aspect === 'nullable' ? (desired.nullable ? 'nullable' : 'not null') : (ASPECTS[aspect] ?? aspect),
  );
  return words.join(', ');
}

/** A constraint belongs to its column where it is of one column only, and goes by its name otherwise. */
function constraintTopic(change: Change, { from, to }: TableSides): Topic {
  const part = change.kind.slice(change.kind.indexOf('-') + 1) as NamedPart;
  const model = ('desired' in change ? change.desired : change.live) as Parts[NamedPart];
  const [column, ...others] = columnsOf(model, 'desired' in change ? to : from);
  const name = part === 'primary-key' || model.name === null ? '' : ` ${model.name}`;
  const verb = change.kind.startsWith('add-') ? 'new' : change.kind.startsWith('drop-') ? 'no more' : 'other';
  if ('expression' in model && enumCheckOf(model) !== null) return { subject: column ?? '', words: 'values' };
  if (column !== undefined && others.length === 0)
    return { subject: column, words: `${verb} ${NOUNS[part]}${name}` };
  return { subject: name.trimStart() || objectOf(part, model), words: `${verb} ${NOUNS[part]}` };
}

function columnsOf(model: Parts[NamedPart], { columns }: TableModel): readonly string[] {
  if ('columns' in model) return model.columns;
  if (!('expression' in model)) return [];
  const { sql } = model.expression;
  return columns.map(({ name }) => name).filter((name) => mentions(sql, name, 'sqlite'));
}
