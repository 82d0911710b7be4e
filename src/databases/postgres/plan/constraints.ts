import type { CheckModel, ExclusionModel, ForeignKeyModel, KeyModel } from '../../../schema/model.js';
import { foreignKeyPhases } from './foreign-key-phases.js';
import type { PostgresContext } from './context.js';
import { addKeyTo, hasOtherParent, locksToDropForeignKey } from './foreign-key.js';
import { indexIfGone } from './if-gone.js';
import { keyIndex } from './key-index.js';
import type { Phase } from '../../phases.js';
import { afterwards, reversed, type Operation } from './operation.js';
import { nameOf, type OfTable } from './part-of-table.js';
import { addPartedForeignKey, addPartedUnique, isParted } from './parted.js';
import { addPartedPrimaryKey } from './parted-key.js';
import { renameStep } from './rename-step.js';
import { check, deferrable, exclusion, key, notValid } from './sql.js';
import {
  allowing,
  alterTable,
  lockTable,
  statement,
  validateConstraint,
  type Statement,
} from '../../../sql/statement.js';
import { canCoexist } from './coexistence.js';
import { quoteIdentifier } from '../../../sql/quote.js';
import { NAME_BYTES, truncated } from '../../../sql/identifiers.js';

/** A check: enforced for new rows first, then validated for existing rows. */
export function addCheck(
  { names }: PostgresContext,
  { table, model, reason }: OfTable<CheckModel>,
): readonly Operation[] {
  const { validated } = model;
  const path = names.path(table);
  const later = notValid({ ...model, validated: false });
  const add = alterTable(path, `ADD CONSTRAINT ${nameOf('check', model)} ${check(model)}${later}`);
  return notValidFirst(path, { name: nameOf('check', model), add, reason, validated }, ['main', 'validate']);
}

/**
 * A foreign key: like a check, but after the key that it refers to where that is added or dropped as well. It locks
 * both tables: the parent first, like most transactions that write to both.
 */
export function addForeignKey(context: PostgresContext, of: OfTable<ForeignKeyModel>): readonly Operation[] {
  const { names, takesUnvalidated } = context;
  const { table, model, reason } = of;
  if (!takesUnvalidated && isParted(context, table)) return addPartedForeignKey(context, of);
  const [name, path] = [nameOf('foreign-key', model), names.path(table)];
  const add = addKeyTo(
    context,
    [table, model.table],
    `ADD CONSTRAINT ${name} ${names.foreignKey(model)}${notValid({ ...model, validated: false })}`,
  );
  const definition = { name, add, reason, validated: model.validated };
  const operations = notValidFirst(path, definition, foreignKeyPhases(context, table, model));
  if (!hasOtherParent(context, table, model)) return operations;
  const locks = [lockTable(names.path(model.table), 'SHARE ROW EXCLUSIVE')];
  return operations.map((operation, index) =>
    index > 0
      ? operation
      : {
          ...operation,
          up: [...locks, ...operation.up],
          down: [...locksToDropForeignKey(context, table, model), ...operation.down],
        },
  );
}

interface Definition {
  readonly name: string;
  /** Adds it without checking existing rows. */
  readonly add: Statement;
  readonly reason: string;
  readonly validated: boolean;
}

function notValidFirst(
  path: string,
  { name, add, reason, validated }: Definition,
  [adding, validating]: readonly [adding: Phase, validating: Phase],
): readonly Operation[] {
  const added: Operation = {
    phase: adding,
    step: 'attach',
    alone: false,
    reason,
    up: [add],
    down: [alterTable(path, `DROP CONSTRAINT ${name}`)],
  };
  const validation: Operation = {
    ...added,
    phase: validating,
    reason: `${reason}; existing rows are checked without blocking queries`,
    up: [validateConstraint(path, name)],
    down: [],
  };
  return validated ? [added, validation] : [added];
}

/** Adds a primary key or a unique constraint, on an index that is built without blocking writes. */
export function addKey(
  context: PostgresContext,
  of: OfTable<KeyModel>,
  kind: 'PRIMARY KEY' | 'UNIQUE',
): readonly Operation[] {
  const { names } = context;
  const { table, model, reason } = of;
  if (kind === 'UNIQUE' && isParted(context, table)) return addPartedUnique(context, of);
  if (!context.takesUnvalidated && isParted(context, table)) return addPartedPrimaryKey(context, of);
  const [path, name] = [names.path(table), nameOf(kind === 'UNIQUE' ? 'unique' : 'primary-key', model)];
  return [
    {
      phase: 'build',
      step: 'attach',
      alone: true,
      reason: `${reason}; its index is built without blocking writes`,
      up: [names.buildIndex(table, keyIndex(model))],
      down: [statement(`DROP INDEX CONCURRENTLY IF EXISTS ${names.indexPath(table, model.name ?? '')}`)],
      subject: model.name ?? '',
    },
    {
      phase: 'finish',
      step: 'attach',
      alone: false,
      reason,
      up: [
        // Where this revision alone was reverted, its index went with the constraint.
        indexIfGone(names, table, keyIndex(model)),
        alterTable(path, `ADD CONSTRAINT ${name} ${kind} USING INDEX ${name}${deferrable(model.deferrable)}`),
      ],
      down: [
        alterTable(path, `DROP CONSTRAINT ${name}`, {
          hazards: kind === 'PRIMARY KEY' ? ['drop-primary-key'] : [],
        }),
      ],
    },
  ];
}

