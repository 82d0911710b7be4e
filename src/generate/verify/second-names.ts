/** Tables that have two names while releases follow each other, as far as a measurement has to know them. */

import type { Change } from '../../schema/change.js';
import { hiddenName } from '../../schema/bridge-trigger.js';
import type { TableNames } from '../../schema/moved-table.js';
import type { ViewModel } from '../../schema/model.js';
import type { DialectReading } from '../compare/compare-on-scratch.js';

/** The names that a table may change to in a revision, and where the change is one of a view. */
export interface SecondNames {
  readonly moves: readonly TableNames[];
  /** Names of views that stand in for a table. */
  readonly views: readonly string[];
}

/** Those of a group: renames, and a table that is hidden behind a view of its own name. */
export function secondNames({ head, renames }: Pick<DialectReading, 'head' | 'renames'>): SecondNames {
  const renamed = renames.filter(({ kind }) => kind === 'table').map(({ from, to }) => ({ from, to }));
  const names = head.tables.map(({ name }) => name);
  const hidden = names.flatMap((name) => [
    { from: name, to: hiddenName(name) },
    { from: hiddenName(name), to: name },
  ]);
  return { moves: [...renamed, ...hidden], views: [...names, ...renamed.map(({ to }) => to)] };
}

/** The views that have come and gone between two looks at a database. */
export function changedViews(before: ReadonlySet<string>, after: ReadonlySet<string>): readonly Change[] {
  const of = (name: string) => ({ table: '', object: name });
  return [
    ...[...after]
      .filter((name) => !before.has(name))
      .map((name) => ({ kind: 'add-view', ...of(name), desired: viewNamed(name) }) as const),
    ...[...before]
      .filter((name) => !after.has(name))
      .map((name) => ({ kind: 'drop-view', ...of(name), live: viewNamed(name) }) as const),
  ];
}

/** No entity declares it, so its text is not compared. */
function viewNamed(name: string): ViewModel {
  return { name, text: '', materialized: false, indexes: [], dependsOn: [], outputs: [], definitions: {} };
}
