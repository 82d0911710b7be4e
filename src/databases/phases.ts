import { inOrder } from './in-order.js';

/**
 * The phases of a change to a database that is in use; each is a revision of its own. An addition runs through them in
 * order, a removal through the opposite phases. `down` runs all phases in reverse order.
 */
export type Phase =
  | 'rename'
  | 'add-values'
  | 'unconfirm'
  | 'detach'
  | 'release'
  | 'unvalidate'
  | 'drop'
  | 'loosen'
  | 'unfill'
  | 'move'
  | 'main'
  | 'backfill'
  | 'constrain'
  | 'build'
  | 'validate'
  | 'finish'
  | 'refer'
  | 'confirm'
  | 'remove-values'
  | 'release-replaced'
  | 'drop-replaced'
  | 'views'
  | 'refresh';

/** When the part of a change runs: before or after the older release is gone. */
export type ReleasePhase = 'expand' | 'contract';

interface PhaseRule {
  /** Phases that run before it. */
  readonly after: readonly Phase[];
  /** The phase that removes what this one adds. */
  readonly opposite: Phase;
  /** The name of its revision, where it is not the one that its group is named for. */
  readonly title: string;
}

const RULES: Readonly<Record<Phase, PhaseRule>> = {
  /** No other statement uses an old name. */
  rename: { after: [], opposite: 'rename', title: 'Rename' },
  /** A new value of a type may not be used in the transaction that adds it. */
  'add-values': { after: ['rename'], opposite: 'remove-values', title: 'Values' },
  unconfirm: { after: ['add-values'], opposite: 'confirm', title: 'Unconfirm' },
  detach: { after: ['unconfirm'], opposite: 'refer', title: 'Detach' },
  release: { after: ['detach'], opposite: 'finish', title: 'Release' },
  unvalidate: { after: ['release'], opposite: 'validate', title: 'Unvalidate' },
  drop: { after: ['unvalidate', 'release'], opposite: 'build', title: 'Drop' },
  loosen: { after: ['drop', 'unvalidate'], opposite: 'constrain', title: 'Loosen' },
  unfill: { after: ['loosen'], opposite: 'backfill', title: 'Unfill' },
  /** Existing rows get another value, in batches. */
  move: { after: ['unfill'], opposite: 'move', title: 'Move' },
  /** Everything that runs at once, in one transaction. */
  main: { after: ['add-values', 'move'], opposite: 'main', title: 'Rename' },
  /** Existing rows get a value, in batches. */
  backfill: { after: ['main'], opposite: 'unfill', title: 'Backfill' },
  /** From here on every new row has a value. */
  constrain: { after: ['main', 'backfill'], opposite: 'loosen', title: 'Constrain' },
  build: { after: ['backfill', 'constrain'], opposite: 'drop', title: 'Build' },
  validate: { after: ['constrain', 'build'], opposite: 'unvalidate', title: 'Validate' },
  /** Verified conditions become NOT NULL; an index becomes a constraint. */
  finish: { after: ['build', 'validate'], opposite: 'release', title: 'Finish' },
  /** Foreign keys to keys that were created just before. */
  refer: { after: ['finish'], opposite: 'detach', title: 'Refer' },
  confirm: { after: ['refer'], opposite: 'unconfirm', title: 'Confirm' },
  /** Objects that nothing uses any more. */
  'remove-values': { after: ['main', 'confirm'], opposite: 'add-values', title: 'Values' },
  /** Objects whose replacement exists. */
  'release-replaced': { after: ['finish', 'confirm', 'remove-values'], opposite: 'finish', title: 'Release' },
  'drop-replaced': { after: ['build', 'release-replaced'], opposite: 'build', title: 'Drop' },
  /** Views that are filled, once no table is locked. */
  views: { after: ['drop-replaced'], opposite: 'views', title: 'Views' },
  /** Stored results of queries, once every row has its values. */
  refresh: { after: ['views'], opposite: 'refresh', title: 'Refresh' },
};

/** All of them in the order in which they run upwards. */
export const PHASES: readonly Phase[] = inOrder(RULES);

/** The phase that removes what this one has added. */
export function oppositePhase(phase: Phase): Phase {
  return RULES[phase].opposite;
}

/** The name of the revision of a phase. */
export function phaseTitle(phase: Phase): string {
  return RULES[phase].title;
}

/** Below zero where the first phase runs before the second one. */
export function comparePhases(one: Phase, other: Phase): number {
  return PHASES.indexOf(one) - PHASES.indexOf(other);
}

/** The same phase for an object that is dropped once its replacement exists. */
export function replacedPhase(phase: Phase): Phase {
  return phase === 'release' ? 'release-replaced' : phase === 'drop' ? 'drop-replaced' : phase;
}