/**
 * Replaces a unique constraint by another one of its name; the table always has one of them, where that is possible.
 */
export function replaceUnique(
  context: PostgresContext,
  { table, live, desired, reason }: Replacement<KeyModel>,
): readonly Operation[] {
  if (!canCoexist(context, table, [live, desired]))
    return [
      ...reversed(addKey(context, { table, model: live, reason }, 'UNIQUE')),
      ...addKey(context, { table, model: desired, reason }, 'UNIQUE'),
    ];
  const old = { ...live, name: replacedName(live.name, desired.name) };
  const added = addKey(context, { table, model: desired, reason }, 'UNIQUE');
  const dropped = reversed(addKey(context, { table, model: old, reason }, 'UNIQUE'));
  return [
    ...rename(context, { table, live: live.name, desired: old.name, reason }),
    ...added,
    ...afterwards(dropped),
  ];
}

/**
 * Replaces a primary key by another one. A table has one at most, so both change places in one transaction; the index
 * that `down` needs is built before it there, too.
 */
export function replacePrimaryKey(
  context: PostgresContext,
  { table, live, desired, reason }: Replacement<KeyModel>,
): readonly Operation[] {
  if (!canCoexist(context, table, [live, desired]))
    return [
      ...reversed(addKey(context, { table, model: live, reason }, 'PRIMARY KEY')),
      ...addKey(context, { table, model: desired, reason }, 'PRIMARY KEY'),
    ];
  const old = { ...live, name: replacedName(live.name, desired.name) };
  const [build, attach] = addKey(context, { table, model: desired, reason }, 'PRIMARY KEY');
  const [rebuild, reattach] = addKey(context, { table, model: old, reason }, 'PRIMARY KEY');
  if (!build || !attach || !rebuild || !reattach) return [];
  // The next key is added in the same transaction, so the table always has one.
  const dropped = reattach.down.map((one) => ({ ...one, hazards: [] }));
  const swap = { ...attach, up: [...dropped, ...attach.up], down: [...attach.down, ...reattach.up] };
  return [
    ...rename(context, { table, live: live.name, desired: old.name, reason }),
    build,
    swap,
    ...afterwards(reversed([rebuild])),
  ];
}

/** Replaces one object by another. */
export interface Replacement<T> {
  readonly table: string;
  readonly live: T;
  readonly desired: T;
  readonly reason: string;
}

/** The temporary name of the old one; its own name where the new one has another. */
export function replacedName(live: string | null, desired: string | null): string {
  return live === desired ? replacing(live ?? '') : (live ?? '');
}

/** A temporary name for an object that is replaced. */
export function replacing(name: string): string {
  const ending = '_replaced';
  return `${truncated(name, NAME_BYTES - ending.length)}${ending}`;
}

/** Renames a constraint. */
export function rename(
  context: PostgresContext,
  { table, live, desired, reason }: Replacement<string | null>,
): readonly Operation[] {
  if (live === desired) return [];
  const path = context.names.path(table);
  const renaming = (from: string | null, to: string | null) =>
    alterTable(path, `RENAME CONSTRAINT ${quoteIdentifier(from ?? '')} TO ${quoteIdentifier(to ?? '')}`);
  return [
    {
      phase: 'main',
      step: renameStep(context, live),
      alone: false,
      reason,
      up: [renaming(live, desired)],
      down: [renaming(desired, live)],
    },
  ];
}

/** An exclusion constraint; PostgreSQL cannot add one without blocking writers. */
export function addExclusion(
  { names }: PostgresContext,
  { table, model, reason }: OfTable<ExclusionModel>,
): readonly Operation[] {
  const [path, name] = [names.path(table), nameOf('exclusion', model)];
  return [
    {
      phase: 'main',
      step: 'attach',
      alone: false,
      reason,
      up: [
        allowing(
          'add-unique-constraint',
          'an exclusion constraint cannot take over an index',
          alterTable(path, `ADD CONSTRAINT ${name} ${exclusion(model)}`),
        ),
      ],
      down: [alterTable(path, `DROP CONSTRAINT ${name}`)],
    },
  ];
}

/** The clause of a constraint in CREATE TABLE. */
export function inlineConstraint(kind: 'PRIMARY KEY' | 'UNIQUE', model: KeyModel): string {
  return `CONSTRAINT ${quoteIdentifier(model.name ?? '')} ${key(kind, model)}`;
}
