import type { Node } from 'libpg-query';
import type { Action } from './action.js';
import { alterTableActions } from './alter-table.js';
import { columnFact } from './column.js';
import { constraintFact } from './constraint.js';
import { partitionColumns } from './expression.js';
import { indexModel } from './index-model.js';
import {
  relationName,
  qualified,
  schemaOf,
  textOf,
  textsOf,
  unqualified,
} from '../../databases/postgres/parse/names.js';
import {
  clusterActions,
  domainActions,
  refreshActions,
  reindexActions,
  vacuumActions,
} from './maintenance-actions.js';
import { dropActions, renameActions } from './object-actions.js';
import { typeFact } from './type.js';
import { writeActions } from './write-actions.js';
import { lineFrom, type WrittenSql } from './written.js';

type Tags = Node extends infer N ? (N extends unknown ? keyof N : never) : never;
type Body<K extends Tags> =
  Extract<Node, Readonly<Record<K, unknown>>> extends Readonly<Record<K, infer B>> ? B : never;
type Readers = { readonly [K in Tags]?: (body: Body<K>, sql: WrittenSql) => readonly Action[] };

const READERS: Readers = {
  CreateStmt: (statement, sql) => {
    const { relation, tableElts = [], inhRelations, ofTypename, partspec, partbound } = statement;
    const source = { written: sql, table: relationName(relation) };
    if (relation?.relpersistence === 't') return [];
    return [
      {
        kind: 'create-table',
        table: source.table,
        columns: tableElts.flatMap((node) =>
          'ColumnDef' in node ? [columnFact(node.ColumnDef, source)] : [],
        ),
        constraints: tableElts.flatMap((node) =>
          'Constraint' in node ? (constraintFact(node.Constraint, source) ?? []) : [],
        ),
        complete:
          inhRelations === undefined &&
          ofTypename === undefined &&
          !tableElts.some((node) => 'TableLikeClause' in node),
        partitionKey: partspec === undefined ? null : partitionColumns(partspec.partParams),
        parents: (inhRelations ?? []).flatMap((node) =>
          'RangeVar' in node ? [relationName(node.RangeVar)] : [],
        ),
        isPartition: partbound !== undefined,
        isDefault: partbound?.is_default === true,
        persistence: relation?.relpersistence === 'u' ? 'unlogged' : 'permanent',
        ...ifNotExists(statement),
      },
    ];
  },
  CreateTableAsStmt: (statement) => {
    const { into, objtype } = statement;
    const name = relationName(into?.rel);
    if (into?.rel?.relpersistence === 't') return [];
    if (objtype === 'OBJECT_MATVIEW')
      return [
        {
          ...{ kind: 'create-object', object: 'materialized view', name, table: null },
          ...(into?.skipData === true ? {} : { filled: true }),
        },
      ];
    return [
      {
        kind: 'create-table',
        table: name,
        columns: [],
        constraints: [],
        complete: false,
        partitionKey: null,
        parents: [],
        isPartition: false,
        isDefault: false,
        persistence: into?.rel?.relpersistence === 'u' ? 'unlogged' : 'permanent',
        ...ifNotExists(statement),
      },
    ];
  },
  AlterTableStmt: alterTableActions,
  IndexStmt: (statement, sql) => {
    const table = relationName(statement.relation);
    const index = indexModel(statement);
    return [
      {
        kind: 'create-index',
        table,
        name: schemaOf(table) + (statement.idxname ?? ''),
        concurrently: statement.concurrent === true,
        only: statement.relation?.inh !== true,
        index,
        text: lineFrom(sql),
        ...ifNotExists(statement),
      },
    ];
  },
  DropStmt: dropActions,
  RenameStmt: renameActions,
  AlterObjectSchemaStmt: ({ objectType, relation, newschema = '' }) => {
    const table = relationName(relation);
    if (objectType !== 'OBJECT_TABLE') return [{ kind: 'other' }];
    return [{ kind: 'rename-table', table, to: qualified([newschema, unqualified(table)]) }];
  },
  CreateEnumStmt: ({ typeName, vals }) => [
    { kind: 'create-enum', name: qualified(textsOf(typeName)), values: textsOf(vals) },
  ],
  AlterEnumStmt: ({ typeName, oldVal, newVal = '' }) => {
    const name = qualified(textsOf(typeName));
    return oldVal === undefined
      ? [{ kind: 'add-enum-value', name, value: newVal }]
      : [{ kind: 'rename-enum-value', name, value: oldVal, to: newVal }];
  },
  TruncateStmt: ({ relations = [], behavior }, sql) => [
    {
      kind: 'truncate',
      tables: relations.flatMap((node) => ('RangeVar' in node ? [relationName(node.RangeVar)] : [])),
      cascade: behavior === 'DROP_CASCADE',
      text: lineFrom(sql),
    },
  ],
  DropdbStmt: ({ dbname = '' }) => [
    { kind: 'outside-only', what: 'DROP DATABASE' },
    { kind: 'drop-database', name: dbname },
  ],
  CreatedbStmt: () => [{ kind: 'outside-only', what: 'CREATE DATABASE' }],
  VacuumStmt: vacuumActions,
  ClusterStmt: clusterActions,
  ReindexStmt: reindexActions,
  RefreshMatViewStmt: refreshActions,
  AlterDomainStmt: domainActions,
  ViewStmt: ({ view }) => [{ kind: 'create-object', object: 'view', name: relationName(view), table: null }],
  CreateTrigStmt: ({ trigname = '', relation }) => [
    { kind: 'create-object', object: 'trigger', name: trigname, table: relationName(relation) },
  ],
  CreateFunctionStmt: ({ funcname, is_procedure: procedure }) => [
    {
      kind: 'create-object',
      object: procedure === true ? 'procedure' : 'function',
      name: qualified(textsOf(funcname)),
      table: null,
    },
  ],
  CreateSchemaStmt: ({ schemaname = '', ...rest }) => created('schema', schemaname, rest),
  CreateExtensionStmt: ({ extname = '', ...rest }) => created('extension', extname, rest),
  CreateDomainStmt: ({ domainname, typeName, constraints = [] }) => {
    const isChecked = constraints.some(
      (node) => 'Constraint' in node && /^CONSTR_(CHECK|NOTNULL)$/.test(node.Constraint.contype ?? ''),
    );
    const domain = { type: typeFact(typeName), isChecked };
    return [
      { kind: 'create-object', object: 'domain', name: qualified(textsOf(domainname)), table: null, domain },
    ];
  },
  CommentStmt: ({ objtype, object, comment = null }) => {
    const parts = object !== undefined && 'List' in object ? textsOf(object.List.items) : [];
    const of = { kind: 'set-comment', comment } as const;
    if (objtype === 'OBJECT_TABLE') return [{ ...of, table: qualified(parts), column: null }];
    const [table, column = ''] = [qualified(parts.slice(0, -1)), parts.at(-1)];
    return objtype === 'OBJECT_COLUMN' ? [{ ...of, table, column }] : [];
  },
  VariableSetStmt: ({ kind, name = '', is_local: local, args }, sql) => [
    ...(local === true || !/^VAR_SET_(VALUE|DEFAULT|MULTI)$/.test(kind ?? '') || name === 'TRANSACTION'
      ? []
      : [{ kind: 'set', setting: name, text: lineFrom(sql) } as const]),
    ...(name.toLowerCase() === 'timezone'
      ? [{ kind: 'set-time-zone', zone: constantIn(args) } as const]
      : []),
  ],
};

