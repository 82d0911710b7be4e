import type { DropStmt, Node, RenameStmt } from 'libpg-query';
import type { Action } from './action.js';
import { qualified, relationName, textsOf, unqualified } from '../../databases/postgres/parse/names.js';
import { lineFrom, type WrittenSql } from './written.js';

type ObjectType = NonNullable<DropStmt['removeType']>;

/** An object in a list of DROP: its name, in parts. */
type Dropped = (parts: readonly string[], statement: DropStmt) => Action;

const DROPPED: Partial<Record<ObjectType, Dropped>> = {
  OBJECT_TABLE: (parts, { behavior }) => ({
    kind: 'drop-table',
    table: qualified(parts),
    ...(behavior === 'DROP_CASCADE' ? { cascade: true } : {}),
  }),
  OBJECT_INDEX: (parts, { concurrent }) => ({
    kind: 'drop-index',
    name: qualified(parts),
    concurrently: concurrent === true,
  }),
  OBJECT_TYPE: (parts) => ({ kind: 'drop-type', name: qualified(parts) }),
  OBJECT_SCHEMA: (parts, { behavior }) => ({
    kind: 'drop-schema',
    name: parts.join('.'),
    cascade: behavior === 'DROP_CASCADE',
  }),
  OBJECT_TRIGGER: (parts) => ({
    kind: 'drop-object',
    object: 'trigger',
    name: parts.at(-1) ?? '',
    table: qualified(parts.slice(0, -1)),
  }),
  OBJECT_VIEW: (parts) => dropped('view', parts),
  OBJECT_MATVIEW: (parts) => dropped('materialized view', parts),
  OBJECT_FUNCTION: (parts) => dropped('function', parts),
  OBJECT_PROCEDURE: (parts) => dropped('procedure', parts),
  OBJECT_EXTENSION: (parts) => dropped('extension', parts),
  OBJECT_DOMAIN: (parts) => dropped('domain', parts),
};

/** What DROP drops, one object at a time. */
export function dropActions(statement: DropStmt, sql: WrittenSql): readonly Action[] {
  const { removeType, objects = [] } = statement;
  const drop = removeType === undefined ? undefined : DROPPED[removeType];
  const ifExists = statement.missing_ok === true ? { ifExists: true } : {};
  const cascades = cascadeActions(statement, sql);
  return drop
    ? [...cascades, ...objects.map((object) => ({ ...drop(namesOf(object), statement), ...ifExists }))]
    : cascades;
}

/** Objects whose CASCADE takes columns, constraints or triggers of tables along. */
const CASCADING: Partial<Record<ObjectType, string>> = {
  OBJECT_TYPE: 'type',
  OBJECT_DOMAIN: 'domain',
  OBJECT_EXTENSION: 'extension',
  OBJECT_FUNCTION: 'function',
  OBJECT_PROCEDURE: 'procedure',
  OBJECT_AGGREGATE: 'aggregate',
  OBJECT_OPERATOR: 'operator',
  OBJECT_OPCLASS: 'operator class',
  OBJECT_OPFAMILY: 'operator family',
  OBJECT_COLLATION: 'collation',
  OBJECT_SEQUENCE: 'sequence',
};

function cascadeActions(
  { removeType, behavior, objects = [] }: DropStmt,
  sql: WrittenSql,
): readonly Action[] {
  const object = removeType === undefined ? undefined : CASCADING[removeType];
  if (behavior !== 'DROP_CASCADE' || object === undefined) return [];
  const text = lineFrom(sql);
  return objects.map((one) => ({ kind: 'drop-cascade', object, name: qualified(namesOf(one)), text }));
}

function dropped(object: string, parts: readonly string[]): Action {
  return { kind: 'drop-object', object, name: qualified(parts), table: null };
}

function namesOf(object: Node): readonly string[] {
  if ('List' in object) return textsOf(object.List.items);
  if ('TypeName' in object) return textsOf(object.TypeName.names);
  if ('ObjectWithArgs' in object) return textsOf(object.ObjectWithArgs.objname);
  return textsOf([object]);
}

type Renamed = (statement: Required<Pick<RenameStmt, 'newname'>> & RenameStmt) => Action;

const RENAMED: Partial<Record<ObjectType, Renamed>> = {
  OBJECT_TABLE: ({ relation, newname }) => {
    const table = relationName(relation);
    return { kind: 'rename-table', table, to: inSameSchema(table, newname) };
  },
  OBJECT_COLUMN: ({ relation, subname = '', newname }) => ({
    kind: 'rename-column',
    table: relationName(relation),
    column: subname,
    to: newname,
  }),
  OBJECT_TABCONSTRAINT: ({ relation, subname = '', newname }) => ({
    kind: 'rename-constraint',
    table: relationName(relation),
    name: subname,
    to: newname,
  }),
  OBJECT_INDEX: ({ relation, newname }) => {
    const name = relationName(relation);
    return { kind: 'rename-index', name, to: inSameSchema(name, newname) };
  },
  OBJECT_TYPE: ({ object, newname }) => {
    const name = qualified(object === undefined ? [] : namesOf(object));
    return { kind: 'rename-type', name, to: inSameSchema(name, newname) };
  },
};

/** What RENAME renames. */
export function renameActions(statement: RenameStmt): readonly Action[] {
  const { renameType, relationType, newname = '' } = statement;
  const isView = renameType === 'OBJECT_COLUMN' && relationType !== 'OBJECT_TABLE';
  const rename = renameType === undefined || isView ? undefined : RENAMED[renameType];
  return rename ? [rename({ ...statement, newname })] : [];
}

function inSameSchema(name: string, newName: string): string {
  return name.slice(0, name.length - unqualified(name).length) + newName;
}
