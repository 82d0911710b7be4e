import type { DialectGroups, PlannedPart, RevisionPart, StatementGroup } from '../../databases/planning.js';
import { oneLine } from '../../text/one-line.js';
import { phaseTitle } from '../../databases/phases.js';
import { summaryOf } from './summary.js';

const NOTHING: DialectGroups = { up: [], down: [] };

/** Longest description that still is one sentence to read in a list. */
const LONGEST = 160;

/**
 * The revisions that a change of the entities takes: PostgreSQL's in their order, SQLite's work in the one that the
 * group is named for; in the others there is nothing to do there.
 *
 * @param summary what the group is for, a sentence
 */
export function partsOf(
  postgres: readonly PlannedPart[],
  sqlite: DialectGroups,
  summary: string,
): readonly RevisionPart[] {
  const parts = postgres.length === 0 ? [EMPTY] : postgres;
  const main = Math.max(
    parts.findIndex(({ phase }) => phase === 'main'),
    0,
  );
  const own = { up: readable(sqlite.up), down: readable(sqlite.down) };
  return parts.map((part, index) => {
    const { transaction } = part;
    const [up, down] = [readable(part.up), readable(part.down)];
    return index === main
      ? {
          suffix: '',
          description: oneLine(summary),
          transaction,
          groups: { postgres: { up, down }, sqlite: own },
        }
      : {
          suffix: suffixOf(part),
          description: oneLine(purposeOf(part)),
          transaction,
          groups: { postgres: { up, down }, sqlite: NOTHING },
        };
  });
}

/** Names and expressions may have line ends in them; what a statement is for has one line. */
function readable(groups: readonly StatementGroup[]): readonly StatementGroup[] {
  return groups.map((group) => ({ ...group, reason: oneLine(group.reason) }));
}

const EMPTY: PlannedPart = {
  phase: 'main',
  transaction: true,
  subject: undefined,
  up: [],
  down: [],
  changes: [],
};

function suffixOf({ phase, subject }: PlannedPart): string {
  const name = `${phaseTitle(phase)}${pascal(subject ?? '')}`;
  // A class name ends in its stamp, so nothing before that may be a digit.
  return /\d$/.test(name) ? `${name}_` : name;
}

function pascal(name: string): string {
  return name
    .split(/[^A-Za-z0-9]+/)
    .map((word) => `${word.charAt(0).toUpperCase()}${word.slice(1)}`)
    .join('');
}

/** One sentence for lists: every reason, or where that is too long what it changes. */
function purposeOf({ up, down, changes }: PlannedPart): string {
  const isBackOnly = up.length === 0;
  const reasons = [...new Set((isBackOnly ? down : up).map(({ reason }) => reason))];
  const whole = `${isBackOnly ? 'On the way back only: ' : ''}${reasons.join('; ')}.`;
  return whole.length <= LONGEST ? whole : summaryOf(changes, []);
}
