import { RevisionInvalidError } from '../errors/migration.js';
import type { LintException } from '../migrator/lint-exception.js';
import type { KnownRevision } from '../migrator/revision.js';

/** In place of a rule: the class need not be linted. */
const UNLINTED = 'unlinted';

/** What a class allows for all of its statements, which TypeORM may compose where no comment can stand. */
export interface ClassExceptions {
  readonly rules: readonly LintException[];
  /** Why lint need not read the class; null where it has to. */
  readonly unlinted: string | null;
}

/**
 * The exceptions of a class: `static lintAllow = { 'drop-table': 'no code reads it since 2.4' }`.
 *
 * @throws RevisionInvalidError for anything but rules with a reason each
 */
export function classExceptions({ id, migration }: KnownRevision): ClassExceptions {
  const { lintAllow = {} } = migration.constructor as { readonly lintAllow?: unknown };
  if (!isReasons(lintAllow))
    throw new RevisionInvalidError(
      `${id}: lintAllow must give a reason for each rule. Example: static lintAllow = { 'drop-table': 'no code reads it since 2.4' };`,
    );
  const exceptions = Object.entries(lintAllow).map(([rule, reason]) => ({ rule, reason: reason.trim() }));
  const unlinted = exceptions.find(({ rule }) => rule === UNLINTED)?.reason ?? '';
  return {
    rules: exceptions.filter(({ rule }) => rule !== UNLINTED),
    unlinted: unlinted === '' ? null : unlinted,
  };
}

function isReasons(value: unknown): value is Readonly<Record<string, string>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return Object.values(value).every((reason) => typeof reason === 'string');
}
