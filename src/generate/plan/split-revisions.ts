/** Third stage of generate: splits the planned statements into revisions, and describes each. */

import type { DialectGroups, PlannedPart, StatementGroup } from '../../databases/planning.js';
import type { Change } from '../../schema/change.js';
import type { RevisionPart } from './revision-part.js';
import { byDialect, type DialectName } from '../../databases/registry.js';
import { oneLine, shortLine } from '../../text/one-line.js';
import { phaseTitle, type Phase } from '../../databases/phases.js';
import { LONGEST_SUMMARY, summaryOf } from './summary.js';

const NOTHING: DialectGroups = { up: [], down: [] };

/** The plan of one database, and the reasons for it. */
interface Planned {
  readonly dialect: DialectName;
  readonly parts: readonly PlannedPart[];
}

/** The database that needs the most revisions, or that has a contract: the others do their work within these. */
export function leaderOf<P extends Planned>(planned: readonly P[]): P | undefined {
  return (
    planned.find(({ parts }) => parts.some(isContract)) ??
    planned.reduce<P | undefined>(
      (most, one) => (one.parts.length > (most?.parts.length ?? 0) ? one : most),
      undefined,
    )
  );
}

function isContract({ releasePhase }: PlannedPart): boolean {
  return releasePhase === 'contract';
}

/**
 * What the main revision of a group changes: all changes where another database does its whole work there, otherwise
 * those that no other revision of the group makes.
 */
export function mainChanges(
  planned: readonly (Planned & { readonly changes: readonly Change[] })[],
): readonly Change[] {
  const leader = leaderOf(planned);
  if (!leader) return [];
  if (planned.some((one) => one !== leader && one.parts.length > 0)) return leader.changes;
  const main = leader.parts[mainIndex(leader)];
  const others = leader.parts.filter((part) => part !== main);
  const own = leader.changes.filter(
    (change) =>
      main?.changes.includes(change) === true || !others.some(({ changes }) => changes.includes(change)),
  );
  return own.length === 0 ? leader.changes : own;
}

/** The revision that the group is named for: of its contract, where it has one. */
function mainIndex({ parts }: Planned): number {
  const first = Math.max(parts.findIndex(isContract), 0);
  const place = (wanted: Phase) => parts.findIndex(({ phase }, index) => index >= first && phase === wanted);
  const others = parts[first]?.releasePhase === 'contract' ? [place('remove-values')] : [];
  return [place('main'), ...others].find((index) => index >= 0) ?? first;
}

/**
 * The revisions for a change of the entities: those of the database that needs the most, in their order. All work of
 * the other databases is in the one that the group is named for; the others contain nothing for them.
 *
 * @param summary the purpose of the main one, a sentence
 */
export function splitRevisions(planned: readonly Planned[], summary: string): readonly RevisionPart[] {
  const leader = leaderOf(planned);
  if (!leader) return [];
  const main = mainIndex(leader);
  const hasContract = leader.parts.some(isContract);
  return leader.parts.map((part, index) => ({
    suffix: index === main ? '' : suffixOf(part, hasContract && !isContract(part)),
    description: oneLine(index === main ? summary : purposeOf(part)),
    ...(isContract(part) ? { releasePhase: 'contract' as const } : {}),
    transaction: part.transaction,
    groups: byDialect(({ name }) => {
      if (name === leader.dialect) return readableGroups(part);
      return index === main ? wholeOf(planned.find(({ dialect }) => dialect === name)) : NOTHING;
    }),
  }));
}

function wholeOf(planned: Planned | undefined): DialectGroups {
  const parts = planned?.parts ?? [];
  return readableGroups({
    up: parts.flatMap(({ up }) => up),
    down: parts.toReversed().flatMap(({ down }) => down),
  });
}

function readableGroups({ up, down }: DialectGroups): DialectGroups {
  return { up: readable(up), down: readable(down) };
}

/** Names and expressions may contain line ends; the reason of a statement has one line. */
function readable(groups: readonly StatementGroup[]): readonly StatementGroup[] {
  return groups.map((group) => ({ ...group, reason: oneLine(group.reason) }));
}

/** How TypeORM names a constraint or an index that the entity does not name: by a hash. */
const DERIVED = /^[A-Z]{2,3}_[0-9a-f]{20,}$/;

/** The table stands for a name that says nothing. */
function suffixOf(part: PlannedPart, isExpand: boolean): string {
  const { phase, subject = '', changes } = part;
  const [table = subject] = changes.flatMap((change) => ('table' in change ? [change.table] : []));
  const isFirst = phase === 'main' || phase === 'rename';
  const title = part.title ?? (isExpand && isFirst ? 'Expand' : phaseTitle(phase));
  return `${title}${pascal(DERIVED.test(subject) ? table : subject)}`;
}

function pascal(name: string): string {
  return name
    .split(/[^A-Za-z0-9]+/)
    .map((word) => `${word.charAt(0).toUpperCase()}${word.slice(1)}`)
    .join('');
}

/** One sentence for lists: every reason, or where that is too long what it changes, or the first reasons. */
function purposeOf({ up, down, changes }: PlannedPart): string {
  const isBackOnly = up.length === 0;
  const reasons = [...new Set((isBackOnly ? down : up).map(({ reason }) => reason))];
  const start = isBackOnly ? '`down` only: ' : '';
  const whole = `${start}${reasons.join('; ')}.`;
  if (whole.length <= LONGEST_SUMMARY) return whole;
  return changes.length > 0 ? summaryOf(changes, []) : abridged(start, reasons);
}

/** As many reasons as fit, and how many more there are. */
function abridged(start: string, reasons: readonly string[]): string {
  const first = (count: number) =>
    `${start}${reasons.slice(0, count).join('; ')}; and ${reasons.length - count} more.`;
  for (let count = reasons.length - 1; count > 0; count -= 1)
    if (first(count).length <= LONGEST_SUMMARY) return first(count);
  return shortLine(`${start}${reasons.join('; ')}`, LONGEST_SUMMARY);
}
