/** Which pending revisions run now, and which contract revisions wait. Pure. */

import { ContractAwaitedError, type AwaitingContract } from '../errors/phases.js';
import type { Gate } from './gate.js';
import type { History, RevisionFacts } from './history.js';
import { orderOf } from './order.js';
import { pendingNow, standingOf } from './standing.js';
import { overlaps } from './touched.js';

/**
 * Which revisions a run may apply: all that may run now; without contract; contract alone. `start` is `expand` but on a
 * database without records, where no older release can be.
 */
export type PhaseChoice = 'all' | 'expand' | 'contract' | 'start';

/** What decides. */
export interface Arranging {
  readonly choice: PhaseChoice;
  /** Whether each contract revision may run; one that is not in it may. */
  readonly gates: ReadonlyMap<string, Gate>;
}

/** What runs, in order, and what waits. */
export interface Arrangement {
  readonly run: readonly string[];
  readonly awaiting: readonly AwaitingContract[];
}

const NOT_ASKED = 'this run applies no contract revision';

/**
 * A contract revision runs when its gate is open. While one waits, later revisions that touch none of its objects
 * overtake it.
 *
 * @param pending oldest first
 * @param limit how many are to run
 * @throws ContractAwaitedError for one that touches what a waiting contract revision still changes
 */
export function arrange(
  pending: readonly RevisionFacts[],
  { choice, gates }: Arranging,
  limit = Infinity,
): Arrangement {
  const run: string[] = [];
  const waiting: (AwaitingContract & { readonly facts: RevisionFacts })[] = [];
  const skipped: string[] = [];
  for (const facts of pending) {
    if (run.length >= limit) break;
    const before = waiting.find((one) => isTouched(one.facts, facts));
    if (facts.phase === 'contract') {
      const own = whyWait({ choice, gate: gates.get(facts.id), skipped });
      const wait = own ?? (before && waitFor(before.revision));
      if (wait) waiting.push({ revision: facts.id, facts, ...wait });
      else run.push(facts.id);
    } else if (choice === 'contract') skipped.push(facts.id);
    else if (before) throw new ContractAwaitedError(facts.id, before.revision, before.reason);
    else run.push(facts.id);
  }
  return { run, awaiting: waiting.map(({ revision, reason, older }) => ({ revision, reason, older })) };
}

type Wait = Pick<AwaitingContract, 'reason' | 'older'>;

function waitFor(contract: string): Wait {
  return {
    reason: `the contract revision ${contract}, which touches the same objects, waits before it`,
    older: [],
  };
}

/** Why a contract revision cannot run alone yet; null where it can. */
export function waitBefore(history: History, id: string): string | null {
  const { rank } = orderOf(history);
  const before = pendingNow(standingOf(history)).find((other) => rank(other) < rank(id));
  return before === undefined ? null : waitForPending(before);
}

function waitForPending(before: string): string {
  return `the revision ${before} before it is pending; apply it first: npm run -s db -- up --expand`;
}

function whyWait({
  choice,
  gate,
  skipped: [first],
}: {
  readonly choice: PhaseChoice;
  readonly gate: Gate | undefined;
  readonly skipped: readonly string[];
}): Wait | undefined {
  if (choice === 'expand' || choice === 'start') return { reason: NOT_ASKED, older: [] };
  if (first !== undefined) return { reason: waitForPending(first), older: [] };
  return gate === undefined || gate.open ? undefined : { reason: gate.reason, older: gate.older };
}

/** Without knowing what they touch, both touch everything. */
function isTouched(contract: RevisionFacts, later: RevisionFacts): boolean {
  return overlaps(contract.touches?.() ?? 'everything', later.touches?.() ?? 'everything');
}
