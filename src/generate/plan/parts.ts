import type { DialectGroups, RevisionPart, StatementGroup } from '../../databases/planning.js';
import { oneLine } from '../../text/one-line.js';
import type { PostgresPart } from '../../databases/postgres/plan/render.js';
import { AFTERWARDS, STAGES } from '../../databases/postgres/plan/move.js';
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
  postgres: readonly PostgresPart[],
  sqlite: DialectGroups,
  summary: string,
): readonly RevisionPart[] {
  const parts = postgres.length === 0 ? [EMPTY] : postgres;
  const main = Math.max(
    parts.findIndex(({ stage }) => stage === STAGES.main),
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

const EMPTY: PostgresPart = {
  stage: STAGES.main,
  transaction: true,
  subject: undefined,
  up: [],
  down: [],
  changes: [],
};

/** What a part that is not the main one is called by. */
const SUFFIXES: Readonly<Record<number, string>> = {
  [STAGES.values]: 'Values',
  [-STAGES.values]: 'Values',
  [STAGES.backfill]: 'Backfill',
  [STAGES.constrain]: 'Constrain',
  [STAGES.index]: 'Build',
  [STAGES.validate]: 'Validate',
  [STAGES.finish]: 'Finish',
  [STAGES.refer]: 'Refer',
  [STAGES.confirm]: 'Confirm',
  [-STAGES.backfill]: 'Unfill',
  [-STAGES.constrain]: 'Loosen',
  [-STAGES.index]: 'Drop',
  [-STAGES.validate]: 'Unvalidate',
  [-STAGES.finish]: 'Release',
  [-STAGES.refer]: 'Detach',
  [-STAGES.confirm]: 'Unconfirm',
};

function suffixOf({ stage, subject }: PostgresPart): string {
  const own = stage > STAGES.confirm && stage !== -STAGES.values ? stage - AFTERWARDS : stage;
  const name = `${SUFFIXES[own] ?? 'Rename'}${pascal(subject ?? '')}`;
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
function purposeOf({ up, down, changes }: PostgresPart): string {
  const isBackOnly = up.length === 0;
  const reasons = [...new Set((isBackOnly ? down : up).map(({ reason }) => reason))];
  const whole = `${isBackOnly ? 'On the way back only: ' : ''}${reasons.join('; ')}.`;
  return whole.length <= LONGEST ? whole : summaryOf(changes, []);
}
