import type { DialectGroups, RevisionPart, StatementGroup } from './move.js';
import type { PostgresPart } from './postgres/render.js';
import { AFTERWARDS, STAGES } from './postgres/move.js';

const NOTHING: DialectGroups = { up: [], down: [] };

/** Longest description that still is one sentence to read in a list. */
const LONGEST = 160;

/**
 * The revisions that a change of the entities takes: PostgreSQL's in their order, SQLite's work in the one that the
 * group is named for; in the others there is nothing to do there.
 */
export function partsOf(postgres: readonly PostgresPart[], sqlite: DialectGroups): readonly RevisionPart[] {
  const parts = postgres.length === 0 ? [EMPTY] : postgres;
  const main = Math.max(
    parts.findIndex(({ stage }) => stage === STAGES.main),
    0,
  );
  return parts.map((part, index) => {
    const { up, down, transaction } = part;
    const groups = { postgres: { up, down }, sqlite: index === main ? sqlite : NOTHING };
    return {
      suffix: index === main ? '' : suffixOf(part),
      description: describe([...up, ...groups.sqlite.up], [...down, ...groups.sqlite.down]),
      transaction,
      groups,
    };
  });
}

const EMPTY: PostgresPart = { stage: STAGES.main, transaction: true, subject: undefined, up: [], down: [] };

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

/** One sentence for lists; what comes only on the way back is said to. */
function describe(up: readonly StatementGroup[], down: readonly StatementGroup[]): string {
  const reasons = [...new Set(up.map(({ reason }) => reason))];
  if (reasons.length === 0) return sentence(`On the way back only: ${shortened(reasonsOf(down))}`);
  return sentence(shortened(reasons));
}

function reasonsOf(groups: readonly StatementGroup[]): readonly string[] {
  return [...new Set(groups.map(({ reason }) => reason))];
}

function shortened(reasons: readonly string[]): string {
  const whole = reasons.join('; ');
  if (whole.length <= LONGEST) return whole;
  const subjects = [
    ...new Set(reasons.map((reason) => reason.slice(0, reason.indexOf(':')).split('.')[0] ?? '')),
  ];
  return `Changes ${subjects.join(', ')}`;
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
