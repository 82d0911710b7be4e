import type { Change } from '../../../schema/change.js';
import { listed, reasonOf, topicOf } from '../../../schema/describe-change.js';
import { mentions } from '../mentions.js';
import type { TableSides } from './sides.js';

/** The reason for a rebuild: `jobs: rebuilt for status (values) and depth (new column, new check ck_jobs_depth)`. */
export function rebuildReason({ from, to }: TableSides, changes: readonly Change[]): string {
  if (changes.length === 1) return `${reasonOf(changes)}; the table is rebuilt`;
  const topics = new Map<string, readonly string[]>();
  for (const change of changes) {
    const { subject, words } = topicOf(change, columnsOf(change, { from, to }));
    topics.set(subject, [...(topics.get(subject) ?? []), words]);
  }
  const shown = [...topics].map(([subject, words]) => `${subject} (${words.join(', ')})`);
  return `${to.name}: rebuilt for ${listed(shown)}`;
}

/** The columns of a constraint. */
function columnsOf(change: Change, { from, to }: TableSides): readonly string[] {
  const model = 'desired' in change ? change.desired : change.live;
  const { columns } = 'desired' in change ? to : from;
  if ('columns' in model && !('persistence' in model)) return model.columns;
  if (!('expression' in model)) return [];
  const { sql } = model.expression;
  return columns.map(({ name }) => name).filter((name) => mentions(sql, name));
}
