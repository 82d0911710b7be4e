import type { AlterTableCmd, AlterTableStmt, Node } from 'libpg-query';
import type { Action, ActionOf, ConversionFact, Identity, TypeFact } from './action.js';
import { columnFact, identityOf } from './column.js';
import { constraintFact, type Source } from './constraint.js';
import { columnName, expressionFact } from './expression.js';
import { relationName } from '../../databases/postgres/parse/names.js';
import { partitionBound } from './partition-bound.js';
import { zoneUse } from './session-zone.js';
import { collationName, typeFact, typeText } from './type.js';
import { lineFrom, type WrittenSql } from './written.js';

/** What an ALTER TABLE does, command by command. */
export function alterTableActions(statement: AlterTableStmt, written: WrittenSql): readonly Action[] {
  const { relation, cmds = [], objtype } = statement;
  // The words for the partitions of an index are those for the partitions of a table.
  if (objtype === 'OBJECT_INDEX') return [{ kind: 'other' }];
  const tolerant = statement.missing_ok === true;
  const source = { written, table: relationName(relation), only: relation?.inh !== true, tolerant };
  return cmds.flatMap((node) => ('AlterTableCmd' in node ? commandActions(node.AlterTableCmd, source) : []));
}

/** Where a command stands. */
interface CommandSource extends Source {
  readonly only: boolean;
  /** With IF EXISTS. */
  readonly tolerant: boolean;
}

type Reader = (command: AlterTableCmd, source: CommandSource) => readonly Action[];

const READERS: Partial<Record<NonNullable<AlterTableCmd['subtype']>, Reader>> = {
  AT_AddColumn: ({ def, missing_ok: tolerant }, source) => {
    if (def === undefined || !('ColumnDef' in def)) return [];
    const column = columnFact(def.ColumnDef, source);
    return [
      {
        kind: 'add-column',
        table: source.table,
        column,
        ...(tolerant === true ? { ifNotExists: true } : {}),
      },
    ];
  },
  AT_DropColumn: (command, source) => [
    { kind: 'drop-column', table: source.table, column: nameOf(command), ...dropOptions(command, source) },
  ],
  AT_SetNotNull: (command, { table }) => [{ kind: 'set-not-null', table, column: nameOf(command) }],
  AT_DropNotNull: (command, { table }) => [{ kind: 'drop-not-null', table, column: nameOf(command) }],
  AT_ColumnDefault: (command, { table }) => [
    {
      kind: 'set-default',
      table,
      column: nameOf(command),
      value: command.def === undefined ? null : expressionFact(command.def),
    },
  ],
  AT_AddIdentity: (command, { table }) => [
    { kind: 'set-identity', table, column: nameOf(command), identity: addedIdentity(command) },
  ],
  AT_DropIdentity: (command, { table }) => [
    { kind: 'set-identity', table, column: nameOf(command), identity: null },
  ],
  AT_AlterColumnType: changeType,
  AT_AddConstraint: ({ def }, source) => {
    const constraint =
      def !== undefined && 'Constraint' in def ? constraintFact(def.Constraint, source) : undefined;
    const { table, only } = source;
    return constraint ? [{ kind: 'add-constraint', table, constraint, only }] : [];
  },
  AT_ValidateConstraint: (command, { table }) => [
    { kind: 'validate-constraint', table, name: nameOf(command) },
  ],
  AT_DropConstraint: (command, source) => [
    { kind: 'drop-constraint', table: source.table, name: nameOf(command), ...dropOptions(command, source) },
  ],
  AT_AttachPartition: (command, source) => partitionActions('add-parent', command, source),
  AT_DetachPartition: (command, source) => partitionActions('drop-parent', command, source),
  AT_AddInherit: ({ def }, { table }) => heirActions('add-parent', def, table),
  AT_DropInherit: ({ def }, { table }) => heirActions('drop-parent', def, table),
  AT_SetLogged: rewriting('SET LOGGED'),
  AT_SetUnLogged: rewriting('SET UNLOGGED'),
  AT_SetAccessMethod: rewriting('SET ACCESS METHOD'),
  AT_SetTableSpace: rewriting('SET TABLESPACE'),
  AT_SetExpression: rewriting('SET EXPRESSION'),
  AT_AlterConstraint: ({ def }, { table }) => {
    const altered = def !== undefined && 'ATAlterConstraint' in def ? def.ATAlterConstraint : undefined;
    const isEnforced = altered?.alterEnforceability === true && altered.is_enforced === true;
    const name = altered?.conname ?? '';
    return [...(isEnforced ? [{ kind: 'enforce-constraint', table, name } as const] : []), { kind: 'other' }];
  },
};

