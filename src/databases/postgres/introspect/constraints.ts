/** Checks, foreign keys and exclusion constraints as the model has them. */

import { parseExclusion } from '../../../schema/exclusion.js';
import {
  raw,
  type CheckModel,
  type Deferrable,
  type ExclusionModel,
  type ForeignKeyAction,
  type ForeignKeyModel,
} from '../../../schema/model.js';
import type { ConstraintRow } from './rows.js';

/** https://www.postgresql.org/docs/current/catalog-pg-constraint.html */
const ACTIONS: Readonly<Record<string, ForeignKeyAction>> = {
  a: 'NO ACTION',
  r: 'RESTRICT',
  c: 'CASCADE',
  n: 'SET NULL',
  d: 'SET DEFAULT',
};
const MATCHES: Readonly<Record<string, ForeignKeyModel['match']>> = { s: 'SIMPLE', f: 'FULL', p: 'PARTIAL' };

/** The name of an object in a schema, as the model has it. */
export type Qualify = (schema: string, name: string) => string;

/** A foreign key. */
export function foreignKeyOf(row: ConstraintRow, qualify: Qualify): ForeignKeyModel {
  return {
    name: row.name,
    columns: row.columns ?? [],
    table: qualify(row.targetSchema ?? '', row.target ?? ''),
    references: row.references ?? [],
    onDelete: ACTIONS[row.onDelete] ?? 'NO ACTION',
    onUpdate: ACTIONS[row.onUpdate] ?? 'NO ACTION',
    match: MATCHES[row.match] ?? 'SIMPLE',
    deferrable: deferrableOf(row),
    validated: row.validated,
    ...(row.enforced ? {} : { enforced: false }),
    ...(row.setColumns === null ? {} : { setColumns: row.setColumns }),
  };
}

/** A check. */
export function checkOf(row: ConstraintRow): CheckModel {
  return {
    name: row.name,
    expression: raw(row.expression ?? ''),
    validated: row.validated,
    ...(row.enforced ? {} : { enforced: false }),
    ...(row.noInherit ? { inherited: false } : {}),
  };
}

/** An exclusion constraint. */
export function exclusionOf(row: ConstraintRow): ExclusionModel {
  const definition = (row.expression ?? '')
    .replace(/^EXCLUDE /, '')
    .replace(/ DEFERRABLE( INITIALLY DEFERRED)?$/, '');
  return { name: row.name, ...parseExclusion(definition), deferrable: deferrableOf(row) };
}

/** When it is checked. */
export function deferrableOf(row: ConstraintRow): Deferrable {
  if (!row.deferrable) return null;
  return row.deferred ? 'INITIALLY DEFERRED' : 'INITIALLY IMMEDIATE';
}
