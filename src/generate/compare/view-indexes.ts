/** Indexes of revisions written by hand on materialized views of entities: they stay where the view has their columns. */

import type { LiveView, ViewFacts } from '../../databases/view-facts.js';
import { ViewRefusedError, type ViewProblem } from '../../errors/views.js';
import type { IndexModel, ViewModel } from '../../schema/model.js';
import type { SqlLanguage } from '../../sql/lexer.js';
import { tokenise } from '../../sql/tokens.js';

/** The views of the entities, now and when the newest revision was generated. */
interface DeclaredViews {
  readonly declared: readonly ViewModel[];
  readonly managed: readonly ViewModel[];
}

/** A view of the entities without the indexes of revisions written by hand, which entities never declared. */
export function withoutHand(live: LiveView, given: DeclaredViews): LiveView {
  const hand = indexesByHand(live, given);
  return { ...live, indexes: live.indexes.filter((index) => !hand.includes(index)) };
}

function indexesByHand(live: LiveView, { declared, managed }: DeclaredViews): readonly IndexModel[] {
  const [before, after] = [managed, declared].map((views) => views.find(({ name }) => name === live.name));
  if (!before || !after) return [];
  const names = new Set([...before.indexes, ...after.indexes].map(({ name }) => name));
  return live.indexes.filter(({ name }) => !names.has(name));
}

/**
 * Names the indexes that the changed views have no place for.
 *
 * @param facts as they were read: with these indexes
 * @throws ViewRefusedError
 */
export function assertIndexesKept(facts: ViewFacts, given: DeclaredViews, language: SqlLanguage): void {
  const problems = facts.live.flatMap((live) => {
    const gone = leaving(live, facts);
    return indexesByHand(live, given).flatMap((index) => {
      const column = gone.find((name) => isIndexed(name, index, language));
      return column === undefined ? [] : [problemOf(live.name, index.name, column)];
    });
  });
  if (problems.length > 0) throw new ViewRefusedError(problems);
}

/** The columns that a view no longer has. */
function leaving({ name, outputs }: LiveView, { compiled }: ViewFacts): readonly string[] {
  const next = compiled.get(name);
  if (!next || 'refused' in next) return [];
  return outputs.map((one) => one.name).filter((one) => !next.outputs.some((output) => output.name === one));
}

/** A view that is no longer materialized has the text of an expression in place of a column. */
function isIndexed(name: string, { keys, where }: IndexModel, language: SqlLanguage): boolean {
  const reads = (sql: string) =>
    tokenise(sql, language).some(({ kind, text }) => (kind === 'name' || kind === 'word') && text === name);
  return (
    keys.some(({ column, expression }) => column === name || reads(column ?? expression ?? '')) ||
    (where !== null && reads(where.sql))
  );
}

function problemOf(view: string, index: string, column: string): ViewProblem {
  return {
    view,
    problem: `the index ${index}, which no entity declares, uses the column ${column}, which the view no longer has`,
    remedy: 'Drop the index first, in a revision written by hand.',
  };
}