/** A command that writes every row again. */
function rewriting(what: string): Reader {
  return (command, { table, written }) => [
    {
      kind: 'rewrite',
      table,
      column: what === 'SET EXPRESSION' ? nameOf(command) : null,
      what,
      text: lineFrom(written),
    },
    { kind: 'other' },
  ];
}

/** What else the rows of a table become by it is not known. */
function partitionActions(
  kind: 'add-parent' | 'drop-parent',
  { def }: AlterTableCmd,
  { table: parent, written }: CommandSource,
): readonly Action[] {
  if (def === undefined || !('PartitionCmd' in def)) return [];
  const { name, concurrent, bound } = def.PartitionCmd;
  return [
    ...(concurrent === true
      ? [{ kind: 'outside-only', what: 'DETACH PARTITION CONCURRENTLY' } as const]
      : []),
    {
      ...{ kind, table: relationName(name), parent, isPartition: true },
      ...{ bound: partitionBound(bound), text: lineFrom(written) },
    },
    { kind: 'other' },
  ];
}

function heirActions(
  kind: 'add-parent' | 'drop-parent',
  def: Node | undefined,
  table: string,
): readonly Action[] {
  if (def === undefined || !('RangeVar' in def)) return [{ kind: 'other' }];
  const parent = relationName(def.RangeVar);
  return [{ kind, table, parent, isPartition: false, bound: null, text: '' }, { kind: 'other' }];
}

function commandActions(command: AlterTableCmd, source: CommandSource): readonly Action[] {
  const reader = command.subtype === undefined ? undefined : READERS[command.subtype];
  return reader ? reader(command, source) : [{ kind: 'other' }];
}

function changeType(command: AlterTableCmd, { table }: Source): readonly Action[] {
  const { def } = command;
  if (def === undefined || !('ColumnDef' in def)) return [];
  const column = nameOf(command);
  const { typeName, collClause, raw_default: using } = def.ColumnDef;
  const type = typeFact(typeName);
  const collation = collationName(collClause);
  return [{ kind: 'change-type', table, column, type, collation, using: conversion(using, column, type) }];
}

/** A cast to another type than that makes other values. */
function conversion(using: Node | undefined, column: string, type: TypeFact): ConversionFact {
  if (using === undefined) return { kind: 'none' };
  const zone = zoneUse(using, type);
  const cast = 'TypeCast' in using;
  const inner = cast ? using.TypeCast.arg : using;
  const isToType = !cast || typeText(typeFact(using.TypeCast.typeName)) === typeText(type);
  return isToType && columnName(inner) === column ? { kind: 'same', cast, zone } : { kind: 'computed', zone };
}

function addedIdentity({ def }: AlterTableCmd): Identity {
  return identityOf(def !== undefined && 'Constraint' in def ? def.Constraint.generated_when : undefined);
}

function nameOf({ name = '' }: AlterTableCmd): string {
  return name;
}

type Drop = Pick<ActionOf<'drop-column'>, 'ifExists' | 'ifTableExists' | 'cascade'>;

function dropOptions({ missing_ok: missing, behavior }: AlterTableCmd, { tolerant }: CommandSource): Drop {
  const cascade = behavior === 'DROP_CASCADE' ? { cascade: true } : {};
  return missing === true
    ? { ...cascade, ifExists: true, ...(tolerant ? { ifTableExists: true } : {}) }
    : cascade;
}
