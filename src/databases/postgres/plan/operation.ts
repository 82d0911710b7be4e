import type { Change } from '../../../schema/change.js';
import type { Statement } from '../../../sql/statement.js';
import { inOrder } from '../../in-order.js';
import { oppositePhase, replacedPhase, type Phase } from '../../phases.js';

/** The order of operations inside a transaction. */
export type Step =
  | 'create-extension'
  | 'create-schema'
  | 'detach'
  | 'drop-computed'
  | 'rename'
  | 'create-enum'
  | 'create-table'
  | 'add-column'
  | 'uncompute'
  | 'alter'
  | 'compute'
  | 'add-computed'
  | 'drop-column'
  | 'drop-table'
  | 'drop-enum'
  | 'attach'
  | 'drop-schema';

interface StepRule {
  readonly after: readonly Step[];
  /** Removes what it has added. */
  readonly opposite: Step;
}

const RULES: Readonly<Record<Step, StepRule>> = {
  /** Never reversed: `down` keeps an extension. */
  'create-extension': { after: [], opposite: 'create-extension' },
  'create-schema': { after: ['create-extension'], opposite: 'drop-schema' },
  /** Keys and constraints are dropped first. */
  detach: { after: ['create-schema'], opposite: 'attach' },
  /** A column that is computed in another way is not there while a type changes that either way uses. */
  'drop-computed': { after: ['detach'], opposite: 'add-computed' },
  /** A new table may need the names of constraints and indexes that get others. */
  rename: { after: ['detach', 'drop-computed'], opposite: 'rename' },
  'create-enum': { after: ['create-schema', 'detach', 'drop-computed'], opposite: 'drop-enum' },
  'create-table': { after: ['create-enum', 'rename'], opposite: 'drop-table' },
  'add-column': { after: ['create-enum', 'create-table'], opposite: 'drop-column' },
  /** A computed column is added after the columns that it uses have their final form, and dropped before them. */
  uncompute: { after: ['add-column'], opposite: 'compute' },
  alter: { after: ['uncompute'], opposite: 'alter' },
  compute: { after: ['alter'], opposite: 'uncompute' },
  'add-computed': { after: ['compute'], opposite: 'drop-computed' },
  'drop-column': { after: ['alter', 'add-computed'], opposite: 'add-column' },
  'drop-table': { after: ['drop-column'], opposite: 'create-table' },
  'drop-enum': { after: ['drop-column', 'drop-table'], opposite: 'create-enum' },
  attach: { after: ['alter', 'add-computed', 'drop-enum'], opposite: 'detach' },
  'drop-schema': { after: ['drop-table', 'drop-enum', 'attach'], opposite: 'create-schema' },
};

const STEPS: readonly Step[] = inOrder(RULES);

/** Below zero where the first step runs before the second one. */
export function compareSteps(one: Step, other: Step): number {
  return STEPS.indexOf(one) - STEPS.indexOf(other);
}

/** The work for a change, in both directions. */
export interface Operation {
  readonly phase: Phase;
  readonly step: Step;
  /** Whether it is one statement that cannot run inside a transaction. */
  readonly alone: boolean;
  readonly reason: string;
  /** The statements of `down`. */
  readonly reasonBack?: string;
  /** The reason for it; none for a rename. */
  readonly change?: Change;
  readonly up: readonly Statement[];
  readonly down: readonly Statement[];
  /** Of an operation that stands alone: the subject that its revision is named after, an index for example. */
  readonly subject?: string;
}

/** The operations that lead back. */
export function reversed(operations: readonly Operation[]): readonly Operation[] {
  return operations
    .map((operation) => ({
      ...operation,
      phase: oppositePhase(operation.phase),
      step: RULES[operation.step].opposite,
      up: operation.down,
      down: operation.up,
    }))
    .reverse();
}

/** The same operations, once the replacements of their objects exist. */
export function afterwards(operations: readonly Operation[]): readonly Operation[] {
  return operations.map((operation) => ({ ...operation, phase: replacedPhase(operation.phase) }));
}
