/** What statements do that change no definition, but rebuild or check what is stored. */

import type {
  AlterDomainStmt,
  ClusterStmt,
  Node,
  RefreshMatViewStmt,
  ReindexStmt,
  VacuumStmt,
} from 'libpg-query';
import { qualified, relationName, textOf, textsOf } from '../../databases/postgres/parse/names.js';
import type { Action } from './action.js';
import { lineFrom, type WrittenSql } from './written.js';

/** CLUSTER, of one table or of all. */
export function clusterActions({ relation }: ClusterStmt, sql: WrittenSql): readonly Action[] {
  const table = relation === undefined ? null : relationName(relation);
  return [
    { kind: 'rewrite', table, column: null, what: 'CLUSTER', text: lineFrom(sql) },
    ...(table === null ? [{ kind: 'outside-only', what: 'CLUSTER' } as const] : []),
  ];
}

/** VACUUM, which only FULL makes dangerous; ANALYZE is the same node. */
export function vacuumActions(statement: VacuumStmt, sql: WrittenSql): readonly Action[] {
  const { is_vacuumcmd: vacuum, rels = [] } = statement;
  if (vacuum !== true) return [{ kind: 'other' }];
  const outside = { kind: 'outside-only', what: 'VACUUM' } as const;
  if (!isOn(statement.options, 'full')) return [outside];
  const tables = rels.flatMap((node) =>
    'VacuumRelation' in node ? [relationName(node.VacuumRelation.relation)] : [],
  );
  const of = tables.length === 0 ? [null] : tables;
  const rewrite = { kind: 'rewrite', column: null, what: 'VACUUM FULL', text: lineFrom(sql) } as const;
  return [outside, ...of.map((table) => ({ ...rewrite, table }))];
}

const REINDEXED: Partial<Record<NonNullable<ReindexStmt['kind']>, string>> = {
  REINDEX_OBJECT_INDEX: 'index',
  REINDEX_OBJECT_TABLE: 'table',
  REINDEX_OBJECT_SCHEMA: 'schema',
  REINDEX_OBJECT_DATABASE: 'database',
  REINDEX_OBJECT_SYSTEM: 'system',
};

/** REINDEX; several tables at once need a transaction each. */
export function reindexActions(statement: ReindexStmt, sql: WrittenSql): readonly Action[] {
  const { kind, relation, name = '' } = statement;
  if (isOn(statement.params, 'concurrently')) return [{ kind: 'outside-only', what: 'REINDEX CONCURRENTLY' }];
  const object = (kind === undefined ? undefined : REINDEXED[kind]) ?? 'database';
  const target = relation === undefined ? name : relationName(relation);
  const outside = { kind: 'outside-only', what: `REINDEX ${object.toUpperCase()}` } as const;
  return [
    { kind: 'reindex', object, name: target, text: lineFrom(sql) },
    ...(relation === undefined ? [outside] : []),
    { kind: 'other' },
  ];
}

/** REFRESH MATERIALIZED VIEW. */
export function refreshActions(
  { relation, concurrent }: RefreshMatViewStmt,
  sql: WrittenSql,
): readonly Action[] {
  if (concurrent === true) return [{ kind: 'none' }];
  const what = 'REFRESH MATERIALIZED VIEW';
  return [{ kind: 'rewrite', table: relationName(relation), column: null, what, text: lineFrom(sql) }];
}

const DOMAIN_WORK: Readonly<Record<string, 'check' | 'not-null'>> = { C: 'check', V: 'check', O: 'not-null' };

/** ALTER DOMAIN: what it makes the server check in all tables that use the domain. */
export function domainActions({ typeName, subtype = '', def, name }: AlterDomainStmt): readonly Action[] {
  const added = def !== undefined && 'Constraint' in def ? def.Constraint : undefined;
  const work = added?.skip_validation === true ? null : (DOMAIN_WORK[subtype] ?? null);
  const isNotNull = added?.contype === 'CONSTR_NOTNULL';
  return [
    {
      kind: 'alter-domain',
      name: qualified(textsOf(typeName)),
      constraint: added?.conname ?? name ?? null,
      work: work !== null && isNotNull ? 'not-null' : work,
      restricts: subtype === 'C' || subtype === 'O',
    },
    { kind: 'other' },
  ];
}

/** Whether an option in parentheses, or before them, is on. */
function isOn(options: readonly Node[] | undefined, name: string): boolean {
  return (options ?? []).some((node) => {
    if (!('DefElem' in node) || node.DefElem.defname !== name) return false;
    const { arg } = node.DefElem;
    if (arg === undefined) return true;
    return 'Integer' in arg ? arg.Integer.ival === 1 : !/^(false|off|0)$/i.test(textOf(arg));
  });
}