/** The one constant of a list; null where there is none, or several. */
function constantIn(args: readonly Node[] = []): string | null {
  const [only, ...others] = args;
  if (only === undefined || others.length > 0 || !('A_Const' in only)) return null;
  return only.A_Const.sval?.sval ?? null;
}

/** What a statement does. The caller reads DO blocks with the parser. */
export function actionsOf(node: Node, sql: WrittenSql): readonly Action[] {
  const [tag] = Object.keys(node) as Tags[];
  const reader =
    tag === undefined
      ? undefined
      : (READERS[tag] as ((body: unknown, sql: WrittenSql) => readonly Action[]) | undefined);
  const own = reader?.((node as Readonly<Record<string, unknown>>)[tag ?? ''], sql) ?? [];
  const actions = [...own, ...writeActions(node, sql)];
  return actions.length === 0 ? [{ kind: 'other' }] : actions;
}

/** IF NOT EXISTS leaves open whether it was there before, so the way down has nothing to take away. */
function created(
  object: string,
  name: string,
  { if_not_exists: tolerant }: { readonly if_not_exists?: boolean },
): readonly Action[] {
  return tolerant === true ? [{ kind: 'none' }] : [{ kind: 'create-object', object, name, table: null }];
}

function ifNotExists({ if_not_exists: tolerant }: { readonly if_not_exists?: boolean }): {
  readonly ifNotExists?: boolean;
} {
  return tolerant === true ? { ifNotExists: true } : {};
}

/** The text of a DO statement's language; PL/pgSQL where none is written. */
export function languageOf(node: Node): string | undefined {
  if (!('DoStmt' in node)) return undefined;
  const named = (node.DoStmt.args ?? []).flatMap((arg) =>
    'DefElem' in arg && arg.DefElem.defname === 'language' ? [textOf(arg.DefElem.arg)] : [],
  );
  return named[0] ?? 'plpgsql';
}
