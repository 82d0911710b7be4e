import type { Constraint, Node } from 'libpg-query';
import type { Deferrable, ForeignKeyAction, ForeignKeyModel, KeyModel } from '../../schema/model.js';
import type { ConstraintFact, ConstraintPart } from './action.js';
import { columnsIn, indexColumns, treeOf } from './expression.js';
import { elementTree, methodOf } from './index-model.js';
import { relationName, textsOf, unqualified } from '../../databases/postgres/parse/names.js';
import { clauseAt, type WrittenSql } from './written.js';

/** Where a piece of a statement is written. */
export interface Source {
  readonly written: WrittenSql;
  readonly table: string;
}

/** A constraint; undefined for what the grammar calls one and is something else. */
export function constraintFact(
  constraint: Constraint,
  source: Source,
  column?: string,
): ConstraintFact | undefined {
  const kind = kindOf(constraint, column);
  if (kind === undefined) return undefined;
  const columns = columnsOf(constraint, column);
  const name =
    constraint.conname ?? constraint.indexname ?? defaultName(kind, source.table, named(constraint, columns));
  return {
    kind,
    name,
    validated: constraint.skip_validation !== true,
    columns,
    usingIndex: constraint.indexname ?? null,
    references: constraint.pktable === undefined ? null : relationName(constraint.pktable),
    part: partOf(kind, { name, columns }, constraint),
    overlapping: constraint.without_overlaps === true,
    text: clauseAt(source.written, constraint.location ?? 0),
    columnText: null,
  };
}

const KINDS: Partial<Record<NonNullable<Constraint['contype']>, ConstraintFact['kind']>> = {
  CONSTR_PRIMARY: 'primary-key',
  CONSTR_UNIQUE: 'unique',
  CONSTR_EXCLUSION: 'exclusion',
  CONSTR_FOREIGN: 'foreign-key',
  CONSTR_CHECK: 'check',
  CONSTR_NOTNULL: 'not-null',
};

/** NOT NULL in the definition of a column is a property of it. */
function kindOf({ contype }: Constraint, column: string | undefined): ConstraintFact['kind'] | undefined {
  const kind = contype === undefined ? undefined : KINDS[contype];
  return kind === 'not-null' && column !== undefined ? undefined : kind;
}

function columnsOf(
  { keys, fk_attrs: own, exclusions }: Constraint,
  column: string | undefined,
): readonly string[] {
  if (column !== undefined) return [column];
  // Of an exclusion constraint each element is a list: the part of the index, and the operator.
  return exclusions ? indexColumns(exclusions.flatMap(itemsOf)) : textsOf(keys ?? own);
}

function itemsOf(node: Node): readonly Node[] {
  return 'List' in node ? (node.List.items ?? []) : [];
}

/** The columns after which PostgreSQL names it; a check over several columns has none of them in its name. */
function named({ raw_expr: condition }: Constraint, columns: readonly string[]): readonly string[] {
  if (condition === undefined) return columns;
  const mentioned = columnsIn(condition);
  return mentioned.length === 1 ? mentioned : [];
}

const SUFFIXES: Readonly<Record<ConstraintFact['kind'], string>> = {
  'primary-key': 'pkey',
  unique: 'key',
  exclusion: 'excl',
  'foreign-key': 'fkey',
  check: 'check',
  'not-null': 'not_null',
};

/** The name that PostgreSQL gives, unless it is taken. */
function defaultName(kind: ConstraintFact['kind'], table: string, columns: readonly string[]): string {
  return [unqualified(table), ...(kind === 'primary-key' ? [] : columns), SUFFIXES[kind]].join('_');
}

type Named = Pick<KeyModel, 'columns'> & { readonly name: string };

function partOf(kind: ConstraintFact['kind'], { name, columns }: Named, written: Constraint): ConstraintPart {
  const deferrable = deferrableOf(written);
  const validated = written.skip_validation !== true;
  switch (kind) {
    case 'primary-key':
    case 'unique': {
      const nulls = written.nulls_not_distinct === true ? 'not distinct' : 'distinct';
      return { kind, model: { name, columns, include: textsOf(written.including), deferrable, nulls } };
    }
    case 'foreign-key':
      return { kind, model: { name, columns, ...foreignKeyOf(written), deferrable, validated } };
    case 'check': {
      const expression = treeOf(written.raw_expr ?? NOTHING);
      return { kind, model: { name, expression, validated } };
    }
    case 'exclusion': {
      const where = written.where_clause ? treeOf(written.where_clause) : null;
      const elements = (written.exclusions ?? []).map(elementOf);
      return { kind, model: { name, method: methodOf(written.access_method), elements, where, deferrable } };
    }
    case 'not-null':
      return { kind };
  }
}

const NOTHING: Node = { A_Const: { isnull: true } };

function deferrableOf({ deferrable, initdeferred }: Constraint): Deferrable {
  if (deferrable !== true && initdeferred !== true) return null;
  return initdeferred === true ? 'INITIALLY DEFERRED' : 'INITIALLY IMMEDIATE';
}

/** By the letters of pg_constraint. */
const ACTIONS: Readonly<Record<string, ForeignKeyAction>> = {
  r: 'RESTRICT',
  c: 'CASCADE',
  n: 'SET NULL',
  d: 'SET DEFAULT',
};
const MATCHES: Readonly<Record<string, ForeignKeyModel['match']>> = { f: 'FULL', p: 'PARTIAL' };

function foreignKeyOf(
  written: Constraint,
): Pick<ForeignKeyModel, 'table' | 'references' | 'onDelete' | 'onUpdate' | 'match'> {
  return {
    table: relationName(written.pktable),
    references: textsOf(written.pk_attrs),
    onDelete: ACTIONS[written.fk_del_action ?? ''] ?? 'NO ACTION',
    onUpdate: ACTIONS[written.fk_upd_action ?? ''] ?? 'NO ACTION',
    match: MATCHES[written.fk_matchtype ?? ''] ?? 'SIMPLE',
  };
}

function elementOf(node: Node): {
  readonly expression: ReturnType<typeof treeOf>;
  readonly operator: string;
} {
  const [element, operator] = itemsOf(node);
  return {
    expression: treeOf(element === undefined ? NOTHING : elementTree(element)),
    operator: operator === undefined ? '' : textsOf(itemsOf(operator)).join('.'),
  };
}
