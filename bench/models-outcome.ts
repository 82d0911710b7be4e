import type { DialectName } from '../src/databases/registry.js';
import { messageOf } from '../src/errors/base.js';
import type { Model } from './models-compile.js';

/** What a line of an outcome begins with, among what entities print as they are loaded. */
export const OUTCOME = 'outcome: ';

/** What a model is taken through, in this order. */
export const STEPS = [
  'load',
  'synchronize',
  'check',
  'generate',
  'up',
  'check after up',
  'down',
  'up again',
  'check at the end',
] as const;
export type Step = (typeof STEPS)[number];

/**
 * What is not as it should be: a difference, what cannot be compared, an error, a way out that was needed and worked, and
 * what TypeORM's own comparison finds again after each of its synchronizes.
 */
export type FaultKind = 'difference' | 'uncomparable' | 'refusal' | 'way out' | 'TypeORM differs' | 'crash';

export interface Fault {
  readonly step: Step;
  readonly kind: FaultKind;
  /** The code of an error, and the first line of its message. */
  readonly reason: string;
}

/** What became of a model on one database. */
export interface Outcome {
  readonly model: Model;
  readonly dialect: DialectName;
  /** The steps that ended without an error. */
  readonly done: readonly Step[];
  readonly faults: readonly Fault[];
}

/** An error in one line. */
export function reasonOf(error: unknown): string {
  const { code, name } = error as { readonly code?: unknown; readonly name?: unknown };
  const [line = ''] = messageOf(error).split('\n');
  return `${String(code ?? name)}: ${line}`;
}

/** As a report names it. */
export function titleOf({ folder, schema }: Model): string {
  return schema === undefined ? folder : `${folder} (schema: ${schema})`;
}
